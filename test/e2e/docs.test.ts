import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')

it('shows in docs/testing.md the attack that runs as test/e2e/attack.test.ts', () => {
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(read('docs/testing.md')) ?? []
  expect(shown).toBe(read('test/e2e/attack.test.ts'))
  expect(shown?.trim().split('\n').length).toBeLessThanOrEqual(20)
})

it('shows in the README the quickstart that runs as examples/quickstart.ts', () => {
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(read('README.md')) ?? []
  expect(shown).toBe(read('examples/quickstart.ts'))
})
