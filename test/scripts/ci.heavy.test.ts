import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countsVariable } from '../../scripts/run/counts.ts'
import { root } from '../../scripts/run/lanes.ts'
import { plantFiles } from './checks/plant.ts'

const records = (passed: number, failed: number) =>
  `node -e "require('fs').appendFileSync(process.env.${countsVariable}, JSON.stringify({ runner: 'r', passed: ${passed}, failed: ${failed}, skipped: 0 }) + '\\n'); process.exit(${failed})"`

const good = { test: records(3, 0), check: 'true', 'test:heavy': records(2, 0) }
const budgets = '| step | budget s |\n| --- | --- |\n| npm ci | 120 |\n| npm test | 300 |\n| all | 1500 |\n\nAfter the table.\n'

/** Runs `scripts/ci.ts` in a small repository whose commands do as told, `installSeconds` after it began. */
function run(scripts: Record<string, string>, { readme = '    npm ci && npm test\n', installSeconds = 30 } = {}) {
  const files = { 'package.json': JSON.stringify({ type: 'module', scripts }), 'README.md': readme, 'docs/testing.md': budgets }
  const directory = plantFiles(files)
  cpSync(join(root, 'scripts', 'run'), join(directory, 'scripts', 'run'), { recursive: true })
  cpSync(join(root, 'scripts', 'ci.ts'), join(directory, 'scripts', 'ci.ts'))
  const { status, stdout } = spawnSync(process.execPath, [join(directory, 'scripts/ci.ts'), '0', String(installSeconds)], {
    encoding: 'utf8',
  })
  return { isGood: status === 0, last: stdout.trimEnd().split('\n').at(-1), stdout }
}

describe('ci', () => {
  it('sums up over the runners, shows the budgets, and ends with the verdict', () => {
    const { isGood, last, stdout } = run(good)
    expect({ isGood, last }).toEqual({ isGood: true, last: '5 passed, 0 failed' })
    expect(stdout).toMatch(/npm ci +30 +120 +good\n/)
    expect(stdout).toMatch(/npm run check +\d+ +0 +good, over budget/)
  })

  it.each([
    ['a test fails', { ...good, test: records(3, 2) }, '5 passed, 2 failed'],
    ['a check fails', { ...good, check: 'false' }, '5 passed, 1 failed'],
    ['a runner ran nothing', { ...good, 'test:heavy': 'false' }, '3 passed, 1 failed'],
    ['nothing ran at all', { test: 'true', check: 'true', 'test:heavy': 'true' }, '0 passed, 1 failed'],
    ['a command is missing', { test: good.test, check: good.check }, '3 passed, 1 failed'],
  ])('fails when %s', (_, scripts, last) => {
    expect(run(scripts)).toMatchObject({ isGood: false, last })
  })

  it('fails over 25 minutes', () => {
    const { isGood, last } = run({ ...good, 'test:heavy': 'sleep 60' }, { installSeconds: 1499 })
    expect(isGood).toBe(false)
    expect(last).toMatch(/ failed$/)
  })

  it('fails when the README names no test command', () => {
    expect(run(good, { readme: 'npm ci && npm test' })).toMatchObject({ isGood: false, last: '2 passed, 1 failed' })
  })
})
