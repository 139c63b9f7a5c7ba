// Lets Hardhat's two runners record what they ran. Used by hardhat.config.ts.
import { overrideTask } from 'hardhat/config'
import { type Counts, recordCounts } from './counts.ts'

type Summary = Omit<Counts, 'runner'>
type Run = { summary: Summary; suiteResults?: { testResults: { status: string }[] }[] }
type Outcome = { success: boolean; value?: Run; error?: Run }

/** The Solidity runner sums up only when `hardhat test` runs it, so what it lists is counted instead. */
function summaryOf({ summary, suiteResults }: Run): Summary {
  if (!suiteResults) return summary
  const tests = suiteResults.flatMap(({ testResults }) => testResults)
  const inState = (status: string) => tests.filter((test) => test.status === status).length
  return { passed: inState('Success'), failed: inState('Failure'), skipped: inState('Skipped') }
}

const recording = (runner: string) =>
  overrideTask(['test', runner])
    .setInlineAction(async (parameters, _hre, runSuper) => {
      const outcome: Outcome = await runSuper(parameters)
      const run = outcome.value ?? outcome.error
      if (run) {
        const { passed, failed, skipped } = summaryOf(run)
        recordCounts({ runner, passed, failed, skipped })
      }
      return outcome
    })
    .build()

/** Overrides of `hardhat test solidity` and `hardhat test mocha` that change nothing but the record. */
export const countedTestTasks = [recording('solidity'), recording('mocha')]
