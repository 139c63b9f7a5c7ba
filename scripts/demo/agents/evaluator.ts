import { task } from '@hanse/sdk'
import type { Hex } from 'viem'
import { encodeReport, reportOf } from '../report.ts'
import { decodeSpec } from '../spec.ts'
import { type AgentContext, runAgent, say } from './agent.ts'
import { watchBoard } from './board.ts'
import { fundGas } from './fund.ts'

/** Basis points for a report that is right to the byte, and for any other. */
const right = 10_000
const wrong = 0

await runAgent('evaluator', async (context) => {
  const { client, home, account, signal } = context
  await fundGas(context)
  say({ event: 'ready' })
  const board = watchBoard({ client, home, signal, onError: context.fail })
  const decided = new Set<string>()
  while (!signal.aborted) {
    for (const { taskId, terms, now } of board.tasks.values()) {
      const { state, worker, token, deliverable } = now
      const review = `${taskId}:${token}`
      if (state !== 'Submitted' || !deliverable || !worker || decided.has(review) || terms.evaluator !== account.address) continue
      decided.add(review)
      const verdict = (await isRight(context, terms.specHash, deliverable)) ? right : wrong
      const work = { worker: worker.account, token, deliverable }
      const receipt = await task.decide.sync(client, { chainId: home, terms, work, verdict }).catch((error: unknown) => {
        // The review stays open until its window ends: try again at the next look.
        decided.delete(review)
        say({ event: 'trouble', taskId, message: String(error) })
      })
      if (receipt) say({ event: 'decided', taskId, token, verdict })
    }
    await board.changed(1_000)
  }
})

/** Does the work again and compares bytes. A body that is missing or not what its hash says counts as wrong. */
async function isRight({ store }: AgentContext, specHash: Hex, deliverable: Hex): Promise<boolean> {
  const spec = decodeSpec(await store.get(specHash))
  const expected = encodeReport(reportOf(await store.get(spec.file)))
  const actual = await store.get(deliverable).catch(() => undefined)
  return actual !== undefined && Buffer.compare(actual, expected) === 0
}
