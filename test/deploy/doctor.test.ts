import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { accessManagerAbi, gatewayAbi, taskEscrowAbi, timelockControllerAbi } from '@hanse/sdk/abis'
import { type Address, encodeFunctionData, type Hex, isHex, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import {
  applySuite,
  committedCreationCodes,
  diagnose,
  type OperatorPatient,
  type Patient,
  type PatientChain,
  planSuite,
  renderRules,
  rules,
} from '../../deploy/src/index.ts'
import { call } from '../../devnet/src/faucet.ts'
import { type Anvil, startWorld, suiteOfRules, type World } from '../../devnet/src/index.ts'
import { account, bareChains, deployer, stopAll, suiteOn } from './bare.ts'

const ids = [101, 102]
const config = suiteOn(ids)
const creationCodes = committedCreationCodes()
const plan = planSuite({ config, creationCodes })
const { accessManager, timelock, gateway, taskEscrow, taskPortal, agentRegistry } = plan.addresses

let chains: Anvil[] = []
let patient: Patient
const planted = new Set<string>()

beforeAll(async () => {
  chains = await bareChains(ids)
  const records = await applySuite({ plan, chains, account: deployer, pollingIntervalMs: 50 })
  // Chains that began in one second share their first block: nodes are compared beyond it.
  await rpc(url(), 'anvil_mine', ['0x10'])
  const entries = chains.map(({ chainId, rpcUrl }, index) => ({
    ...{ name: `chain-${chainId}`, chainId, rpcUrls: [rpcUrl], finality: { kind: 'depth', depth: 1 } as const },
    record: records[index],
  }))
  patient = { config, plan, chains: entries, watchers: [] }
})

afterAll(() => stopAll(chains))

const rpc = (rpcUrl: string, method: string, params: readonly unknown[] = []): Promise<unknown> => call({ rpcUrl, method, params })

const url = () => chains[0]?.rpcUrl ?? ''

/** Acts as anybody, a contract too. */
async function act({ from, to, data }: { from: Address; to: Address; data: Hex }): Promise<void> {
  await rpc(url(), 'anvil_impersonateAccount', [from])
  await rpc(url(), 'anvil_setBalance', [from, '0xde0b6b3a7640000'])
  const hash = await rpc(url(), 'eth_sendTransaction', [{ from, to, data, gas: '0x1e8480' }])
  await expect.poll(() => rpc(url(), 'eth_getTransactionReceipt', [hash])).toMatchObject({ status: '0x1' })
}

const asTimelock = (functionName: 'grantRole' | 'revokeRole', args: readonly [bigint, Address, number?]): Promise<void> =>
  act({
    from: timelock,
    to: accessManager,
    data:
      functionName === 'grantRole'
        ? encodeFunctionData({ abi: accessManagerAbi, functionName, args: [args[0], args[1], args[2] ?? 0] })
        : encodeFunctionData({ abi: accessManagerAbi, functionName, args: [args[0], args[1]] }),
  })

const withFirst = (change: (chain: PatientChain) => Partial<PatientChain>): Patient => ({
  ...patient,
  chains: patient.chains.map((chain, index) => (index === 0 ? { ...chain, ...change(chain) } : chain)),
})

/** When it is looked, and what else follows from the fault. */
type Expectation = { readonly nowMs?: number; readonly also?: readonly string[] }

/** Exactly this rule speaks, and says what to do; once the fault is gone, none does. */
async function expectFound(code: string, sick: Patient, { nowMs = Date.now(), also = [] }: Expectation = {}): Promise<void> {
  planted.add(code)
  const { findings } = await diagnose(sick, nowMs)
  expect(new Set(findings.map((finding) => finding.code))).toEqual(new Set([code, ...also]))
  for (const { fix, fact, subject } of findings) expect([fix.length > 10, fact.length > 3, subject.length > 3]).toEqual([true, true, true])
}

describe('the doctor, of nodes', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await diagnose(patient, Date.now())).toEqual({ findings: [], unseen: [], rules: rules.length })
  })

  it('rpc-unreachable', () =>
    expectFound(
      'rpc-unreachable',
      withFirst(({ rpcUrls }) => ({ rpcUrls: [...rpcUrls, 'http://127.0.0.1:9'] })),
    ))

  it('rpc-wrong-chain', () =>
    expectFound(
      'rpc-wrong-chain',
      withFirst(({ rpcUrls }) => ({ rpcUrls: [...rpcUrls, chains[1]?.rpcUrl ?? ''] })),
    ))

  it('rpc-disagree', async () => {
    const fork = await bareChains([101])
    await rpc(fork[0]?.rpcUrl ?? '', 'anvil_mine', ['0x10'])
    await expectFound(
      'rpc-disagree',
      withFirst(({ rpcUrls }) => ({ rpcUrls: [...rpcUrls, fork[0]?.rpcUrl ?? ''] })),
    ).finally(() => stopAll(fork))
  })

  it('finality-unknown', () =>
    expectFound(
      'finality-unknown',
      withFirst(() => ({ finality: { kind: 'depth', depth: 1_000_000 } })),
    ))

  it('head-stale', () => expectFound('head-stale', patient, { nowMs: Date.now() + 600_000 }))

  it('clock-skewed', () => expectFound('clock-skewed', patient, { nowMs: Date.now() - 600_000 }))

  it('says what it could not see', async () => {
    const { findings, unseen } = await diagnose(
      withFirst(() => ({ rpcUrls: ['http://127.0.0.1:9'] })),
      Date.now(),
    )
    expect(findings.map(({ code }) => code)).toEqual(['rpc-unreachable'])
    expect(unseen).toEqual(['chain-101'])
  })
})

