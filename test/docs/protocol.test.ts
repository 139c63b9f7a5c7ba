import { readFileSync } from 'node:fs'
import { hashTypedData } from 'viem'
import { expect, it } from 'vitest'
import { gateway, task } from '../../sdk/src/index.ts'
import { protocolBoxes, refused, renderBox, vectors } from './protocolBoxes.ts'
import { signed, types } from './taskBoxes.ts'

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

it('shows what the SDK signs', () => {
  const { worker, successor, expiry } = signed
  const { chainId, escrow, taskId } = vectors.task
  const about = { chainId: Number(chainId), escrow, taskId }
  const offer = { worker, sponsor: worker, token: 1, expiry }
  const change = { to: successor, sponsor: successor, token: 1, expiry }
  const digests = {
    posting: hashTypedData(task.postingTypedData({ ...about, expiry })),
    offer: hashTypedData(task.offerTypedData({ ...about, offer })),
    bid: hashTypedData(task.bidTypedData({ ...about, bid: { ...offer, share: 6_000 } })),
    handoff: hashTypedData(task.handoffTypedData({ ...about, from: worker, change })),
    split: hashTypedData(task.splitTypedData({ ...about, agreed: { share: 3_000, token: 1, expiry } })),
  }
  for (const [name, digest] of Object.entries(digests)) expect(valuesOf('taskSignatures', name)).toEqual([digest])
  for (const type of Object.values(types)) expect(page).toContain(`\`${type}\``)
})

it.each(Object.entries(refused))('refuses an address with %s', (_, bytes) => {
  expect(() => gateway.parseInteroperable(bytes)).toThrow('Interoperable address')
})
