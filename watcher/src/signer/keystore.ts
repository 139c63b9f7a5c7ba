import { createDecipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bytesToHex, concatBytes, type Hex, hexToBytes, keccak256 } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { z } from 'zod/v4'
import { KeystoreInvalidError } from '../errors.ts'

/** Most memory that a keystore may make us use, bytes. The usual n = 262,144 and r = 8 take half of it. */
const maxMemory = 536_870_912

const hexDigits = z.string().regex(/^(?:[0-9a-f]{2})+$/i, 'expected hex without 0x')
const scrypt = z.object({
  dklen: z.literal(32),
  n: z.int().min(2).max(2_097_152),
  r: z.int().min(1).max(64),
  p: z.int().min(1).max(64),
  salt: hexDigits,
})
const pbkdf2 = z.object({ dklen: z.literal(32), c: z.int().min(1).max(10_000_000), prf: z.literal('hmac-sha256'), salt: hexDigits })
const cipher = {
  cipher: z.literal('aes-128-ctr'),
  ciphertext: hexDigits.length(64),
  cipherparams: z.object({ iv: hexDigits.length(32) }),
  mac: hexDigits.length(64),
}

/** Web3 Secret Storage, version 3: what geth, Foundry, ethers and hardware tools write. */
const schema = z.object({
  version: z.literal(3),
  address: z.string().optional(),
  crypto: z.discriminatedUnion('kdf', [
    z.object({ kdf: z.literal('scrypt'), kdfparams: scrypt, ...cipher }),
    z.object({ kdf: z.literal('pbkdf2'), kdfparams: pbkdf2, ...cipher }),
  ]),
})

/**
 * The account in an encrypted key file (Web3 Secret Storage, version 3).
 *
 * @throws KeystoreInvalidError when the file is none, the password is wrong, or it holds another account than it says.
 * @example
 * ```ts
 * import { accountFromKeystore } from '@hanse/watcher'
 *
 * const account = accountFromKeystore({ path: 'attester.json', password: process.env.ATTESTER_PASSWORD ?? '' })
 * ```
 */
export function accountFromKeystore({ path, password }: accountFromKeystore.Parameters): PrivateKeyAccount {
  const { address, crypto } = read(path)
  const derived = derive({ crypto, password })
  const ciphertext = Buffer.from(crypto.ciphertext, 'hex')
  const mac = hexToBytes(keccak256(concatBytes([derived.subarray(16, 32), ciphertext])))
  if (!timingSafeEqual(mac, Buffer.from(crypto.mac, 'hex'))) throw new KeystoreInvalidError({ path, detail: 'the password is wrong' })
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.from(crypto.cipherparams.iv, 'hex'))
  const account = accountOf(path, bytesToHex(concatBytes([decipher.update(ciphertext), decipher.final()])))
  const stated = address?.toLowerCase().replace(/^0x/, '')
  if (stated !== undefined && stated !== account.address.slice(2).toLowerCase())
    throw new KeystoreInvalidError({ path, detail: `it says that it holds ${stated} and holds ${account.address}` })
  return account
}

export declare namespace accountFromKeystore {
  type Parameters = { path: string; password: string }
}

function accountOf(path: string, key: Hex): PrivateKeyAccount {
  try {
    return privateKeyToAccount(key)
  } catch {
    throw new KeystoreInvalidError({ path, detail: 'what it holds is no private key' })
  }
}

type Keystore = z.output<typeof schema>

function read(path: string): Keystore {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new KeystoreInvalidError({ path, detail: 'it cannot be read, or is not JSON', cause })
  }
  // Some tools write the field as Crypto.
  const raw = typeof value === 'object' && value !== null && 'Crypto' in value ? { ...value, crypto: value.Crypto } : value
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new KeystoreInvalidError({ path, detail: `${issue?.path.join('.') ?? 'it'}: ${issue?.message ?? 'is not version 3'}` })
}

function derive({ crypto, password }: { crypto: Keystore['crypto']; password: string }): Buffer {
  const salt = Buffer.from(crypto.kdfparams.salt, 'hex')
  if (crypto.kdf === 'pbkdf2') return pbkdf2Sync(password, salt, crypto.kdfparams.c, 32, 'sha256')
  const { n, r, p } = crypto.kdfparams
  return scryptSync(password, salt, 32, { N: n, r, p, maxmem: maxMemory })
}
