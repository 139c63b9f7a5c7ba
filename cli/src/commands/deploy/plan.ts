import { z } from 'zod'
import { defineCommand } from '../../command.ts'
import { planResult, planSchema, renderPlan } from './estimates.ts'
import { chooseSuite, suiteDetails, suiteInput, suiteOptions } from './suite.ts'

/** Shows what a deployment would do, and what it would cost. */
export const command = defineCommand({
  name: 'deploy plan',
  summary: 'Show addresses, the transactions that are left, and their cost',
  details: `${suiteDetails}\nNo key is needed. Nothing is sent.`,
  options: suiteOptions,
  input: z.object(suiteInput),
  result: planSchema,
  run: async (input, { cwd, env, progress }) => {
    const chosen = await chooseSuite(input, { cwd, env, command: 'deploy plan', startsAfterBroadcasts: false })
    const { estimateSuite } = await import('@hanse/deploy')
    progress.step(`Looking at ${chosen.chains.length} chains`)
    return planResult(chosen, await estimateSuite(chosen))
  },
  render: renderPlan,
})
