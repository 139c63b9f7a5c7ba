import { createCipheriv, pbkdf2Sync, scryptSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Hex,
  hexToBytes,
  keccak256,
  parseTransaction,
  recoverTransactionAddress,
  recoverTypedDataAddress,
  serializeSignature,
} from 'viem'
import { privateKeyToAccount, sign } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { headTypedData, toCompact } from '../../sdk/src/gateway/index.ts'
import { configSchema, parseConfig } from '../../watcher/src/config.ts'
import { ConfigInvalidError, KeyMissingError, KeystoreInvalidError, SignerFailedError } from '../../watcher/src/errors.ts'
import { accountFromKeystore } from '../../watcher/src/signer/keystore.ts'
import { openAccount } from '../../watcher/src/signer/open.ts'
import { remoteAccount } from '../../watcher/src/signer/remote.ts'

const privateKey: Hex = '0x7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d'
const account = privateKeyToAccount(privateKey)
const statement = headTypedData({
  setId: `0x${'11'.repeat(32)}`,
  lane: { originChainId: 1n, originGateway: account.address, destinationChainId: 2n },
  nonce: 5n,
  head: `0x${'22'.repeat(32)}`,
})
const transaction = {
  type: 'eip1559',
  chainId: 7,
  nonce: 3,
  to: account.address,
  data: '0x1234',
  gas: 90_000n,
  maxFeePerGas: 9n,
  maxPriorityFeePerGas: 1n,
} as const

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watcher-signer-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function write(value: unknown): string {
  const path = join(directory, 'key.json')
  writeFileSync(path, JSON.stringify(value))
  return path
}

/** A keystore written from the text of the format, not with the code under test. */
function keystoreOf({ key = privateKey, password = 'correct', kdf = 'scrypt' }: { key?: Hex; password?: string; kdf?: string } = {}) {
  const [salt, iv] = [Buffer.alloc(32, 7), Buffer.alloc(16, 9)]
  const scrypt = { dklen: 32, n: 1024, r: 8, p: 1, salt: salt.toString('hex') }
  const pbkdf2 = { dklen: 32, c: 1000, prf: 'hmac-sha256', salt: salt.toString('hex') }
  const derived =
    kdf === 'scrypt' ? scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }) : pbkdf2Sync(password, salt, 1000, 32, 'sha256')
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
  const ciphertext = Buffer.concat([cipher.update(hexToBytes(key)), cipher.final()])
  const mac = keccak256(Buffer.concat([derived.subarray(16), ciphertext])).slice(2)
  const kdfparams = kdf === 'scrypt' ? scrypt : pbkdf2
  const crypto = {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: iv.toString('hex') },
    ciphertext: ciphertext.toString('hex'),
    kdf,
    kdfparams,
    mac,
  }
  return { version: 3, id: 'x', address: account.address.slice(2).toLowerCase(), crypto }
}

