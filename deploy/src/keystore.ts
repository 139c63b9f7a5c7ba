import { createCipheriv, createDecipheriv, randomBytes, randomUUID, scryptSync, timingSafeEqual } from 'node:crypto'
import { bytesToHex, concat, type Hex, hexToBytes, keccak256 } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { z } from 'zod'
import { KeyInvalidError } from './errors.ts'

/** Cost of guessing a password: 128 MiB and about half a second each. What other wallets write too. */
const cost = { N: 131_072, r: 8, p: 1 }
/** scrypt uses 128 * N * r bytes and a little. A file that asks for more than 1 GiB is refused. */
const maxmem = 1024 * 1024 * 1024

const hex = z.string().regex(/^(0x)?([0-9a-fA-F]{2})+$/)
const schema = z.looseObject({
  version: z.literal(3),
  crypto: z.looseObject({
    cipher: z.literal('aes-128-ctr'),
    cipherparams: z.looseObject({ iv: hex }),
    ciphertext: hex,
    kdf: z.literal('scrypt'),
    kdfparams: z.looseObject({ n: z.int(), r: z.int(), p: z.int(), dklen: z.literal(32), salt: hex }),
    mac: hex,
  }),
})

/**
 * Encrypts a private key as a keystore file, in the Web3 Secret Storage form (version 3, scrypt, AES-128-CTR) that other wallets read.
 *
 * @returns JSON text.
 */
export function encryptKeystore({ key, password }: { key: Hex; password: string }): string {
  const [salt, iv] = [randomBytes(32), randomBytes(16)]
  const derived = scryptSync(password.normalize('NFKC'), salt, 32, { ...cost, maxmem })
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const ciphertext = Buffer.concat([cipher.update(hexToBytes(key)), cipher.final()])
  const content = {
    version: 3,
    id: randomUUID(),
    address: privateKeyToAddress(key).slice(2).toLowerCase(),
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: iv.toString('hex') },
      ciphertext: ciphertext.toString('hex'),
      kdf: 'scrypt',
      kdfparams: { n: cost.N, r: cost.r, p: cost.p, dklen: 32, salt: salt.toString('hex') },
      mac: macOf(derived, ciphertext).toString('hex'),
    },
  }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

/**
 * The private key of a keystore file.
 *
 * @throws KeyInvalidError when the file has another form or the password is wrong.
 */
export function decryptKeystore({ json, password }: { json: string; password: string }): Hex {
  const { cipherparams, ciphertext, kdfparams, mac } = read(json)
  const { n: N, r, p } = kdfparams
  const encrypted = bytesOf(ciphertext)
  const derived = derive({ password, salt: bytesOf(kdfparams.salt), N, r, p })
  const expected = macOf(derived, encrypted)
  const actual = bytesOf(mac)
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected))
    throw new KeyInvalidError({ source: 'the keystore', fact: 'does not open with this password' })
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), bytesOf(cipherparams.iv))
  return bytesToHex(Buffer.concat([decipher.update(encrypted), decipher.final()]))
}

function read(json: string): z.infer<typeof schema>['crypto'] {
  try {
    // Some wallets write the key with a capital.
    const { Crypto, crypto = Crypto, ...rest } = z.looseObject({}).parse(JSON.parse(json))
    return schema.parse({ ...rest, crypto }).crypto
  } catch (cause) {
    throw new KeyInvalidError({ source: 'the keystore', fact: 'is not a version 3 file with scrypt and AES-128-CTR', cause })
  }
}

function derive({ password, salt, ...parameters }: { password: string; salt: Buffer; N: number; r: number; p: number }): Buffer {
  try {
    return scryptSync(password.normalize('NFKC'), salt, 32, { ...parameters, maxmem })
  } catch (cause) {
    throw new KeyInvalidError({ source: 'the keystore', fact: 'asks for a key derivation that cannot be done here', cause })
  }
}

const bytesOf = (text: string): Buffer => Buffer.from(text.replace(/^0x/, ''), 'hex')

const macOf = (derived: Buffer, ciphertext: Buffer): Buffer =>
  Buffer.from(hexToBytes(keccak256(concat([bytesToHex(derived.subarray(16, 32)), bytesToHex(ciphertext)]))))