describe('the doctor, of contracts and roles', () => {
  const plant = async (code: string, fault: () => Promise<unknown>) => {
    const snapshot = await rpc(url(), 'evm_snapshot')
    try {
      await fault()
      await expectFound(code, patient)
    } finally {
      await rpc(url(), 'evm_revert', [snapshot])
    }
    expect((await diagnose(patient, Date.now())).findings).toEqual([])
  }
  const unlink = encodeFunctionData({ abi: gatewayAbi, functionName: 'unlinkDestination', args: [102n] })
  const governor = account(1).address
  const guardian = account(2).address

  it('contract-missing', () => plant('contract-missing', () => rpc(url(), 'anvil_setCode', [taskPortal, '0x'])))

  it('code-foreign', () => plant('code-foreign', () => rpc(url(), 'anvil_setCode', [agentRegistry, '0x00'])))

  it('record-stale', async () => {
    await expectFound(
      'record-stale',
      withFirst(({ record }) => ({ record: record && { ...record, gateway: zeroAddress } })),
    )
    await expectFound(
      'record-stale',
      withFirst(({ record }) => ({ record: record && { ...record, startBlock: BigInt(record.startBlock) + 1n } })),
    )
  })

  it('link-missing', () =>
    plant('link-missing', async () => {
      await asTimelock('grantRole', [2n, timelock])
      const data = encodeFunctionData({ abi: accessManagerAbi, functionName: 'execute', args: [gateway, unlink] })
      await act({ from: timelock, to: accessManager, data })
    }))

  it('watcher-set-differs', async () => {
    const other = { ...config, watchers: { ...config.watchers, quorum: 3 } }
    await expectFound('watcher-set-differs', { ...patient, config: other, plan: planSuite({ config: other, creationCodes }) })
  })

  it('escrow-paused', () =>
    plant('escrow-paused', () =>
      act({ from: guardian, to: taskEscrow, data: encodeFunctionData({ abi: taskEscrowAbi, functionName: 'pause', args: [3_600] }) }),
    ))

  it('deployer-holds-power', () => plant('deployer-holds-power', () => asTimelock('grantRole', [0n, deployer.address])))

  it('role-differs', () => plant('role-differs', () => asTimelock('revokeRole', [3n, guardian])))

  it('delay-differs', async () => {
    await plant('delay-differs', () => asTimelock('grantRole', [1n, governor, 30 * 86_400]))
    const data = encodeFunctionData({ abi: timelockControllerAbi, functionName: 'updateDelay', args: [60n] })
    await plant('delay-differs', () => act({ from: timelock, to: timelock, data }))
  })
})

