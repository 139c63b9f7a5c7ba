import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

it('lets a contract claim, work and be paid over two chains', { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)('npx', ['node', 'examples/contract-agent.ts'], { cwd: root, timeout: 110_000 })
  const steps = ['requested', 'delivered', 'assigned', 'requested', 'delivered', 'submitted', 'ended', 'paid']
  expect(stdout).toMatch(new RegExp(steps.join('[^]*')))
  expect(stdout).toMatch(/168 primes below 1000; its owner got 10 MARK/)
})
