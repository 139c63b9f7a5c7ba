import { type Address, type Hex, isAddressEqual } from 'viem'
import { patterns } from '../../../sdk/src/index.ts'

/** A space in memory, under the rules of the blackboard, which takes one transaction after the other into blocks of two seconds. */
export function memoryBoard({ manifest }: { readonly manifest: patterns.Manifest }) {
  const log: patterns.BoardEvent[] = []
  const cells = new Map<Hex, { version: number; holder?: Address; end: number }>()
  const counts = { sent: 0, refused: 0 }
  let blockNumber = 1n
  const now = () => Number(blockNumber) * 2
  const cellOf = (key: Hex) => {
    const cell = cells.get(key) ?? { version: 0, end: 0 }
    cells.set(key, cell)
    return cell
  }
  /** Undefined: refused. */
  const send = (act: () => number | undefined) => {
    const done = act()
    counts.sent += 1
    if (done === undefined) counts.refused += 1
    return done
  }
  const write = (by: Address, { key, expected, value }: { readonly key: Hex; readonly expected: number; readonly value: Hex }) =>
    send(() => {
      const cell = cellOf(key)
      const isHeld = cell.holder !== undefined && cell.end >= now() && !isAddressEqual(cell.holder, by)
      if (isHeld || cell.version !== expected) return undefined
      cell.version += 1
      log.push({ kind: 'written', blockNumber, key, version: cell.version, value, by })
      return cell.version
    })
  const acquire = (by: Address, { key, duration }: { readonly key: Hex; readonly duration: number }) =>
    send(() => {
      const cell = cellOf(key)
      if (cell.holder !== undefined && cell.end >= now()) return undefined
      Object.assign(cell, { version: cell.version + 1, holder: by, end: now() + duration })
      log.push({ kind: 'granted', blockNumber, key, version: cell.version, holder: by, end: cell.end })
      return cell.version
    })
  const release = (key: Hex) =>
    send(() => {
      const cell = cellOf(key)
      Object.assign(cell, { version: cell.version + 1, holder: undefined, end: 0 })
      log.push({ kind: 'released', blockNumber, key, version: cell.version })
      return cell.version
    })
  const announce = (item: Hex) => log.push({ kind: 'appended', blockNumber, key: patterns.workTopic, data: item })
  const views = new Map<bigint, patterns.View>()
  /** What everybody sees once this block is mined: by default the newest that is. */
  const view = (at = blockNumber - 1n) => {
    const seen =
      views.get(at) ?? patterns.viewOf({ space: patterns.manifestKey, events: eventsTo(at), blockNumber: at, timestamp: Number(at) * 2 })
    views.set(at, seen)
    return seen
  }
  const eventsTo = (at: bigint) => log.filter((event) => event.blockNumber <= at)
  const mine = () => {
    blockNumber += 1n
  }
  const [first = '0x0000000000000000000000000000000000000001'] = manifest.agents
  write(first, { key: patterns.manifestKey, expected: 0, value: patterns.encodeManifest(manifest) })
  mine()
  return { log, counts, write, acquire, release, announce, view, mine, height: () => blockNumber }
}

/** A space in memory. */
export type MemoryBoard = ReturnType<typeof memoryBoard>
