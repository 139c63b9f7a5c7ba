import { BrowserProvider, NonceManager, Wallet } from 'ethers'
import { type Hex, keccak256, toHex, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { ethersContract, ethersTransport, withEthersSigner } from '../../../sdk/src/ethers/index.ts'
import { type Client, createClient, errors, task } from '../../../sdk/src/index.ts'
import { people, startTasks, type TaskBench } from '../support/tasks.ts'

let bench: TaskBench
let provider: BrowserProvider
let client: Client

/** The same key as the requester of the bench has. */
const wallet = new Wallet(keccak256(toHex('sdk test requester')))

beforeAll(async () => {
  bench = await startTasks()
  provider = new BrowserProvider(bench.chain.provider, bench.home, { cacheTimeout: -1 })
  client = createClient({ chains: [{ ...bench.chain.config, transport: ethersTransport(provider) }], pollingIntervalMs: 5 })
})

describe('ethers', () => {
  it('reads through a provider, and a refusal is the contract’s own error', async () => {
    const { taskId, terms } = await bench.opened()
    expect((await task.getTask(client, { ...bench.at, taskId })).value.state).toBe('Open')
    const refused = task.open(client, { ...bench.at, terms, account: people.requester })
    await expect(refused).rejects.toBeInstanceOf(errors.TaskWrongState)
  })

  it('sends with a signer that holds a key, also through a manager of nonces', async () => {
    expect(wallet.address).toBe(people.requester.address)
    for (const signer of [wallet, new NonceManager(wallet)]) {
      const own = await withEthersSigner(client, signer)
      const { event } = await task.open.sync(own, { ...bench.at, terms: await bench.termsNow() })
      expect((await bench.view(event.taskId)).state).toBe('Open')
    }
    expect(client.account).toBeUndefined()
  })

  it('has a wallet of the browser send by itself', async () => {
    const [address] = await bench.chain.node.getAddresses()
    const signer = await provider.getSigner(address)
    const own = await withEthersSigner(client, signer)
    const terms = await bench.termsNow({ requester: signer.address as Hex, token: zeroAddress })
    const { receipt } = await task.open.sync(own, { ...bench.at, terms })
    expect(receipt.from.toLowerCase()).toBe(signer.address.toLowerCase())
  })

  it('signs as viem does', async () => {
    const own = await withEthersSigner(client, wallet)
    const types = { B: [{ name: 'n', type: 'uint256' }], A: [{ name: 'b', type: 'B[]' }], C: [{ name: 'b', type: 'B' }] } as const
    const message = { domain: { name: 'x', chainId: 1 }, primaryType: 'A', types, message: { b: [{ n: 1n }] } } as const
    for (const primaryType of ['A', 'C'] as const) {
      const asked = primaryType === 'A' ? message : ({ ...message, primaryType, message: { b: { n: 2n } } } as const)
      expect(await own.account?.signTypedData?.(asked)).toBe(await people.requester.signTypedData(asked))
    }
    expect(await own.account?.signMessage?.({ message: { raw: '0x01ff' } })).toBe(
      await people.requester.signMessage({ message: { raw: '0x01ff' } }),
    )
    expect(await own.account?.signMessage?.({ message: 'hello' })).toBe(await people.requester.signMessage({ message: 'hello' }))
  })

  it('has typed contracts at the addresses of the deployment', async () => {
    const { taskId, terms } = await bench.opened()
    const escrow = ethersContract(bench.chain.deployment, 'taskEscrow', provider)
    const { state, token } = await escrow.taskOf(taskId)
    expect([state, token]).toEqual([1n, 0n])
    expect(await escrow.getAddress()).toBe(bench.chain.deployment.taskEscrow)
    const [opened] = await escrow.queryFilter(escrow.filters.TaskOpened(taskId))
    expect(opened?.args.terms.reward).toBe(terms.reward)
    expect(() => ethersContract(bench.chain.deployment, 'hashCheck')).toThrow(errors.ClientConfigError)
  })
})
