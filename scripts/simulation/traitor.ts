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
  /** How often both sides of a contradiction were taken by somebody. */
  const heard: { first: boolean; second: boolean; readonly lane: Lane }[] = []

  return {
    address,
    heard,
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
      const entry = { first: false, second: false, lane }
      heard.push(entry)
      const [first, second] = [
        wordOf(headOf(chain, message.nonce, message.lane.destinationChainId)),
        wordOf(keccak256(numberToHex(random.below(1e9)))),
      ]
      void tell({ network, to: one, words: [first] }).then((isTaken) => {
        entry.first = isTaken
      })
      void tell({ network, to: other, words: [second] }).then((isTaken) => {
        entry.second = isTaken
      })
    },
  }
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
