import { custom, type Hex, numberToHex } from 'viem'
import { type Client, createClient } from '../../../sdk/src/index.ts'
import { createFakeChain, gateway } from '../../watcher/support/fakeChain.ts'

type Filter = { readonly fromBlock?: Hex; readonly toBlock?: Hex; readonly topics?: readonly unknown[] }
type Call = { readonly method: string; readonly params?: readonly unknown[] }

const names = ['accessManager', 'timelock', 'gateway', 'watcherSet', 'agentRegistry', 'taskEscrow', 'taskPortal', 'blackboard'] as const

/** A 32-byte id that ends in a number. */
export const id = (number: number): Hex => numberToHex(number, { size: 32 })

/** A client of chains in memory on which nothing happened: contracts answer zeros to everything, or what `answers` says. */
export function createNode(chainIds: readonly number[]) {
  const asked: string[] = []
  const held: (() => void)[] = []
  const chains = chainIds.map((chainId) => createFakeChain({ chainId }))
  const node = {
    /** What was asked, in words. */
    asked,
    chains,
    /** Contracts' answers by what is in the call data. */
    answers: (_data: Hex): Hex | undefined => undefined,
    logs: (_filter: Filter): readonly unknown[] => [],
    /** Whether a request waits for `release`. */
    holds: (_call: Call): boolean => false,
    release: () => {
      for (const go of held.splice(0)) go()
    },
    /** A block on every chain, in which the gateway may speak. */
    mine: (sends: readonly number[] = []) => {
      for (const chain of chains) chain.mine(sends)
    },
  }
  for (let block = 0; block < 4; block++) node.mine()
  const configs = chains.map((chain) => {
    const provider = chain.transport()
    const request = async ({ method, params = [] }: Call) => {
      asked.push(`${chain.chainId} ${method} ${JSON.stringify(params)}`)
      if (node.holds({ method, params })) await new Promise<void>((resolve) => held.push(resolve))
      // A node answers no request in the same breath.
      else await new Promise((resolve) => setImmediate(resolve))
      if (method === 'eth_call') return node.answers(dataOf(params)) ?? `0x${'00'.repeat(2_048)}`
      if (method === 'eth_getLogs')
        return [
          ...((await provider.send([{ method, params }]))[0] as { readonly result: readonly unknown[] }).result,
          ...node.logs(params[0] as Filter),
        ]
      if (method === 'eth_getTransactionReceipt') return null
      const [reply] = await provider.send([{ method, params }])
      if (reply?.ok) return reply.result
      throw Object.assign(new TypeError(reply?.message), { code: reply?.code })
    }
    const suite = Object.fromEntries(names.map((name) => [name, gateway])) as Readonly<Record<(typeof names)[number], Hex>>
    const deployment = { ...suite, chainId: chain.chainId, startBlock: 1n }
    const finality = { kind: 'depth', depth: 2 } as const
    return { chainId: chain.chainId, rpcUrls: [], finality, deployment, transport: custom({ request }, { retryCount: 0 }) }
  })
  const client: Client = createClient({ chains: configs, pollingIntervalMs: 2 })
  return Object.assign(node, { client })
}

function dataOf(params: readonly unknown[]): Hex {
  return Reflect.get(Object(params[0]), 'data') as Hex
}