describe('the doctor, of the suite file', () => {
  const withWatchers = (members: readonly Address[], quorum: number): Patient => {
    const sick = { ...config, watchers: { members, quorum } }
    return { ...patient, config: sick, plan: planSuite({ config: sick, creationCodes, isChecked: false }) }
  }
  const [one, two, three] = [3, 4, 5].map((index) => account(index).address)

  it('quorum-weak', async () => {
    await expectFound('quorum-weak', withWatchers([one ?? zeroAddress], 1), { also: ['watcher-set-differs'] })
    await expectFound(
      'quorum-weak',
      withWatchers(
        [one, two, three, account(6).address].map((member) => member ?? zeroAddress),
        2,
      ),
      {
        also: ['watcher-set-differs'],
      },
    )
  })

  it('attester-twice', () =>
    expectFound(
      'attester-twice',
      withWatchers(
        [one, two, three, three].map((member) => member ?? zeroAddress),
        2,
      ),
      { also: ['watcher-set-differs'] },
    ))

  it('finality-loose', async () => {
    const sepolia = { chainId: 11_155_111, finality: { kind: 'depth', depth: 3 } as const }
    const sick = {
      ...patient,
      config: { ...config, chains: [sepolia] },
      chains: [{ ...sepolia, name: 'sepolia', rpcUrls: ['http://127.0.0.1:9'], record: patient.chains[0]?.record }],
    }
    await expectFound('finality-loose', sick, { also: ['rpc-unreachable', 'record-stale'] })
  })

  it('record-missing', () =>
    expectFound(
      'record-missing',
      withFirst(() => ({ record: undefined })),
    ))
})

describe('the doctor, of watchers that say what they are', () => {
  type Said = { readonly attester?: Address; readonly deliverer?: Address }

  /** Watchers that are ready and say this of themselves. */
  async function watchersThatSay(all: readonly Said[]): Promise<Patient['watchers']> {
    return await Promise.all(
      all.map(async (said, index) => {
        const server = createServer(({ url: path }, response) => {
          response.setHeader('content-type', 'application/json').end(JSON.stringify(path === '/ready' ? { ready: true } : said))
        })
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        onTestFinished(() => {
          server.close()
          server.closeAllConnections()
        })
        const bound = server.address()
        return { name: `watcher-${index}`, url: typeof bound === 'string' || bound === null ? '' : `http://127.0.0.1:${bound.port}` }
      }),
    )
  }
  const members = [3, 4, 5].map((index) => account(index).address)

  it('attester-twice, of processes', async () => {
    const watchers = await watchersThatSay([...members, members[0] ?? zeroAddress].map((attester) => ({ attester })))
    await expectFound('attester-twice', { ...patient, watchers })
  })

  it('attester-stranger', async () => {
    const watchers = await watchersThatSay([...members, account(9).address].map((attester) => ({ attester })))
    await expectFound('attester-stranger', { ...patient, watchers })
  })

  it('deliverer-shared', async () => {
    const watchers = await watchersThatSay(members.map((attester) => ({ attester, deliverer: account(8).address })))
    await expectFound('deliverer-shared', { ...patient, watchers })
  })
})

