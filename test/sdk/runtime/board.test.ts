import { custom } from 'viem'
import { expect, it } from 'vitest'
import { task } from '../../../sdk/src/index.ts'
import { boardKey, createBoard } from '../../../sdk/src/runtime/index.ts'
import { startAgents } from '../support/agents.ts'
import { clientFor } from '../support/chain.ts'

it('keeps what a later read showed when an earlier one comes back after it', async () => {
  const bench = await startAgents()
  const { config, provider } = bench.chain
  const { chainId } = config
  const worker = await bench.newcomer('worker')
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>()
  let isSlow = false
  const request = async (call: { readonly method: string; readonly params?: object }) => {
    const isHeld = isSlow && call.method === 'eth_call'
    const reply = await provider.request(call)
    if (isHeld) {
      answer()
      await gate
    }
    return reply
  }
  const slow = { ...bench.chain, config: { ...config, transport: custom({ request }, { retryCount: 0 }) } }
  const board = createBoard({ client: clientFor([slow]), chainIds: [chainId] })
  const client = clientFor([bench.chain], worker)
  const { taskId, terms } = await bench.post('a b')
  const key = boardKey({ homeChainId: chainId, taskId })
  const state = () => board.tasks.get(key)?.view.state
  await board.look()
  expect(state()).toBe('Open')

  isSlow = true
  const early = board.refresh(key)
  await answered
  isSlow = false
  const actor = { chainId, account: worker.address }
  await task.deposit.sync(client, { chainId, actor, token: terms.token, amount: terms.workerBond })
  await task.claim.sync(client, { chainId, homeChainId: chainId, terms, sponsor: worker.address })
  await board.look()
  expect(state()).toBe('Assigned')
  open()
  expect((await early)?.view.state).toBe('Assigned')
  expect(state()).toBe('Assigned')
})
