import type { Hex } from 'viem'

/** What happened to a cell at home, in the order of its chain. `time` is the second of the block. */
export type CellEvent = { readonly time: number } & (
  | { readonly kind: 'written'; readonly author: string; readonly version: number; readonly value: Hex }
  | { readonly kind: 'granted'; readonly holder: string; readonly token: number; readonly end: number }
  | { readonly kind: 'renewed'; readonly holder: string; readonly token: number; readonly end: number }
  | { readonly kind: 'released'; readonly holder: string; readonly version: number }
)

/** What a writer adds to a cell: four bytes that nobody else adds. */
export const operationBytes = 4

/** The operations in a value, in order. */
export function operationsIn(value: Hex | undefined): readonly Hex[] {
  const digits = (value ?? '0x').slice(2)
  const width = 2 * operationBytes
  return Array.from({ length: digits.length / width }, (_, i): Hex => `0x${digits.slice(i * width, (i + 1) * width)}`)
}

type Lease = { readonly holder: string; readonly token: number; readonly end: number }
type State = { readonly version: number; readonly value: Hex; readonly lease: Lease | undefined }

/**
 * Everything that is wrong with the history of a cell: updates that are lost or come twice, versions that leave one out, a cell that two hold,
 * and writes past a holder. Nothing wrong: an empty list.
 */
export function judge(events: readonly CellEvent[]): readonly string[] {
  const faults: string[] = []
  let state: State = { version: 0, value: '0x', lease: undefined }
  for (const event of events) {
    const lease = state.lease !== undefined && event.time <= state.lease.end ? state.lease : undefined
    faults.push(...faultsOf(event, { ...state, lease }))
    state = after(event, state)
  }
  const operations = operationsIn(state.value)
  if (new Set(operations).size !== operations.length) faults.push('an update is there twice')
  return faults
}

/** `before.lease` is the one that runs at the time of the event. */
function faultsOf(event: CellEvent, before: State): readonly string[] {
  const faults: string[] = []
  const version = versionOf(event)
  if (version !== undefined && version !== before.version + 1) faults.push(`version ${version} follows ${before.version}`)
  const { lease } = before
  if (event.kind === 'written') {
    if (lease !== undefined && lease.holder !== event.author)
      faults.push(`${event.author} wrote version ${event.version} past ${lease.holder}`)
    const isOneMore = event.value.startsWith(before.value) && event.value.length === before.value.length + 2 * operationBytes
    if (!isOneMore) faults.push(`version ${event.version} lost an update`)
  }
  if (event.kind === 'granted' && lease !== undefined) faults.push(`${event.holder} got the cell while ${lease.holder} held it`)
  if (event.kind === 'renewed' || event.kind === 'released') {
    const token = event.kind === 'renewed' ? event.token : lease?.token
    if (lease?.holder !== event.holder || lease.token !== token) faults.push(`${event.holder} ${event.kind} what it did not hold`)
  }
  return faults
}

function after(event: CellEvent, { version, value, lease }: State): State {
  switch (event.kind) {
    case 'written':
      return { version: event.version, value: event.value, lease }
    case 'granted':
      return { version: event.token, value, lease: { holder: event.holder, token: event.token, end: event.end } }
    case 'renewed':
      return { version, value, lease: { holder: event.holder, token: event.token, end: event.end } }
    case 'released':
      return { version: event.version, value, lease: undefined }
  }
}

function versionOf(event: CellEvent): number | undefined {
  if (event.kind === 'renewed') return undefined
  return event.kind === 'granted' ? event.token : event.version
}
