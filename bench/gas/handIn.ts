import type { Terms } from '@hanse/sdk/task'
import { keccak256 } from 'viem'
import { idOf, send, type TaskWorld } from './taskWorld.ts'

/** The worker hands in under this fencing token, and the evaluator pays. */
export async function handIn(world: TaskWorld, terms: Terms, token = 1): Promise<{ submit: bigint; accept: bigint }> {
  const { worker, evaluator } = world
  const work = { worker: worker.address, token, deliverable: keccak256(terms.salt) }
  const submit = await send(world, { from: worker, functionName: 'submit', args: [idOf(world, terms), token, work.deliverable] })
  const accept = await send(world, { from: evaluator, functionName: 'decide', args: [terms, work, 10_000] })
  return { submit, accept }
}