describe('the doctor, of the configuration of a watcher', () => {
  const healthy = (): OperatorPatient => ({
    ...{ name: 'watcher-1', dataDir: '/var/lib/watcher', isDataDirWritable: true, attester: account(3).address },
    chains: ids.map((chainId) => ({ chainId, finality: { kind: 'depth', depth: 0 } as const, providers: 3, gateway })),
  })
  const withChain = (change: Partial<OperatorPatient['chains'][number]>): Patient => {
    const operator = healthy()
    return { ...patient, operators: [{ ...operator, chains: operator.chains.map((chain) => ({ ...chain, ...change })) }] }
  }

  it('finds nothing where nothing is wrong', async () => {
    const block = z.object({ hash: z.string() }).parse(await rpc(url(), 'eth_getBlockByNumber', ['0x0', false]))
    const operator = healthy()
    const [first] = operator.chains
    const hash = isHex(block.hash) ? block.hash : undefined
    const sound = { ...operator, chains: first ? [{ ...first, genesisHash: hash }] : [] }
    expect((await diagnose({ ...patient, operators: [sound] }, Date.now())).findings).toEqual([])
  })

  it('key-missing', () => expectFound('key-missing', { ...patient, operators: [{ ...healthy(), keyProblem: 'ATTESTER_KEY is not set' }] }))

  it('data-dir-unusable', () => expectFound('data-dir-unusable', { ...patient, operators: [{ ...healthy(), isDataDirWritable: false }] }))

  it('genesis-differs', () => expectFound('genesis-differs', withChain({ genesisHash: `0x${'12'.repeat(32)}` })))

  it('finality-differs', async () => {
    const deep = { ...config, chains: ids.map((chainId) => ({ chainId, finality: { kind: 'depth', depth: 12 } as const })) }
    await expectFound('finality-differs', { ...withChain({ finality: { kind: 'depth', depth: 3 } }), config: deep })
  })

  it('deployment-differs', () => expectFound('deployment-differs', withChain({ gateway: taskEscrow })))

  it('provider-single', () => expectFound('provider-single', withChain({ providers: 1 })))
})

describe('the doctor, of watchers', () => {
  let world: World
  let watched: Patient

  beforeAll(async () => {
    const worldRules = { chains: [{ chainId: 1001, blockTime: 0.3 }], watchers: 3, users: 0 }
    world = await startWorld(worldRules)
    const suite = suiteOfRules(worldRules)
    watched = {
      ...{ config: suite, plan: world.plan, watchers: world.info.watchers },
      chains: world.info.chains.map(({ deployment, ...chain }) => ({ ...chain, name: 'chain-1001', record: deployment })),
    }
  })
  afterAll(() => world.stop())

  it('finds nothing once all of them have read the chain', async () => {
    await expect.poll(async () => (await diagnose(watched, Date.now())).findings, { timeout: 20_000 }).toEqual([])
  })

  it('balance-low', async () => {
    const rpcUrl = world.info.chains[0]?.rpcUrls[0] ?? ''
    await rpc(rpcUrl, 'anvil_setBalance', [account(4).address, '0x1'])
    await expectFound('balance-low', watched)
    await rpc(rpcUrl, 'anvil_setBalance', [account(4).address, '0x56bc75e2d63100000'])
  })

  it('watcher-down, and quorum-unreachable when too many are', async () => {
    await world.kill('watcher-1')
    await expectFound('watcher-down', watched)
    await world.kill('watcher-2')
    const { findings } = await diagnose(watched, Date.now())
    expect(findings.map(({ code }) => code)).toEqual(['watcher-down', 'watcher-down', 'quorum-unreachable'])
    planted.add('quorum-unreachable')
  })
})

it('has seen every rule speak', () => {
  expect(rules.map(({ code }) => code).filter((code) => !planted.has(code))).toEqual([])
  expect(rules.length).toBeGreaterThanOrEqual(25)
})

it('docs/doctor.md has every rule (HANSE_WRITE=1 writes it)', () => {
  const file = new URL('../../docs/doctor.md', import.meta.url)
  const before = readFileSync(file, 'utf8')
  const [head = '', tail = ''] = [before.split('<!-- rules -->')[0], before.split('<!-- /rules -->')[1]]
  const expected = `${head}<!-- rules -->\n${renderRules()}\n<!-- /rules -->${tail}`
  if (process.env.HANSE_WRITE === '1') writeFileSync(file, expected)
  expect(readFileSync(file, 'utf8')).toBe(expected)
})
