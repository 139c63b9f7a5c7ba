// What is true, kept from the chains themselves, and what must never happen, checked at each step.
import { type Hex, hexToNumber } from 'viem'
import { type HeadStatement, type Lane, laneKey } from '../../sdk/src/gateway/index.ts'
import { laneAdvancedTopic, messageSentTopic } from '../../sdk/src/sync/index.ts'
import type { Block, Chain } from './chain.ts'
import { deployed, type Execution, placeOf } from './contracts.ts'

export type Violation = { readonly rule: Rule; readonly detail: string; readonly at: number }
export type Rule =
  | 'loss'
  | 'phantom'
  | 'double execution'
  | 'double signature'
  | 'false signature'
  | 'nonces'
  | 'halt'
  | 'store'
  | 'evidence'
  | 'default'
  | 'paid twice'
  | 'envelopes'
  | 'error'

/** A message that became permanent. */
export type FinalMessage = {
  readonly lane: Lane
  readonly laneKey: Hex
  readonly nonce: number
  readonly leaf: Hex
  readonly block: number
}

type Truth = { upTo: number; isBroken: boolean; readonly heads: Map<string, Set<Hex>>; readonly leaves: Set<Hex> }

export type Oracle = ReturnType<typeof createOracle>

export function createOracle({ now }: { now: () => number }) {
  const truths = new Map<number, Truth>()
  const halted = new Set<string>()
  const executed = new Map<string, Block>()
  const violations: Violation[] = []
  const counts = { signatures: 0, secondThoughts: 0, executions: 0, blocks: 0 }
  const fail = (rule: Rule, detail: string) => violations.push({ rule, detail, at: now() })
  const truthOf = (chainId: number): Truth => {
    const known = truths.get(chainId)
    if (known !== undefined) return known
    const truth = { upTo: -1, isBroken: false, heads: new Map(), leaves: new Set<Hex>() }
    truths.set(chainId, truth)
    return truth
  }

  return {
    violations,
    counts,
    fail,
    isBroken: (chainId: number) => truthOf(chainId).isBroken,
    /** From here on the past of a chain is another one, from block `from` on. */
    breakFinality(chainId: number, from: number): void {
      const truth = truthOf(chainId)
      truth.isBroken = true
      truth.upTo = Math.min(truth.upTo, from - 1)
    },
    onBlock(chain: Chain): void {
      counts.blocks++
      learn(truthOf(chain.chainId), chain)
    },
    ...signatureRules({ fail, counts, truthOf }),
    /** A chain that a watcher halted stays halted for it, unless its disk was replaced by an older copy. */
    onHalt({ watcher, chainId, isHalted, isReading }: { watcher: string; chainId: number; isHalted: boolean; isReading: boolean }): void {
      const place = `${watcher} ${chainId}`
      if (isHalted) halted.add(place)
      else if (isReading && halted.has(place)) fail('halt', `${watcher} had halted ${chainId} and reads it again`)
    },
    forgetHalts: (watcher: string): void => {
      for (const place of halted) if (place.startsWith(`${watcher} `)) halted.delete(place)
    },
    onExecution(chain: Chain, block: Block, { laneKey: key, nonce, leaf }: Execution): void {
      counts.executions++
      if (![...truths.values()].some(({ leaves }) => leaves.has(leaf)))
        fail('phantom', `chain ${chain.chainId} ran ${leaf}, which never was final`)
      const place = `${chain.chainId} ${placeOf(key, nonce)}`
      const before = executed.get(place)
      if (before !== undefined && chain.blocks()[before.number] === before)
        fail('double execution', `chain ${chain.chainId} ran nonce ${nonce} twice`)
      executed.set(place, block)
    },
  }
}

/** Takes down what became permanent. */
function learn(truth: Truth, chain: Chain): void {
  const blocks = chain.blocks()
  for (let number = truth.upTo + 1; number <= Math.min(chain.finalHeight(), blocks.length - 1); number++) {
    for (const log of blocks[number]?.logs ?? []) {
      if (log.topics[0] === messageSentTopic && log.topics[1] !== undefined) truth.leaves.add(log.topics[1])
      if (log.topics[0] !== laneAdvancedTopic) continue
      const place = `${Number(log.topics[1])} ${hexToNumber(`0x${log.data.slice(2, 66)}`)}`
      truth.heads.set(place, (truth.heads.get(place) ?? new Set()).add(`0x${log.data.slice(66)}`))
    }
    truth.upTo = number
  }
}

type SignatureRules = {
  fail: (rule: Rule, detail: string) => void
  counts: { signatures: number; secondThoughts: number }
  truthOf: (chainId: number) => Truth
}
type Signed = { readonly signer: Hex; readonly statement: HeadStatement }

function signatureRules({ fail, counts, truthOf }: SignatureRules) {
  const signatures = new Map<string, readonly Hex[]>()
  const seen = new Map<string, Hex>()
  const placeOfSigned = ({ signer, statement: { setId, lane, nonce } }: Signed) => `${signer} ${setId} ${laneKey(lane)} ${nonce}`
  const named = ({ lane, nonce }: HeadStatement) => `at nonce ${nonce} of ${lane.originChainId}-${lane.destinationChainId}`
  return {
    onSign(signed: Signed): void {
      counts.signatures++
      const { lane, nonce, head } = signed.statement
      const place = placeOfSigned(signed)
      const before = signatures.get(place) ?? []
      if (before.length > 0 && !before.includes(head)) counts.secondThoughts++
      signatures.set(place, [...before.filter((other) => other !== head), head])
      const isTrue = truthOf(Number(lane.originChainId)).heads.get(`${lane.destinationChainId} ${nonce}`)?.has(head)
      if (isTrue !== true)
        fail('false signature', `${signed.signer} signed ${short(head)} ${named(signed.statement)}, which never was final`)
    },
    /** Somebody else holds a signature. Only then is it a fact: one that was lost with its process never was. */
    onSeen(signed: Signed): void {
      const { head } = signed.statement
      const place = placeOfSigned(signed)
      const before = seen.get(place)
      if (before !== undefined && before !== head)
        fail('double signature', `${signed.signer} signed ${short(before)} and ${short(head)} ${named(signed.statement)}`)
      seen.set(place, head)
    },
  }
}

/** All permanent messages of a chain, in their order. */
export function finalMessages(chain: Chain): readonly FinalMessage[] {
  return chain
    .blocks()
    .slice(0, chain.finalHeight() + 1)
    .flatMap((block) =>
      block.logs.flatMap((log, index): FinalMessage[] => {
        const leaf = block.logs[index + 1]?.topics[1]
        if (log.topics[0] !== laneAdvancedTopic || leaf === undefined) return []
        const destination = Number(log.topics[1])
        const lane = { originChainId: BigInt(chain.chainId), originGateway: deployed.gateway, destinationChainId: BigInt(destination) }
        return [
          {
            lane,
            laneKey: keyOf(chain.chainId, destination),
            nonce: hexToNumber(`0x${log.data.slice(2, 66)}`) - 1,
            leaf,
            block: block.number,
          },
        ]
      }),
    )
}

const keys = new Map<string, Hex>()

/** The key of the lane between two chains. */
export function keyOf(origin: number, destination: number): Hex {
  const name = `${origin} ${destination}`
  const known = keys.get(name)
  if (known !== undefined) return known
  const key = laneKey({ originChainId: BigInt(origin), originGateway: deployed.gateway, destinationChainId: BigInt(destination) })
  keys.set(name, key)
  return key
}

/** The number that a chain gives a lane, for people. */
export const short = (value: Hex) => value.slice(0, 10)
