import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { agent } from '../../sdk/src/index.ts'

const page = readFileSync(new URL('../../docs/capabilities.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([^`]+)` \| (.+) \| `(0x[0-9a-f]{64})` \|$/gm)].map(([, name = '', means = '', hash = '']) => ({
  name,
  means,
  hash,
}))

it('shows the vocabulary of the SDK, all of it and nothing else', () => {
  const expected = Object.entries(agent.capabilities).map(([name, means]) => ({ name, means, hash: agent.capabilityOf(name) }))
  expect(rows).toEqual(expected)
  expect(rows.length).toBeGreaterThan(30)
})

it('has names of the form that it asks for, each once', () => {
  for (const { name } of rows) expect(agent.isCapabilityName(name), name).toBe(true)
  expect(new Set(rows.map(({ hash }) => hash)).size).toBe(rows.length)
  for (const name of ['text', 'Text.report', 'text.', 'text..report', 'text.report!', '', 'a.b'.repeat(30)]) {
    expect(agent.isCapabilityName(name), name).toBe(false)
  }
  expect(agent.isCapabilityName('org.example.fold-paper')).toBe(true)
})

it('finds the names behind hashes', () => {
  for (const { name, hash } of rows)
    expect(agent.nameOfCapability(agent.capabilityOf(name))).toBe(name === agent.nameOfCapability(`0x${hash.slice(2)}`) ? name : '')
  expect(agent.nameOfCapability(agent.capabilityOf('org.example.fold-paper'))).toBeUndefined()
})
