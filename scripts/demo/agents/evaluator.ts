import { createEvaluator, type Review } from '@hanse/sdk/runtime'
import { encodeReport, reportOf } from '../report.ts'
import { fileOf } from '../spec.ts'
import { type AgentContext, runAgent, say } from './agent.ts'
import { fundGas } from './fund.ts'

/** Basis points for a report that is right to the byte, and for any other. */
const right = 10_000
const wrong = 0

await runAgent('evaluator', async (context) => {
  const { client, home, store, signal } = context
  await fundGas(context)
  const evaluator = createEvaluator({
    ...{ client, content: store, homeChainIds: [home] },
    judge: async (review) => ((await isRight(context, review)) ? right : wrong),
    log: ({ level, event, fields }) => {
      if (level === 'warn' || level === 'error') say({ event: 'trouble', message: `${event} ${fields.task ?? ''} ${fields.error ?? ''}` })
    },
  })
  signal.addEventListener('abort', () => void evaluator.stop())
  say({ event: 'ready' })
  await evaluator.start()
})

/** Does the work again and compares bytes. */
async function isRight({ store }: AgentContext, { spec, body }: Review): Promise<boolean> {
  return Buffer.compare(body, encodeReport(reportOf(await store.get(fileOf(spec))))) === 0
}
