import { type ChainFacts, type Facts, placeOf, type RpcFacts } from './facts.ts'
import type { Finding, Rule } from './rule.ts'

/** Seconds without a block after which a node is taken to stand still: test networks make one each 12 seconds or faster. */
const staleSeconds = 180n
/** Seconds that a chain may be ahead of this machine. */
const skewSeconds = 30n

const each = (facts: Facts, look: (chain: ChainFacts, rpc: RpcFacts) => Finding | undefined): readonly Finding[] =>
  facts.chains.flatMap((chain) => chain.rpcs.flatMap((rpc) => look(chain, rpc) ?? []))

const urlOf = ({ chain }: ChainFacts, { place }: RpcFacts) => `RPC url ${place} of ${placeOf(chain)}`
const isRight = ({ chain }: ChainFacts, rpc: RpcFacts) => rpc.chainId === chain.chainId

/** What is wrong with the nodes. */
export const rpcRules: readonly Rule[] = [
  {
    code: 'rpc-unreachable',
    severity: 'error',
    meaning: 'A node gives no answer within four seconds.',
    remedy: 'Correct the url or its key, or take another provider.',
    look: (facts) =>
      each(facts, (chain, rpc) =>
        rpc.isReachable
          ? undefined
          : {
              subject: urlOf(chain, rpc),
              fact: 'gives no answer',
              expectation: 'an answer within 4 s',
              fix: 'Correct the url or its key, or take another provider.',
            },
      ),
  },
  {
    code: 'rpc-wrong-chain',
    severity: 'error',
    meaning: 'A url leads to another chain than the one it is configured for.',
    remedy: 'Give the chain the url that is meant for it.',
    look: (facts) =>
      each(facts, (chain, rpc) =>
        rpc.chainId === undefined || isRight(chain, rpc)
          ? undefined
          : {
              subject: urlOf(chain, rpc),
              fact: `answers for chain ${rpc.chainId}`,
              expectation: `chain ${chain.chain.chainId}`,
              fix: `Replace it by a url of chain ${chain.chain.chainId}.`,
            },
      ),
  },
  {
    code: 'rpc-disagree',
    severity: 'error',
    meaning: 'Two nodes of one chain have different blocks at the same height: one of them follows a fork, another network, or lies.',
    remedy: 'Find out with a third provider which one is wrong, and replace it.',
    look: ({ chains }) =>
      chains.flatMap(({ chain, rpcs }) => {
        const hashes = new Set(rpcs.flatMap(({ commonHash }) => commonHash ?? []))
        if (hashes.size < 2) return []
        return [
          {
            subject: placeOf(chain),
            fact: `its RPC urls name ${hashes.size} different blocks at one height`,
            expectation: 'one',
            fix: 'Compare with a third provider and replace the url that differs.',
          },
        ]
      }),
  },
  {
    code: 'finality-unknown',
    severity: 'error',
    meaning: 'A node cannot tell which blocks are final under the rule of its chain, so watchers would never sign.',
    remedy: 'Take a node that knows the tag, or declare another rule for the chain on every side.',
    look: (facts) =>
      each(facts, (chain, rpc) =>
        !isRight(chain, rpc) || rpc.head === undefined || (rpc.finalBlock !== undefined && rpc.finalBlock >= 0n)
          ? undefined
          : {
              subject: urlOf(chain, rpc),
              fact:
                rpc.finalBlock === undefined ? `does not know the block "${chain.chain.finality.kind}"` : 'has fewer blocks than the depth',
              expectation: 'a final block',
              fix: 'Take a node that knows it, or declare another "finality" for this chain in the suite file.',
            },
      ),
  },
  {
    code: 'head-stale',
    severity: 'error',
    meaning: `A node has seen no block for ${staleSeconds} seconds: it is not synced, or the chain stands still.`,
    remedy: 'Wait until the node is synced, or take another provider.',
    look: (facts) =>
      each(facts, (chain, rpc) =>
        isRight(chain, rpc) && rpc.head !== undefined && facts.now - rpc.head.timestamp > staleSeconds
          ? {
              subject: urlOf(chain, rpc),
              fact: `its newest block is ${facts.now - rpc.head.timestamp} s old`,
              expectation: `at most ${staleSeconds} s`,
              fix: 'Wait until the node is synced, or take another provider. If every provider says so, the chain stands still.',
            }
          : undefined,
      ),
  },
  {
    code: 'clock-skewed',
    severity: 'error',
    meaning: `A block is more than ${skewSeconds} seconds ahead of this machine's clock, so deadlines are misjudged here.`,
    remedy: 'Set the clock of this machine (NTP).',
    look: (facts) =>
      each(facts, (chain, rpc) =>
        isRight(chain, rpc) && rpc.head !== undefined && rpc.head.timestamp - facts.now > skewSeconds
          ? {
              subject: urlOf(chain, rpc),
              fact: `its newest block is ${rpc.head.timestamp - facts.now} s in the future of this machine`,
              expectation: `at most ${skewSeconds} s`,
              fix: 'Set the clock of this machine (NTP). If it is right, the chain is wrong.',
            }
          : undefined,
      ),
  },
]
