import { type Abi, type Address, encodeFunctionData, type Hex, type Log } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import * as abis from '../../../sdk/src/abis/index.ts'
import { cell, type Deployment, tax } from '../../../sdk/src/index.ts'
import { ada, type BoardBench, bo, hash, startBoard } from '../support/boards.ts'

const word = (digit: number): Address => `0x${`${digit}`.repeat(40)}`
const deployment: Deployment = {
  ...{ chainId: 7, startBlock: 0n, accessManager: word(1), timelock: word(1), watcherSet: word(2), agentRegistry: word(3) },
  ...{ gateway: word(4), taskEscrow: word(5), taskPortal: word(6), blackboard: word(7) },
}
const write = encodeFunctionData({
  abi: abis.blackboardAbi,
  functionName: 'write',
  args: [hash('space'), hash('key'), 0n, '0x01'],
})
const heartbeat = encodeFunctionData({ abi: abis.agentRegistryAbi, functionName: 'heartbeat', args: [hash('agent'), 60] })

type Sent = { readonly from?: Address; readonly to?: Address | null; readonly input?: Hex; readonly isRefused?: boolean }
const sent = ({ from = ada.address, to = word(7), input = write, isRefused = false }: Sent): tax.Accountable => {
  const logs: Log[] = []
  return { from, to, input, receipt: { status: isRefused ? 'reverted' : 'success', gasUsed: 10n, effectiveGasPrice: 3n, logs } }
}

describe('the tax', () => {
  it('knows what every function of the suite that costs gas is for, but those of governance', () => {
    const governed = new Set([
      'setAuthority',
      'receiveMessage',
      'pause',
      'adopt',
      'setLatency',
      'raiseQuorum',
      'setVerifier',
      'stopLane',
      'resumeLane',
    ])
    const isGoverned = (name: string) => governed.has(name) || /^(un)?link[A-Z]/.test(name)
    const costly = (abi: Abi) =>
      abi.flatMap((item) => (item.type === 'function' && /payable/.test(item.stateMutability) ? [item.name] : []))
    const abiOf: Readonly<Record<string, Abi>> = Object.fromEntries(
      Object.entries(abis).flatMap(([name, abi]) => (Array.isArray(abi) ? [[name.replace(/Abi$/, ''), abi]] : [])),
    )
    for (const [contract, functions] of Object.entries(tax.activityOfFunction)) {
      const names = costly(abiOf[contract] ?? [])
      expect(
        Object.keys(functions).filter((name) => !names.includes(name)),
        contract,
      ).toEqual([])
      expect(
        names.filter((name) => !(name in functions) && !isGoverned(name)),
        contract,
      ).toEqual([])
    }
    const outside = [
      'accessManager',
      'timelockController',
      'devToken',
      'claimGate',
      'hashCheck',
      'quorumVerdict',
      'risingReward',
      'signedBids',
    ]
    expect([...Object.keys(tax.activityOfFunction), ...outside].sort()).toEqual(Object.keys(abiOf).sort())
  })

  it('counts what is refused as a conflict, and what follows by the same account as a retry', () => {
    const items = tax.account(deployment, [
      sent({ isRefused: true }),
      sent({ from: bo.address }),
      sent({ to: word(3), input: heartbeat }),
      sent({ isRefused: true }),
      sent({}),
      sent({}),
    ])
    expect(items.map(({ kind, activity, verb }) => `${kind} ${activity} ${verb}`)).toEqual([
      'failure conflict blackboard.write',
      'transaction execute blackboard.write',
      'transaction discover agentRegistry.heartbeat',
      'retry conflict blackboard.write',
      'failure conflict blackboard.write',
      'retry conflict blackboard.write',
      'transaction execute blackboard.write',
      'transaction execute blackboard.write',
    ])
    const { total, byActivity } = tax.sum(items)
    expect(total).toMatchObject({ transactions: 6, failures: 2, retries: 2, gas: 60n, wei: 180n })
    expect(byActivity.conflict).toMatchObject({ transactions: 2, failures: 2, retries: 2, gas: 20n })
    const parts = Object.values(byActivity)
    expect(parts.reduce((all, { wei }) => all + wei, 0n)).toBe(total.wei)
    expect(parts.reduce((all, { transactions }) => all + transactions, 0)).toBe(total.transactions)
  })

  it('takes for work what is no function of the suite, whatever its data look like', () => {
    const odd = [
      sent({ to: null }),
      sent({ to: word(9) }),
      sent({ input: '0x' }),
      sent({ input: '0x12345678' }),
      sent({ input: heartbeat }),
    ]
    expect(tax.account(deployment, odd).map(({ verb, activity }) => `${verb} ${activity}`)).toEqual(odd.map(() => 'other execute'))
  })

  it('measures waits by the clock it is given, also those in vain', async () => {
    const items: tax.TaxItem[] = []
    let now = 1_000
    const what = { activity: 'verify', account: ada.address, chainId: 7, verb: 'cell.propose', now: () => now } as const
    const late = async () => {
      now += 2_500
      throw new RangeError('in vain')
    }
    await expect(tax.waited(items, what, late)).rejects.toThrow('in vain')
    expect(await tax.waited(items, what, async () => 'there')).toBe('there')
    expect(tax.sum(items).byActivity.verify).toMatchObject({ waits: 2, seconds: 2.5, gas: 0n })
  })
})

describe('on a chain', () => {
  let bench: BoardBench
  beforeAll(async () => {
    bench = await startBoard()
  })

  it('is all that the accounts paid, to the wei, failures included', async () => {
    const { chain, client, at } = bench
    const accounts = [ada.address, bo.address]
    const money = async () => {
      const balances = await Promise.all(accounts.map((address) => chain.node.getBalance({ address })))
      return balances.reduce((all, balance) => all + balance, 0n)
    }
    const [since, before] = [await tax.heights(client), await money()]
    const first = { ...at, key: hash('cell'), expectedVersion: 0, value: '0x01' } as const
    await cell.write.sync(client, first)
    // The SDK would not send what is refused: another was in the block before it.
    const { to, data } = cell.write.call(client, first)
    await chain.node.sendTransaction({ account: bo, chain: null, to, data, gas: 100_000n }).catch(() => {})
    await cell.edit(client, { ...first, change: () => '0x02', account: bo })
    const items = await tax.collect(client, { since, accounts })
    const { total, byActivity } = tax.sum(items)
    expect(total).toMatchObject({ transactions: 3, failures: 1, retries: 1 })
    expect(total.wei).toBe(before - (await money()))
    expect(byActivity.execute.gas + byActivity.conflict.gas).toBe(total.gas)
    expect((await tax.collect(client, { since, accounts: [ada.address] })).length).toBe(1)

    const lines = tax.table(items).split('\n')
    expect(lines.map((line) => line.split(/\s+/)[0])).toEqual(['', 'execute', 'conflict', 'total'])
    expect(lines.at(-1)).toContain(`${total.gas}`)
  })
})
