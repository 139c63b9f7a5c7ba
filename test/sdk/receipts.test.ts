import { custom, type Hex } from 'viem'
import { getTransaction, sendTransaction } from 'viem/actions'
import { expect, it, onTestFinished } from 'vitest'
import { cell, clientOf } from '../../sdk/src/index.ts'
import { bo, hash, startBoard } from './support/boards.ts'
import { clientFor } from './support/chain.ts'

type Request = { readonly method: string; readonly params?: readonly unknown[] }

it('says that a transaction is lost when its block was taken back after its receipt', async () => {
  const { chain, client, at } = await startBoard()
  const request = chain.provider.request.bind(chain.provider)
  let isTakenBack = false
  const forgetful = Object.create(chain.provider, {
    request: {
      value: async ({ method, params }: Request) => {
        if (method === 'eth_getTransactionByHash' && isTakenBack) return null
        const answer = await request(params === undefined ? { method } : { method, params: [...params] })
        if (method === 'eth_getTransactionReceipt' && answer !== null) isTakenBack = true
        return answer
      },
    },
  })
  const late = clientFor([{ ...chain, config: { ...chain.config, transport: custom(forgetful, { retryCount: 0 }) } }], bo)
  const change = { ...at, key: hash('cell'), expectedVersion: 0, value: '0x01', gas: 200_000n } as const
  await chain.node.setAutomine(false)
  onTestFinished(() => chain.node.setAutomine(true))
  // Both pass alone, and the second one fails in the block.
  await cell.write(client, change)
  const second = cell.write.sync(late, change)
  await expect.poll(() => chain.node.getTransactionCount({ address: bo.address, blockTag: 'pending' })).toBe(1)
  await chain.node.mine({ blocks: 1 })
  await expect(second).rejects.toMatchObject({ name: 'ReceiptTimeoutError' })
  expect(isTakenBack).toBe(true)
})

it('takes no other transaction for its own that took its place, but itself at another price', async () => {
  const { chain, at } = await startBoard()
  let looks = 0
  const request = (call: Request) => {
    looks += Number(call.method === 'eth_getTransactionByHash')
    return chain.provider.request(call)
  }
  const client = clientFor([{ ...chain, config: { ...chain.config, transport: custom({ request }, { retryCount: 0 }) } }], bo)
  const connection = clientOf(client, at.chainId)
  await chain.node.setAutomine(false)
  onTestFinished(() => chain.node.setAutomine(true))
  const change = { ...at, expectedVersion: 0, gas: 200_000n } as const
  /** Writes a cell, and sends what `instead` makes of it in its place. */
  const writing = async (key: Hex, instead: (data: Hex) => Hex) => {
    const nonce = await chain.node.getTransactionCount({ address: bo.address })
    const before = looks
    const written = cell.write.sync(client, { ...change, key, value: '0x01' })
    written.catch(() => undefined)
    // What was never seen waiting cannot be missed.
    await expect.poll(() => looks).toBeGreaterThan(before)
    const { transactions } = await chain.node.getBlock({ blockTag: 'pending' })
    const { to, input, gas, maxFeePerGas = 0n } = await getTransaction(connection, { hash: transactions[0] ?? '0x' })
    const fees = { maxFeePerGas: maxFeePerGas * 3n, maxPriorityFeePerGas: maxFeePerGas * 2n }
    const hash = await sendTransaction(connection, { account: bo, chain: connection.chain, to, data: instead(input), nonce, gas, ...fees })
    await chain.node.mine({ blocks: 1 })
    return { written, hash }
  }
  const [one, two] = [hash('one'), hash('two')]
  const replaced = await writing(one, (data) => data.replace(one.slice(2), two.slice(2)) as Hex)
  await expect(replaced.written).rejects.toMatchObject({ name: 'TransactionReplacedError', retryable: true, hash: replaced.hash })
  expect((await cell.read(client, { ...at, key: two })).value.version).toBe(1)

  const dearer = await writing(one, (data) => data)
  expect(await dearer.written).toMatchObject({ hash: dearer.hash, event: { key: one, version: 1 } })
})