describe('accountFromKeystore', () => {
  it.each(['scrypt', 'pbkdf2'])('opens one sealed with %s', (kdf) => {
    expect(accountFromKeystore({ path: write(keystoreOf({ kdf })), password: 'correct' }).address).toBe(account.address)
  })

  it('opens the test vectors of the format', () => {
    // From the Web3 Secret Storage Definition.
    const pbkdf2 = {
      crypto: {
        cipher: 'aes-128-ctr',
        cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
        ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
        kdf: 'pbkdf2',
        kdfparams: { c: 262144, dklen: 32, prf: 'hmac-sha256', salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd' },
        mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
      },
      id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
      version: 3,
    }
    expect(accountFromKeystore({ path: write(pbkdf2), password: 'testpassword' }).address).toBe(account.address)
  })

  it.each<[string, unknown]>([
    ['a wrong password', keystoreOf({ password: 'other' })],
    ['a wrong password where no address tells', { ...keystoreOf({ password: 'other' }), address: undefined }],
    ['a changed ciphertext', { ...keystoreOf(), crypto: { ...keystoreOf().crypto, ciphertext: '00'.repeat(32) } }],
    ['another address than it says', { ...keystoreOf(), address: '11'.repeat(20) }],
    ['another version', { ...keystoreOf(), version: 1 }],
    ['no key', keystoreOf({ key: `0x${'00'.repeat(32)}` })],
    [
      'a cost that no machine can pay',
      { ...keystoreOf(), crypto: { ...keystoreOf().crypto, kdfparams: { ...keystoreOf().crypto.kdfparams, n: 2 ** 30 } } },
    ],
    ['another cipher', { ...keystoreOf(), crypto: { ...keystoreOf().crypto, cipher: 'none' } }],
    ['a list', []],
  ])('refuses %s', (_, value) => {
    expect(() => accountFromKeystore({ path: write(value), password: 'correct' })).toThrow(KeystoreInvalidError)
  })
})

describe('remoteAccount', () => {
  const cleanups: (() => void)[] = []
  afterEach(() => {
    for (const cleanup of cleanups.splice(0)) cleanup()
  })

  type Heard = { path: string | undefined; token: string | undefined; data: Hex }

  /** A signing service that signs, or does what it is told to. */
  async function startService(answer: (data: Hex) => Promise<string> | string, status = 200) {
    const heard: Heard[] = []
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      const { data }: { data: Hex } = JSON.parse(Buffer.concat(chunks).toString())
      heard.push({ path: request.url, token: request.headers.authorization, data })
      response.writeHead(status).end(await answer(data))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => {
      server.close()
      server.closeAllConnections()
    })
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard } // it listens on a port
  }

  const signed = async (data: Hex, key = privateKey) => serializeSignature(await sign({ hash: keccak256(data), privateKey: key }))

  it('signs heads and transactions exactly as the key at hand does', async () => {
    const { url, heard } = await startService((data) => signed(data))
    const remote = remoteAccount({ url: `${url}/base`, address: account.address, token: 'secret' })
    const signature = await remote.signTypedData(statement)
    expect(toCompact(signature)).toBe(toCompact(await account.signTypedData(statement)))
    expect(await recoverTypedDataAddress({ ...statement, signature })).toBe(account.address)
    const raw = await remote.signTransaction(transaction)
    expect(raw).toBe(await account.signTransaction(transaction))
    expect(await recoverTransactionAddress({ serializedTransaction: raw as `0x02${string}` })).toBe(account.address)
    expect(parseTransaction(raw)).toMatchObject({ nonce: 3, gas: 90_000n })
    expect(heard.map(({ path, token }) => [path, token])).toEqual(
      Array(2).fill([`/base/api/v1/eth1/sign/${account.address}`, 'Bearer secret']),
    )
  })

  it('brings a signature with the higher s into the form that contracts take', async () => {
    const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    const { url } = await startService(async (data) => {
      const { r, s, yParity = 0 } = await sign({ hash: keccak256(data), privateKey })
      return serializeSignature({ r, s: `0x${(order - BigInt(s)).toString(16).padStart(64, '0')}`, yParity: 1 - yParity })
    })
    const remote = remoteAccount({ url, address: account.address })
    expect(toCompact(await remote.signTypedData(statement))).toBe(toCompact(await account.signTypedData(statement)))
  })

  it.each<[string, (data: Hex) => Promise<string> | string, number]>([
    ['signs with another key', (data) => signed(data, `0x${'44'.repeat(32)}`), 200],
    ['signs something else', (data) => signed(`${data}00`), 200],
    ['answers with text', () => 'hello', 200],
    ['answers with a page', () => '<html>'.repeat(10_000), 200],
    ['answers with nothing', () => '', 200],
    ['answers with zeros', () => `0x${'00'.repeat(65)}`, 200],
    ['refuses', (data) => signed(data), 403],
    ['hangs', () => new Promise<string>(() => undefined), 200],
  ])('gives no signature when the service %s', async (_, answer, status) => {
    const { url } = await startService(answer, status)
    const remote = remoteAccount({ url, address: account.address, timeoutMs: 200 })
    await expect(remote.signTypedData(statement)).rejects.toBeInstanceOf(SignerFailedError)
    await expect(remote.signTransaction(transaction)).rejects.toBeInstanceOf(SignerFailedError)
  })

  it('gives none when nobody is there', async () => {
    const remote = remoteAccount({ url: 'http://127.0.0.1:1', address: account.address })
    await expect(remote.signTypedData(statement)).rejects.toBeInstanceOf(SignerFailedError)
  })
})

describe('openAccount', () => {
  const role = 'attester'

  it('opens all three kinds, with secrets from the environment only', () => {
    const environment = { KEY: privateKey, PASSWORD: 'correct', TOKEN: 'x' }
    const keys = [
      { env: 'KEY' },
      { keystore: write(keystoreOf()), passwordEnv: 'PASSWORD' },
      { remote: 'https://signer.example', address: account.address, tokenEnv: 'TOKEN' },
    ]
    for (const key of keys) expect(openAccount({ role, key, environment }).address).toBe(account.address)
    for (const key of keys) expect(() => openAccount({ role, key, environment: {} })).toThrow(KeyMissingError)
  })
})

describe('the configuration of keys', () => {
  const address = (seed: number) => `0x${seed.toString(16).padStart(40, '0')}`
  const names = ['accessManager', 'timelock', 'gateway', 'watcherSet', 'agentRegistry', 'taskEscrow', 'taskPortal']
  const deployment = { chainId: 1, startBlock: '1', ...Object.fromEntries(names.map((name, index) => [name, address(index + 1)])) }
  const chains = [{ chainId: 1, rpcUrls: ['http://127.0.0.1:1'], finality: { kind: 'finalized' }, deployment }]
  const config = (attester: unknown) => ({ name: 'w', dataDir: 'd', attester, deliverer: { env: 'D' }, chains })

  it.each([
    { env: 'A' },
    { keystore: 'a.json', passwordEnv: 'P' },
    { remote: 'https://signer.example', address: address(9) },
    { remote: 'http://127.0.0.1:9000', address: address(9), identifier: 'key-1', tokenEnv: 'T', timeoutMs: 500 },
  ])('takes %o', (attester) => {
    expect(parseConfig(config(attester)).attester).toMatchObject(attester)
  })

  it.each([
    { env: 'A', privateKey },
    { keystore: 'a.json' },
    { keystore: 'a.json', password: 'in the file' },
    { remote: 'http://signer.example', address: address(9) },
    { remote: 'https://signer.example' },
    {},
  ])('refuses %o', (attester) => {
    expect(() => parseConfig(config(attester))).toThrow(ConfigInvalidError)
  })

  it('has a schema, which is fresh', () => {
    const written: unknown = JSON.parse(readFileSync(new URL('../../watcher/config.schema.json', import.meta.url), 'utf8'))
    expect(written).toEqual(JSON.parse(JSON.stringify(configSchema())))
  })
})
