import type { Reporter, TestModule } from 'vitest/node'
import { recordCounts } from './counts.ts'

/** A vitest reporter that prints nothing and records what was run. A file that cannot be loaded counts as one failed test. */
export const countingReporter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandled) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const inState = (state: string) => tests.filter((test) => test.result().state === state).length
    const broken = modules.filter((module) => module.errors().length > 0).length
    recordCounts({
      runner: 'vitest',
      passed: inState('passed'),
      failed: inState('failed') + broken + unhandled.length,
      skipped: inState('skipped') + inState('pending'),
    })
  },
}
