import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

it('settles the task of the quickstart and ends', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)('npx', ['node', 'examples/quickstart.ts'], { cwd: root, timeout: 110_000 })
  expect(stdout).toMatch(/state: 'Settled'/)
  expect(stdout).toMatch(/verdict: 10000/)
})
