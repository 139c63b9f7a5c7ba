import { defineConfig } from 'vitest/config'
import { countingReporter } from './scripts/run/vitestCounts.ts'

/** `npm run test:heavy -- --full` runs `*.full.test.ts` as well: what takes too long even for every merge. */
const slow = process.env.HANSE_FULL === '1' ? ['test/**/*.heavy.test.ts', 'test/**/*.full.test.ts'] : ['test/**/*.heavy.test.ts']

/** Worlds of several processes take seconds to start; a test that waits longer than this waits for something that will not come. */
const patience = { testTimeout: 60_000, hookTimeout: 90_000 }

export default defineConfig({
  test: {
    reporters: ['default', countingReporter],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/contracts/**', '**/*.{heavy,full}.test.ts'],
          // Files of one worker share their modules: loading them anew for each of a hundred files took as long as half of the tests. Ours have no
          // state of their own.
          isolate: false,
          ...patience,
        },
      },
      { test: { name: 'heavy', include: slow, exclude: ['test/contracts/**'], ...patience } },
    ],
  },
})
