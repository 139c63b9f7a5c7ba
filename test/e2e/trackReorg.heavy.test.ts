import { gateway } from '@hanse/sdk'
import { expect, it } from 'vitest'
import { useWorld } from '../support/world.ts'

const world = useWorld({
  chains: [
    { chainId: 1001, blockTime: 0.3, finality: { kind: 'depth', depth: 6 } },
    { chainId: 1002, blockTime: 0.3 },
  ],
  users: 1,
})

it('tells that a reorg took a message back', async () => {
  const client = world.client(0)
  const recipient = world.now.plan.addresses.taskPortal
  const { hash } = await gateway.sendMessage.sync(client, { chainId: 1001, destinationChainId: 1002, recipient, payload: '0x' })
  const stages = gateway.track(client, { chainId: 1001, hash, timeoutMs: 30_000 })
  expect((await stages.next()).value).toMatchObject({ stage: 'sent', transactionHash: hash })
  await world.now.reorg({ chainId: 1001, depth: 4 })
  expect((await stages.next()).value).toMatchObject({ stage: 'unsent' })
  await stages.return()
})
