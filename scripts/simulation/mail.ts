// Agents that tell each other something through watchers, and others who try to.
import { type Address, type Hex, keccak256, numberToHex, zeroAddress } from 'viem'
import { type Envelope, envelopeId, maxEnvelopeLife, type SignedEnvelope } from '../../sdk/src/agent/index.ts'
import type { Clock } from './clock.ts'
import { addressOf, signEnvelope } from './curve.ts'
import type { Process } from './life.ts'
import type { Network, Responder } from './network.ts'
import type { Oracle } from './oracle.ts'
import type { Plan } from './plan.ts'

/** What somebody tells a watcher. `flood`: more than one agent may have there at once. */
export type Letter = Plan['mail'][number]

type Told = {
  readonly id: Hex
  readonly letter: Letter
  readonly expiry: number
  readonly taker: Process
  /** How often the watcher had been started when it was told. */
  readonly starts: number
  isTaken: boolean
}

export type Mail = ReturnType<typeof createMail>
type Options = { clock: Clock; network: Network; processes: readonly Process[]; oracle: Oracle }

/** Keys of agents that every chain knows: one that says little, and one that says too much. */
const keys = { agent: 500, chatterbox: 501, stranger: 502 } as const
export const agents: readonly Address[] = [addressOf(keys.agent), addressOf(keys.chatterbox)]
/** Most envelopes that a watcher may hold of one sender. */
const mostOfOne = 64
const perRequest = 16
/** Seconds by which the clocks of watchers may be wrong, all jumps together. */
const skew = 300

const keyOf = ({ kind }: Letter) => (kind === 'flood' ? keys.chatterbox : kind === 'stranger' ? keys.stranger : keys.agent)

function expiryOf({ kind, seconds }: Letter, now: number): number {
  if (kind === 'stale') return now - skew - seconds
  return kind === 'eternal' ? now + maxEnvelopeLife + skew + seconds : now + (kind === 'brief' ? seconds : 3_600)
}

export function createMail({ clock, network, processes, oracle }: Options) {
  const told: Told[] = []

  function envelopeOf(letter: Letter, sequence: number) {
    const key = keyOf(letter)
    const envelope: Envelope = {
      kind: 'offer',
      from: addressOf(key),
      to: zeroAddress,
      topic: keccak256(numberToHex(sequence)),
      expiry: expiryOf(letter, Math.floor(clock.now() / 1_000)),
      body: `offer ${sequence}`,
    }
    return { ...envelope, signature: signEnvelope(letter.kind === 'forged' ? keys.stranger : key, envelope) }
  }

  /** Asks a watcher for what is over by its own clock: it must not give it out any more. */
  async function askAgain({ name, state }: Process, { topic, expiry }: Envelope): Promise<void> {
    const url = new URL(`http://${name}.example/v1/envelopes?topic=${topic}`)
    const answer = await network.responders.get(name)?.({ method: 'GET', url, body: undefined })
    const isOver = expiry * 1_000 <= clock.now() + state.skewMs
    if (isOver && JSON.stringify(answer?.value).includes(topic)) oracle.fail('envelopes', `${name} gives out an envelope that has expired`)
  }

  return {
    post(letter: Letter, sequence: number): void {
      const taker = processes[letter.watcher % processes.length]
      const responder = taker && network.responders.get(taker.name)
      if (taker === undefined || responder === undefined) return
      const count = letter.kind === 'flood' ? mostOfOne + 10 : 1
      const envelopes = Array.from({ length: count }, (_, index) => envelopeOf(letter, sequence * 1_000 + index))
      for (let from = 0; from < count; from += perRequest)
        told.push(...hand({ letter, taker, responder, envelopes: envelopes.slice(from, from + perRequest) }))
      const [first] = envelopes
      if (letter.kind !== 'brief' || first === undefined) return
      for (const process of processes) clock.after((letter.seconds + 25) * 1_000, () => void askAgain(process, first))
    },
    /** What one watcher holds and another does not yet, and what was taken and is gone. */
    open(): readonly string[] {
      const soon = clock.now() / 1_000 + skew
      return told.filter(({ letter, expiry }) => letter.kind === 'good' && expiry > soon).flatMap((letter) => openOf(letter, processes))
    },
    /** What nobody may hold, and more of one sender than anybody may hold. */
    wrong(): readonly string[] {
      const bad = told.filter(({ letter: { kind } }) => kind !== 'good' && kind !== 'brief' && kind !== 'flood')
      return processes.flatMap((process) => {
        const held = bad.filter(({ id }) => holds(process, id)).map(({ letter }) => `${process.name} holds what is ${letter.kind}`)
        const { own = 0 } = process.running()?.context.store.envelopes.counts(addressOf(keys.chatterbox)) ?? {}
        return own > mostOfOne ? [...held, `${process.name} holds ${own} envelopes of one sender`] : held
      })
    },
  }
}

type Handing = { letter: Letter; taker: Process; responder: Responder; envelopes: readonly SignedEnvelope[] }

/** Tells a watcher some envelopes in one request. */
function hand({ letter, taker, responder, envelopes }: Handing): readonly Told[] {
  const { name, state } = taker
  const notes = envelopes.map((envelope): Told => {
    return { id: envelopeId(envelope), letter, expiry: envelope.expiry, taker, starts: state.starts, isTaken: false }
  })
  void responder({ method: 'POST', url: new URL(`http://${name}.example/v1/envelopes`), body: { envelopes } }).then(
    ({ value }) => noteTaken(notes, value),
    () => undefined,
  )
  return notes
}

const holds = (process: Process, id: Hex) => process.running()?.context.store.envelopes.has(id) === true

function openOf({ id, taker, starts, isTaken }: Told, processes: readonly Process[]): readonly string[] {
  const without = processes.filter((process) => !holds(process, id))
  if (without.length === 0) return []
  // What only one process knew goes with it.
  if (without.length === processes.length)
    return isTaken && taker.state.starts === starts ? [`${taker.name} took an envelope, and nobody has it`] : []
  return without.map(({ name }) => `${name} lacks an envelope that others have`)
}

function noteTaken(notes: readonly Told[], value: unknown): void {
  if (typeof value !== 'object' || value === null || !('outcomes' in value) || !Array.isArray(value.outcomes)) return
  for (const [index, outcome] of value.outcomes.entries()) {
    const note = notes[index]
    if (note !== undefined) note.isTaken = outcome === 'added'
  }
}
