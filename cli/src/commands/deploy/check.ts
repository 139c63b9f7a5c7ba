import { z } from 'zod'
import { defineCommand } from '../../command.ts'
import { exitCodes } from '../../exitCodes.ts'
import { chooseSuite, suiteDetails, suiteInput, suiteOptions } from './suite.ts'

/** Compares the chains with the file. */
export const command = defineCommand({
  name: 'deploy check',
  summary: 'Compare the chains with the suite file',
  details: `${suiteDetails}\nNo key is needed. Ends with code 3 when something is missing or differs.`,
  options: suiteOptions,
  input: z.object(suiteInput),
  result: z.object({
    isSound: z.boolean(),
    chains: z.array(
      z.object({
        name: z.string(),
        chainId: z.int(),
        isSound: z.boolean(),
        hasFactory: z.boolean(),
        missing: z.array(z.string()),
        differences: z.array(z.object({ step: z.string(), label: z.string(), expected: z.string(), actual: z.string() })),
      }),
    ),
  }),
  run: async (input, { cwd, env, progress }) => {
    const { plan, chains, nameOf } = await chooseSuite(input, { cwd, env, command: 'deploy check', startsAfterBroadcasts: false })
    const { checkSuite } = await import('@hanse/deploy')
    progress.step(`Looking at ${chains.length} chains`)
    const reports = await checkSuite({ plan, chains })
    return {
      isSound: reports.every(({ isSound }) => isSound),
      chains: reports.map((report) => ({
        ...report,
        name: nameOf(report.chainId),
        missing: [...report.missing],
        differences: [...report.differences],
      })),
    }
  },
  render: ({ chains }) =>
    chains
      .flatMap(({ name, chainId, isSound, missing, differences }) => [
        `${name} (${chainId}): ${isSound ? 'as the file says.' : 'differs from the file.'}`,
        ...missing.map((contract) => `  no ${contract}; hanse deploy apply creates it`),
        ...differences.map(({ label, expected, actual }) => `  ${label}: ${actual}, expected ${expected}`),
      ])
      .join('\n'),
  exitCode: ({ isSound }) => (isSound ? exitCodes.done : exitCodes.found),
})
