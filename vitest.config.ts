import { defineConfig } from 'vitest/config'
import { countingReporter } from './scripts/run/vitestCounts.ts'

/** Worlds of several processes take seconds to start; a test that waits longer than this waits for something that will not come. */
const patience = { testTimeout: 60_000, hookTimeout: 90_000 }

export default defineConfig({
  test: {
    reporters: ['default', countingReporter],
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/contracts/**', '**/*.heavy.test.ts'], ...patience } },
      { test: { name: 'heavy', include: ['test/**/*.heavy.test.ts'], exclude: ['test/contracts/**'], ...patience } },
    ],
  },
})
