import { gateway } from '@hanse/sdk'
import { expect, it } from 'vitest'
import { forge } from '../support/forge.ts'
import { useWorld } from '../support/world.ts'

const world = useWorld({ chains: [1001, 1002].map((chainId) => ({ chainId, blockTime: 0.3 })), users: 1 })

it.each([1, 2])('a lie of %s of 3 watchers needs a quorum of 2', async (liars) => {
  const { taskEscrow, taskPortal } = world.now.plan.addresses
  const message = { sender: taskEscrow, recipient: taskPortal, gasLimit: 100_000, deliverBefore: 0, payload: '0x' } as const
  const forgery = await forge({ world: world.now, from: 1001, to: 1002, message, liars })
  const delivery = gateway.deliver.sync(world.client(0), forgery)
  if (liars < 2) await expect(delivery).rejects.toMatchObject({ name: 'HeadNotVouched' })
  else await expect(delivery).resolves.toMatchObject({ receipt: { status: 'success' } })
})
