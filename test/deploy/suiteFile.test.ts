import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  accessOf,
  decryptKeystore,
  deployerAccount,
  encryptKeystore,
  KeyInvalidError,
  readSuiteFile,
  SuiteFileInvalidError,
  VariablesMissingError,
} from '../../deploy/src/index.ts'
import { deployer, suiteOn } from './bare.ts'

const folder = mkdtempSync(join(tmpdir(), 'hanse-suite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const key = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'
const { chains: _, ...parties } = suiteOn([])
const valid = { ...parties, chains: [{ name: 'sepolia' }, { name: 'home', chainId: 5, finality: { kind: 'depth', depth: 3 } }] }

function read(content: unknown) {
  const file = join(folder, 'hanse.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readSuiteFile(file)
}

function problemsOf(content: unknown): readonly string[] {
  try {
    read(content)
  } catch (error) {
    if (error instanceof SuiteFileInvalidError) return error.problems
    throw error
  }
  return []
}

describe('a suite file', () => {
  it('knows public networks by name', () => {
    const { config, chains } = read({ ...valid, links: [['sepolia', 'home']] })

    expect(chains).toEqual([
      { name: 'sepolia', chainId: 11_155_111 },
      { name: 'home', chainId: 5 },
    ])
    expect(config.chains[0]).toEqual({ chainId: 11_155_111, finality: { kind: 'finalized' } })
    expect(config.links).toEqual([[11_155_111, 5]])
  })

  it.each([
    ['what is not JSON', '{', /JSON/],
    ['an unknown key', { ...valid, owners: [] }, /owners/],
    ['what is no address', { ...valid, deployer: '0x12' }, /deployer: expected an address/],
    ['an unknown network without its rules', { ...valid, chains: [{ name: 'moon' }] }, /moon.*"chainId" and "finality"/],
    ['a link to nowhere', { ...valid, links: [['sepolia', 'moon']] }, /moon is not among the chains/],
    ['a finality that is none', { ...valid, chains: [{ name: 'sepolia', finality: { kind: 'soon' } }] }, /chains\.0\.finality/],
  ])('refuses %s by name', (_name, content, expected) => {
    expect(problemsOf(content).join('\n')).toMatch(expected)
  })

  it('refuses a file that is not there', () => {
    expect(() => readSuiteFile(join(folder, 'none.json'))).toThrow(SuiteFileInvalidError)
  })
})

describe('what comes from the environment', () => {
  it('names every RPC url that is missing', () => {
    const chains = [
      { name: 'sepolia', chainId: 1 },
      { name: 'base-sepolia', chainId: 2 },
    ]

    expect(() => accessOf({ chains, env: {} })).toThrow(expect.objectContaining({ missing: ['SEPOLIA_RPC_URL', 'BASE_SEPOLIA_RPC_URL'] }))
    expect(accessOf({ chains, env: { SEPOLIA_RPC_URL: 'http://a', BASE_SEPOLIA_RPC_URL: 'http://b' } })).toEqual([
      { chainId: 1, rpcUrl: 'http://a' },
      { chainId: 2, rpcUrl: 'http://b' },
    ])
  })

  it('takes a key with or without its prefix, and says what is missing', () => {
    expect(deployerAccount({ DEPLOYER_KEY: key }).address).toBe(deployer.address)
    expect(deployerAccount({ DEPLOYER_KEY: `${key.slice(2)}\n` }).address).toBe(deployer.address)
    expect(() => deployerAccount({})).toThrow(VariablesMissingError)
    expect(() => deployerAccount({ DEPLOYER_KEYSTORE: 'k.json' })).toThrow(
      expect.objectContaining({ missing: ['DEPLOYER_KEYSTORE_PASSWORD'] }),
    )
  })

  it.each([key.slice(0, -1), `${key}00`, `0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`])('refuses a key without showing it', (wrong) => {
    const attempt = () => deployerAccount({ DEPLOYER_KEY: wrong })

    expect(attempt).toThrow(KeyInvalidError)
    expect(attempt).not.toThrow(wrong.slice(2, 12))
  })
})

describe('a keystore', () => {
  const json = encryptKeystore({ key, password: 'correct horse' })

  it('gives the key back for its password alone', () => {
    const file = join(folder, 'key.json')
    writeFileSync(file, json)

    expect(json).not.toContain(key.slice(2))
    expect(deployerAccount({ DEPLOYER_KEYSTORE: file, DEPLOYER_KEYSTORE_PASSWORD: 'correct horse' }).address).toBe(deployer.address)
    expect(() => decryptKeystore({ json, password: 'wrong horse' })).toThrow(KeyInvalidError)
  })

  it('reads a file that another wallet wrote', () => {
    const json =
      '{"version": 3, "id": "e069573e-34cc-435d-b333-716b3f4f3ef7", "address": "f39fd6e51aad88f6f4ce6ab8827279cfffb92266", "Crypto": {"cipher": "aes-128-ctr", "cipherparams": {"iv": "5fca79dc220307ac4aa0c53f9dfb7a32"}, "ciphertext": "14012a287140dfa791b9c3cdb79535ba3d94f64d281090e8b8d8ad2ea298c962", "kdf": "scrypt", "kdfparams": {"salt": "d42e5d989f4c901cab1fa9dd8b6e322d7a78955fa3ed643ec941a55ede462c47", "n": 131072, "dklen": 32, "p": 1, "r": 8}, "mac": "d22e5938e9643bf111a34259b4d3819982c877d21d903098468d1c06692861c9"}}'

    expect(decryptKeystore({ json, password: 'testpassword' })).toBe(key)
  })

  it.each([
    [
      'an altered text',
      (text: string) => text.replace(/("ciphertext": ")(.)/, (_all, start, digit) => `${start}${digit === '0' ? '1' : '0'}`),
    ],
    ['another cipher', (text: string) => text.replace('aes-128-ctr', 'aes-128-cbc')],
    ['a derivation beyond all memory', (text: string) => text.replace('"n": 131072', '"n": 1073741824')],
    ['half a file', (text: string) => text.slice(0, 100)],
  ])('refuses %s', (_name, alter) => {
    expect(() => decryptKeystore({ json: alter(json), password: 'correct horse' })).toThrow(KeyInvalidError)
  })
})
