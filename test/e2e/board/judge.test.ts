import { expect, it } from 'vitest'
import { type CellEvent, judge, operationsIn } from './judge.ts'

const good: readonly CellEvent[] = [
  { kind: 'written', author: 'ada', version: 1, value: '0x00000001', time: 10 },
  { kind: 'granted', holder: 'ada', token: 2, end: 20, time: 11 },
  { kind: 'written', author: 'ada', version: 3, value: '0x0000000100000002', time: 12 },
  { kind: 'renewed', holder: 'ada', token: 2, end: 30, time: 20 },
  { kind: 'released', holder: 'ada', version: 4, time: 25 },
  { kind: 'granted', holder: 'bo', token: 5, end: 35, time: 25 },
  { kind: 'granted', holder: 'ada', token: 6, end: 50, time: 36 },
]

it('finds nothing wrong with a history that is in order', () => {
  expect(judge(good)).toEqual([])
  expect(operationsIn('0x0000000100000002')).toEqual(['0x00000001', '0x00000002'])
})

const changed = (index: number, change: Partial<CellEvent>) =>
  good.map((event, i) => (i === index ? { ...event, ...change } : event)) as CellEvent[]

it.each<[string, readonly CellEvent[]]>([
  ['version 3 lost an update', changed(2, { value: '0x00000002' })],
  ['version 3 lost an update', changed(2, { value: '0x00000001' })],
  ['an update is there twice', changed(2, { value: '0x0000000100000001' })],
  ['bo wrote version 3 past ada', changed(2, { author: 'bo' })],
  ['version 4 follows 2', good.filter((_, i) => i !== 2)],
  ['bo got the cell while ada held it', changed(4, { kind: 'written', author: 'ada', version: 4, value: '0x000000010000000200000003' })],
  ['ada got the cell while bo held it', changed(6, { time: 35 })],
  ['bo renewed what it did not hold', changed(3, { holder: 'bo' })],
  ['ada renewed what it did not hold', changed(3, { time: 21 })],
  ['ada released what it did not hold', changed(4, { time: 31 })],
])('finds %s', (fault, events) => {
  expect(judge(events)).toContain(fault)
})
