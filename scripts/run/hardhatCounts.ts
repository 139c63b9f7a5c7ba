// Lets Hardhat's two runners record what they ran. Used by hardhat.config.ts.
import { overrideTask } from 'hardhat/config'
import { type Counts, recordCounts } from './counts.ts'

type Summary = Omit<Counts, 'runner'>
type Outcome = { success: boolean; value?: { summary: Summary }; error?: { summary: Summary } }

const recording = (runner: string) =>
  overrideTask(['test', runner])
    .setInlineAction(async (parameters, _hre, runSuper) => {
      const outcome: Outcome = await runSuper(parameters)
      const summary = outcome.value?.summary ?? outcome.error?.summary
      if (summary) recordCounts({ runner, passed: summary.passed, failed: summary.failed, skipped: summary.skipped })
      return outcome
    })
    .build()

/** Overrides of `hardhat test solidity` and `hardhat test mocha` that change nothing but the record. */
export const countedTestTasks = [recording('solidity'), recording('mocha')]
