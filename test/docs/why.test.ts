import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { homelessCodes, whyPage } from '../../scripts/why/page.ts'
import { whyCodes } from '../../sdk/src/why/codes.ts'

const root = join(import.meta.dirname, '../..')
const textsOf = (folder: string, suffix: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(suffix))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'))

it('is written from the codes that the SDK has', () => {
  expect(homelessCodes()).toEqual([])
  expect(readFileSync(join(root, 'docs/why.md'), 'utf8')).toBe(whyPage())
})

it('has no code that the SDK never gives', () => {
  const sources = [...textsOf('sdk/src/why', '.ts'), ...textsOf('sdk/src/workflow', '.ts')].filter(
    (text) => !text.includes('export const whyCodes'),
  )
  const unused = Object.keys(whyCodes).filter((code) => !sources.some((text) => text.includes(`'${code}'`)))
  expect(unused).toEqual([])
})

it('has no code to which no test drives something', () => {
  const tests = textsOf('test/sdk', '.test.ts')
  const undriven = Object.keys(whyCodes).filter((code) => !tests.some((text) => text.includes(`'${code}'`)))
  expect(undriven).toEqual([])
})
