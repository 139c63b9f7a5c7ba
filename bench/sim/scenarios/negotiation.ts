import { cellAt } from '../state.ts'
import type { Desk, Wish } from './editors.ts'

/**
 * Everybody who wants a section asks each of the others, over a channel for each pair, and writes once all have said yes. Who wants the same
 * section and asked before answers only after its own edit.
 */
export function ask(desk: Desk): void {
  const { asks, state } = desk
  for (const [id, { wish, missing, isReady }] of asks) {
    if (wish.since === state.number) for (const other of missing) say(desk, { from: id, to: other, edit: wish.edit })
    if (wish.since + 1 >= state.number || isReady) continue
    for (const other of missing) {
      if (isBefore(asks.get(other)?.wish, wish)) continue
      say(desk, { from: other, to: id, edit: wish.edit })
      missing.delete(other)
    }
  }
  for (const [id, entry] of asks) if (entry.missing.size === 0 && !entry.isReady) write(desk, id, entry)
}

function say({ net, agents }: Desk, { from, to, edit }: { from: number; to: number; edit: number }): void {
  const [one, other] = [Math.min(from, to), Math.max(from, to)]
  net.send({ from, chain: 0, action: { kind: 'append', topic: 1 + one * agents + other, data: 1 + edit } })
}

function isBefore(theirs: Wish | undefined, { section, since, editor }: Wish): boolean {
  if (theirs?.section !== section) return false
  return theirs.since < since || (theirs.since === since && theirs.editor < editor)
}

function write({ state, net, bodies }: Desk, id: number, entry: { readonly wish: Wish; isReady: boolean }): void {
  const { section: cell, edit } = entry.wish
  entry.isReady = true
  const { version, value } = cellAt(state, cell)
  bodies.push({ parent: value, edit })
  net.send({ from: id, chain: 0, action: { kind: 'write', cell, expectedVersion: version, value: bodies.length - 1 } })
}
