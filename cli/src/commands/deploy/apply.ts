import { relative, resolve } from 'node:path'
import { z } from 'zod'
import { defineCommand } from '../../command.ts'
import { planResult, planSchema, renderPlan } from './estimates.ts'
import { chooseSuite, suiteDetails, suiteInput, suiteOptions } from './suite.ts'

/** Deploys, or goes on where an earlier run ended. */
export const command = defineCommand({
  name: 'deploy apply',
  summary: 'Deploy, link and hand over; sends only what is missing',
  details: `${suiteDetails}
The key comes from DEPLOYER_KEY, or from the encrypted file DEPLOYER_KEYSTORE with DEPLOYER_KEYSTORE_PASSWORD.
It may be interrupted at any point and run again: it goes on from what the chains say.`,
  options: [
    ...suiteOptions,
    { flags: '--records <folder>', summary: 'where <chainId>.json is written for each chain', default: 'deployments' },
    { flags: '--yes', summary: 'do not ask before sending', default: false },
  ],
  input: z.object({ ...suiteInput, records: z.string(), yes: z.boolean() }),
  result: z.object({
    isApplied: z.boolean(),
    plan: planSchema,
    records: z.array(z.object({ chainId: z.int(), startBlock: z.string(), file: z.string() })),
  }),
  run: async (input, { cwd, env, progress, confirm }) => {
    const { applySuite, deployerAccount, estimateSuite, writeDeployments } = await import('@hanse/deploy')
    const account = deployerAccount(env)
    const chosen = await chooseSuite(input, { cwd, env, command: 'deploy apply', startsAfterBroadcasts: true })
    progress.step(`Looking at ${chosen.chains.length} chains`)
    const plan = planResult(chosen, await estimateSuite(chosen))
    progress.end('done')
    progress.note(renderPlan(plan))
    const isOpen = plan.chains.some(({ transactions }) => transactions.length > 0)
    if (isOpen && !(await confirm('Send these transactions?', { yes: input.yes, flag: '--yes' })))
      return { isApplied: false, plan, records: [] }
    const deployments = await applySuite({
      ...chosen,
      account,
      onProgress: ({ chainId, name, status }) => progress.step(`${chosen.nameOf(chainId)}: ${name} ${status}`),
    })
    const files = writeDeployments({ directory: resolve(cwd, input.records), deployments })
    const records = deployments.map(({ chainId, startBlock }, index) => ({
      chainId,
      startBlock: String(startBlock),
      file: relative(cwd, files[index] ?? ''),
    }))
    return { isApplied: true, plan, records }
  },
  render: ({ isApplied, plan, records }) =>
    isApplied
      ? [
          `Deployed on ${plan.chains.map(({ name }) => name).join(', ')}.`,
          ...records.map(({ file, startBlock }) => `  ${file} (from block ${startBlock})`),
          'Next: hanse deploy check. To publish the sources, npm run verify in a clone of the repository.',
        ].join('\n')
      : 'Nothing was sent.',
  exitCode: ({ isApplied }) => (isApplied ? 0 : 1),
})
