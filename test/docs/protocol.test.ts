import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { gateway } from '../../sdk/src/index.ts'
import { protocolBoxes, refused, renderBox, vectors } from './protocolBoxes.ts'

const page = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8')
const boxes = protocolBoxes()
const shown = [...page.matchAll(/```text\n([\s\S]*?)\n```/g)].map(([, text = '']) => text)
const valuesOf = (box: string, name: string) => (boxes[box] ?? []).filter(([row]) => row === name).map(([, value]) => value)

it.each(Object.keys(boxes))('shows the box `%s` as it is computed', (name) => {
  expect(shown).toContain(renderBox(boxes[name] ?? []))
})

it('shows nothing else', () => {
  expect(shown).toHaveLength(Object.keys(boxes).length)
  const outside = page.replace(/```text\n[\s\S]*?\n```/g, '')
  expect(outside).not.toMatch(/0x[0-9a-fA-F]{8}/)
})

it('computes what the vectors say', () => {
  const { attestation, lanes, messages, task } = vectors
  expect(valuesOf('lane', 'key')).toEqual(lanes.slice(0, 3).map(({ key }) => key))
  expect(valuesOf('leaf', 'leaf')).toEqual(messages.map(({ leaf }) => leaf))
  expect(valuesOf('header', 'senderAndLimits')).toEqual(messages.map(({ header }) => header.senderAndLimits))
  expect(valuesOf('header', 'recipient')).toEqual(messages.map(({ header }) => header.recipient))
  expect(valuesOf('rosters', 'setId')).toEqual(attestation.rosters.map(({ setId }: { setId: string }) => setId))
  expect(valuesOf('digests', 'domainSeparator')).toEqual([attestation.domainSeparator])
  expect(valuesOf('digests', 'digest of the head')).toEqual([attestation.heads[0].digest])
  expect(valuesOf('digests', 'digest of the rotation')).toEqual([attestation.rotations[0].digest])
  expect(valuesOf('task', 'taskId')).toEqual([task.taskId])
})

it.each(Object.entries(refused))('refuses an address with %s', (_, bytes) => {
  expect(() => gateway.parseInteroperable(bytes)).toThrow('Interoperable address')
})
