import { type Hex, numberToHex, parseTransaction } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterEach, describe, expect, it } from 'vitest'
import { type RpcCall, RpcRefusedError, type RpcReply } from '../../sdk/src/sync/index.ts'
import { createSender } from '../../watcher/src/nonces/sender.ts'
import type { Purpose } from '../../watcher/src/store/transactions.ts'
import { createTestContext } from './support/context.ts'

const account = privateKeyToAccount(`0x${'02'.repeat(32)}`)
const purpose: Purpose = { kind: 'accuse', setId: numberToHex(1, { size: 32 }), signer: account.address }
const request = { to: account.address, data: '0x01', gas: '50000' } as const
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A sender on a chain that takes what it is sent, and puts it in a block when it is told to. */
function open() {
  const clock = { now: 1_000_000 }
  const { context, close } = createTestContext({ now: () => clock.now })
  closing.push(close)
  const chain = { ...context.chains.get(1) } as NonNullable<ReturnType<typeof context.chains.get>>
  const node = { count: 0, sent: [] as number[], gas: [] as bigint[], isPoor: false }
  const answer = ({ method }: RpcCall): RpcReply => {
    if (method === 'eth_getTransactionCount') return { ok: true, result: numberToHex(node.count) }
    if (method === 'eth_getBlockByNumber') return { ok: true, result: { baseFeePerGas: '0x1' } }
    return { ok: true, result: method === 'eth_maxPriorityFeePerGas' ? '0x1' : null }
  }
  const rpc = {
    ...chain.rpc,
    batch: async (calls: readonly RpcCall[]) => calls.map(answer),
    call: async (method: string) => {
      if (node.isPoor) throw new RpcRefusedError({ provider: 'test', method, rpcCode: -32_000, detail: 'insufficient funds' })
      return numberToHex(100_000)
    },
    multicast: async ({ params }: RpcCall): Promise<RpcReply> => {
      const { nonce = 0, gas = 0n } = parseTransaction(params[0] as Hex)
      node.sent.push(nonce)
      node.gas.push(gas)
      return { ok: true, result: null }
    },
  }
  const isNeeded = async () => true
  const sender = createSender({ context, chain: { ...chain, rpc }, account, isNeeded })
  return { sender, node, clock, ledger: () => context.store.ledger.open({ chainId: 1, sender: account.address }) }
}

describe('what waits behind a nonce that the ledger does not know', () => {
  it('gets in: the nonces are filled after some blocks, one after the other', async () => {
    const { sender, node, clock, ledger } = open()
    node.count = 2
    await sender.submit({ ...request, purpose })
    // A reorganisation takes back what stood at 0 and 1; an old copy of the disk knew of neither.
    node.count = 0
    await sender.track()
    expect(ledger().map(({ nonce }) => nonce)).toEqual([2])
    for (let turn = 0; turn < 3; turn++) {
      clock.now += 7_000
      await sender.track()
    }
    expect(new Set(ledger().map(({ nonce, purpose: { kind } }) => `${nonce} ${kind}`))).toEqual(new Set(['0 fill', '2 accuse']))
    node.count = 1
    clock.now += 7_000
    await sender.track()
    expect(node.sent).toContain(1)
  })

  it('is helped with as much gas as the chain asks for, once the account can pay for it', async () => {
    const { sender, node, clock } = open()
    node.count = 1
    await sender.submit({ ...request, purpose })
    node.count = 0
    node.isPoor = true
    clock.now += 7_000
    await sender.track()
    expect(node.sent).not.toContain(0)
    node.isPoor = false
    clock.now += 7_000
    await sender.track()
    expect(node.gas[node.sent.indexOf(0)]).toBe(130_000n)
  })

  it('is not helped with a nonce that is under way', async () => {
    const { sender, node, clock, ledger } = open()
    await sender.submit({ ...request, purpose })
    await sender.submit({ ...request, purpose })
    clock.now += 60_000
    await sender.track()
    expect(ledger().map(({ purpose: { kind } }) => kind)).not.toContain('fill')
    expect(new Set(node.sent)).toEqual(new Set([0, 1]))
  })

  it('is given no more than it needs when nothing waits', async () => {
    const { sender, node, ledger } = open()
    node.count = 3
    await sender.track()
    expect([ledger(), node.sent]).toEqual([[], []])
  })
})
