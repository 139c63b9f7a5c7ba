import { type Hex, numberToHex } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { errors, task, type WalletRequest, withWallet } from '../../sdk/src/index.ts'
import { clientFor } from './support/chain.ts'
import { people, startTasks, type TaskBench } from './support/tasks.ts'

let bench: TaskBench
beforeAll(async () => {
  bench = await startTasks()
})

type Knowledge = { readonly at?: number; readonly knows?: readonly number[]; readonly refuses?: boolean }

/** A wallet that signs for the requester, with what it was asked. */
function walletOf({ at = bench.home, knows = [bench.home], refuses = false }: Knowledge = {}) {
  let chain = at
  const known = [...knows]
  const asked: string[] = []
  const failure = (code: number) => Object.assign(new Error(`code ${code}`), { code })
  const request: WalletRequest = async ({ method, params = [] }) => {
    asked.push(method)
    const wanted = Number(Reflect.get(Object(params[0]), 'chainId'))
    if (method === 'eth_chainId') return numberToHex(chain)
    if (method === 'wallet_addEthereumChain') {
      known.push(wanted)
      chain = wanted
      return null
    }
    if (method === 'wallet_switchEthereumChain') {
      if (!known.includes(wanted)) throw failure(4902)
      chain = wanted
      return null
    }
    if (method !== 'eth_sendTransaction' || refuses) throw failure(4001)
    const { from, gas, value, to, data }: Readonly<Record<'from' | 'gas' | 'value' | 'to' | 'data', Hex>> = Object(params[0])
    expect([from.toLowerCase(), chain]).toEqual([people.requester.address.toLowerCase(), bench.home])
    const call = { to, data, gas: BigInt(gas), value: BigInt(value ?? 0) }
    return bench.chain.node.sendTransaction({ ...call, account: people.requester, chain: null })
  }
  return { asked, client: withWallet(clientFor([bench.chain]), { address: people.requester.address, request }) }
}

describe('withWallet', () => {
  it('has the wallet send, and asks it for nothing else', async () => {
    const { client, asked } = walletOf()
    const { event } = await task.open.sync(client, { ...bench.at, terms: await bench.termsNow() })
    expect((await bench.view(event.taskId)).state).toBe('Open')
    expect(asked).toEqual(['eth_chainId', 'eth_sendTransaction'])
  })

  it('has the wallet change to the chain first, and tells it of one that it does not know', async () => {
    const other = walletOf({ at: 5 })
    await task.open.sync(other.client, { ...bench.at, terms: await bench.termsNow() })
    expect(other.asked).toEqual(['eth_chainId', 'wallet_switchEthereumChain', 'eth_sendTransaction'])
    const stranger = walletOf({ at: 5, knows: [5] })
    await task.open.sync(stranger.client, { ...bench.at, terms: await bench.termsNow() })
    expect(stranger.asked.slice(1)).toEqual(['wallet_switchEthereumChain', 'wallet_addEthereumChain', 'eth_sendTransaction'])
  })

  it('tells a no of its owner from a refusal by the contract', async () => {
    const { client } = walletOf({ refuses: true })
    const terms = await bench.termsNow()
    await expect(task.open(client, { ...bench.at, terms })).rejects.toBeInstanceOf(errors.WalletRefusedError)
    await task.open.sync(bench.client, { ...bench.at, terms })
    await expect(task.open(walletOf().client, { ...bench.at, terms })).rejects.toBeInstanceOf(errors.TaskWrongState)
  })

  it('leaves the client as it was', async () => {
    const client = clientFor([bench.chain])
    withWallet(client, { address: people.requester.address, request: async () => null })
    expect(client.account).toBeUndefined()
    await expect(task.open(client, { ...bench.at, terms: await bench.termsNow() })).rejects.toBeInstanceOf(errors.AccountMissingError)
  })
})
