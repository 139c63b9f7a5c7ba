import { custom } from 'viem'
import { expect, it, onTestFinished } from 'vitest'
import { cell } from '../../sdk/src/index.ts'
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
