// A member of the set that is run by an adversary, and strangers who send false words.
import { type Hex, keccak256, numberToHex } from 'viem'
import type { Lane } from '../../sdk/src/gateway/index.ts'
import type { Chain } from './chain.ts'
import type { Rules } from './contracts.ts'
import { addressOf, signHead } from './curve.ts'
import type { Process } from './life.ts'
import type { Network } from './network.ts'
import { finalMessages } from './oracle.ts'
import type { Random } from './random.ts'

type Options = { key: number; rules: Rules; chains: readonly Chain[]; network: Network; processes: readonly Process[]; random: Random }

export type Word = {
  readonly setId: Hex
  readonly laneKey: Hex
  readonly nonce: number
  readonly head: Hex
  readonly signer: Hex
  readonly signature: Hex
}

/** One of two words that contradict each other, and who was told it first. */
type Side = { readonly taker: Process; readonly word: Word; isTaken: boolean; isLost: boolean }

type Contradiction = { readonly lane: Lane; readonly sides: readonly Side[] }

export type Traitor = ReturnType<typeof createTraitor>

/** Sends words to a watcher as a peer would. */
export async function tell({ network, to, words }: { network: Network; to: Process; words: readonly unknown[] }): Promise<boolean> {
  const responder = network.responders.get(to.name)
  if (responder === undefined) return false
  const request = { method: 'POST', url: new URL(`http://${to.name}.example/v1/attestations`), body: { attestations: words } }
  const answer = await responder(request).catch(() => undefined)
  return (
    answer !== undefined && typeof answer.value === 'object' && answer.value !== null && 'added' in answer.value && answer.value.added === 1
  )
}

export function createTraitor({ key, rules, chains, network, processes, random }: Options) {
  const address = addressOf(key)
  const told: Contradiction[] = []

  return {
    address,
    /** The lanes about which it contradicted itself, and both sides were taken and not lost since. */
    heard: (): readonly Lane[] =>
      told.filter(({ sides }) => sides.every(({ isTaken, isLost }) => isTaken && !isLost)).map(({ lane }) => lane),
    /**
     * A watcher is about to forget what it was told last: its power is cut, or an older backup takes its place. A word of a peer is no vow of its
     * own, so it is not synced before the answer; one that has not reached anybody else by then is gone, and proves nothing any more.
     */
    forgottenBy(process: Process | undefined): void {
      if (process === undefined) return
      const others = processes.filter((other) => other !== process)
      for (const side of told.flatMap(({ sides }) => sides)) {
        const isOnlyHere = side.taker === process || holds(process, side.word)
        if (isOnlyHere && !others.some((other) => holds(other, side.word))) side.isLost = true
      }
    },
    /** Signs two heads for one place, and tells one watcher the one and one the other. */
    contradict(): void {
      const chain = chains[random.below(chains.length)]
      const messages = chain === undefined ? [] : finalMessages(chain)
      const message = messages[random.below(messages.length)]
      const [one, other] = [processes[random.below(processes.length)], processes[random.below(processes.length)]]
      if (message === undefined || one === undefined || other === undefined) return
      const { lane, laneKey, nonce } = message
      const wordOf = (head: Hex): Word => {
        const statement = { setId: rules.setId, lane, nonce: BigInt(nonce + 1), head }
        return { setId: rules.setId, laneKey, nonce: nonce + 1, head, signer: address, signature: signHead(key, statement) }
      }
      const sides = [
        sideOf(one, wordOf(headOf(chain, message.nonce, message.lane.destinationChainId))),
        sideOf(other, wordOf(keccak256(numberToHex(random.below(1e9))))),
      ]
      told.push({ lane, sides })
      for (const side of sides) {
        void tell({ network, to: side.taker, words: [side.word] }).then((isTaken) => {
          side.isTaken = isTaken
        })
      }
    },
  }
}

const sideOf = (taker: Process, word: Word): Side => ({ taker, word, isTaken: false, isLost: false })

function holds(process: Process, { head, ...place }: Word): boolean {
  return process.running()?.context.store.attestations.find(place)?.head === head
}

/** The true head after a message. */
function headOf(chain: Chain | undefined, nonce: number, destination: bigint): Hex {
  for (const block of chain?.blocks() ?? []) {
    for (const log of block.logs) {
      const isIt =
        Number(log.topics[1]) === Number(destination) &&
        log.data.length === 130 &&
        BigInt(`0x${log.data.slice(2, 66)}`) === BigInt(nonce + 1)
      if (isIt) return `0x${log.data.slice(66)}`
    }
  }
  return numberToHex(0, { size: 32 })
}

/** Words that prove nothing: false signatures, other people's signatures for other places, places far ahead, and no words at all. */
export function falseWords({ rules, chains, random }: Pick<Options, 'rules' | 'chains' | 'random'>): readonly unknown[] {
  const chain = chains[random.below(chains.length)]
  const message = chain === undefined ? undefined : finalMessages(chain)[0]
  const signer = rules.members[random.below(rules.members.length)] ?? addressOf(0)
  const head = keccak256(numberToHex(random.below(1e9)))
  const laneKey = message?.laneKey ?? head
  const statement = {
    setId: rules.setId,
    lane: message?.lane ?? { originChainId: 1n, originGateway: signer, destinationChainId: 2n },
    nonce: 1n,
    head,
  }
  const word: Word = { setId: rules.setId, laneKey, nonce: 1, head, signer, signature: signHead(999, statement) }
  return random.pick([
    [word],
    [{ ...word, signer: addressOf(999) }],
    [{ ...word, nonce: 1e9 }],
    [{ ...word, setId: head }],
    [{ ...word, nonce: -1 }],
    ['nothing'],
    [{ ...word, laneKey: head }],
    [{ ...word, signature: numberToHex(0, { size: 64 }) }],
  ])
}
