import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { concat, keccak256, parseTransaction, recoverTransactionAddress, serializeTransaction } from 'viem'
import { describe, expect, it } from 'vitest'
import {
  committedCreationCodes,
  creationOf,
  deploymentFromJson,
  deploymentToJson,
  keylessCost,
  keylessFactory,
  keylessSigner,
  keylessTransaction,
  laterNames,
  planSuite,
  renderRoleTable,
  roleTable,
  rosterOf,
  SuiteInvalidError,
  selectorsOf,
} from '../../deploy/src/index.ts'
import { setIdOf } from '../../sdk/src/gateway/index.ts'
import { account, suiteOn } from './bare.ts'

const root = join(import.meta.dirname, '../..')
const creationCodes = committedCreationCodes()
const config = suiteOn([101, 102, 103])

/** Every function with the modifier `restricted`, as `file:function`. */
function restrictedFunctions(): string[] {
  const files = readdirSync(join(root, 'contracts'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sol'))
  return files.flatMap((file) => {
    const source = readFileSync(join(root, 'contracts', file), 'utf8').replaceAll(/\/\/.*$/gm, '')
    return [...source.matchAll(/function (\w+)\([^)]*\)([^{;]*)\{/g)].flatMap(([, name, modifiers]) =>
      /\brestricted\b/.test(modifiers ?? '') ? [name ?? ''] : [],
    )
  })
}

describe('the table of roles', () => {
  it('names every restricted function of the contracts, and nothing else', () => {
    expect(restrictedFunctions().length).toBeGreaterThan(8)
    expect([...new Set(roleTable.map((row) => row.function))].sort()).toEqual([...new Set(restrictedFunctions())].sort())
    for (const row of roleTable) expect(selectorsOf(row)).toHaveLength(1)
  })

  it('stands in docs/roles.md as it is', () => {
    expect(readFileSync(join(root, 'docs/roles.md'), 'utf8')).toContain(renderRoleTable())
  })

  it('lets nobody change what is believed in less than 7 days', () => {
    const believed = ['linkLane', 'setVerifier', 'adopt', 'linkPortal', 'linkEscrow', 'linkCharters', 'linkAgreements']
    expect(roleTable.filter((row) => believed.includes(row.function)).map(({ role }) => role)).toEqual(believed.map(() => 'trust'))
    expect(() => planSuite({ config: { ...config, timelockDelay: 7 * 86_400 - 1 }, creationCodes })).toThrow(SuiteInvalidError)
  })
})

describe('planSuite', () => {
  it('places contracts independently of the chains and of the order of watchers', () => {
    const { addresses, setId } = planSuite({ config, creationCodes })
    expect(planSuite({ config: suiteOn([5]), creationCodes }).addresses).toEqual(addresses)
    const watchers = { ...config.watchers, members: config.watchers.members.toReversed() }
    expect(planSuite({ config: { ...config, watchers, chains: config.chains.toReversed() }, creationCodes }).setId).toBe(setId)
  })

  it('gives another deployer other addresses, so that nobody can take ours', () => {
    const ours = planSuite({ config, creationCodes }).addresses
    const theirs = planSuite({ config: { ...config, deployer: account(9).address }, creationCodes }).addresses
    expect(Object.values(ours).filter((address) => Object.values(theirs).includes(address))).toEqual([
      // Nobody has power over these, so it does not matter who creates them.
      ours.agentRegistry,
      ours.risingReward,
      ours.signedBids,
    ])
  })

  it('links only the chains that are to be linked', () => {
    const { chains } = planSuite({ config: { ...config, links: [[101, 103]] }, creationCodes })
    const names = (chainId: number) => chains.find((chain) => chain.chainId === chainId)?.wiring.map(({ name }) => name)
    expect(names(102)).toEqual(['adopt 3 watchers, quorum 2'])
    expect(names(101)).toContain('link the lane from chain 103')
    expect(names(101)).not.toContain('link the lane from chain 102')
  })

  it.each([
    ['watchers.quorum', { watchers: { ...config.watchers, quorum: 1 } }],
    ['watchers.members', { watchers: { members: [account(3).address, account(3).address], quorum: 2 } }],
    ['guardians', { guardians: [] }],
    ['governors', { governors: [] }],
    ['chains', { chains: [...config.chains, ...config.chains] }],
    ['links', { links: [[101, 999]] as const }],
  ])('refuses a wrong %s', (field, change) => {
    expect(() => planSuite({ config: { ...config, ...change }, creationCodes })).toThrow(expect.objectContaining({ field }))
  })

  it('makes the id of the watcher set depend on every field of the roster', () => {
    const roster = rosterOf(config)
    const variants = [
      roster,
      { ...roster, quorum: 3 },
      { ...roster, members: roster.members.slice(1) },
      { ...roster, policies: roster.policies.slice(1) },
      { ...roster, previousSetId: keccak256('0x01') },
    ]
    expect(new Set(variants.map(setIdOf)).size).toBe(variants.length)
  })
})

describe('the keyless factory', () => {
  it('follows from its transaction alone', async () => {
    const { r = '0x', s = '0x', v = 0n, gas = 0n, gasPrice = 0n, data = '0x', nonce, chainId } = parseTransaction(keylessTransaction)
    const serializedTransaction = serializeTransaction({ type: 'legacy', gas, gasPrice, data, nonce }, { r, s, v })
    expect(serializedTransaction).toBe(keylessTransaction)
    expect(await recoverTransactionAddress({ serializedTransaction })).toBe(keylessSigner)
    expect(gas * gasPrice).toBe(keylessCost)
    expect(chainId).toBeUndefined()
  })

  it('gets the salt and then the creation code', () => {
    const salt = keccak256('0x02')
    expect(creationOf({ factory: keylessFactory, salt, initCode: '0x00' }).data).toBe(concat([salt, '0x00']))
  })
})

describe('a deployment record', () => {
  const record = { chainId: 101, startBlock: 12n, ...planSuite({ config, creationCodes }).addresses }

  it('survives JSON', () => {
    expect(deploymentFromJson(deploymentToJson(record))).toEqual(record)
  })

  const isLater = (key: string) => laterNames.some((name) => name === key)

  it.each(Object.keys(record).filter((key) => !isLater(key)))('is refused without %s', (key) => {
    const broken = JSON.stringify({ ...JSON.parse(deploymentToJson(record)), [key]: undefined })
    expect(() => deploymentFromJson(broken)).toThrow(expect.objectContaining({ field: key }))
  })

  it.each(laterNames)('may be from before there was %s, but not name something else', (name) => {
    const { [name]: _, ...older } = record
    expect(deploymentFromJson(deploymentToJson(older))).toEqual(older)
    const broken = JSON.stringify({ ...JSON.parse(deploymentToJson(record)), [name]: '0x12' })
    expect(() => deploymentFromJson(broken)).toThrow(expect.objectContaining({ field: name }))
  })
})
