import type { Finality } from '@hanse/sdk'
import { getAddress } from 'viem'
import { networks } from '../networks.ts'
import { placeOf } from './facts.ts'
import type { Rule } from './rule.ts'

/** How much an attacker has to undo before a block that was called final is not: more is tighter. */
export const tightness = ({ kind }: Finality): number => ({ depth: 0, safe: 1, finalized: 2 })[kind]

/** Whether one rule calls blocks final that the other does not yet. */
export function isLooser(one: Finality, other: Finality): boolean {
  if (one.kind === 'depth' && other.kind === 'depth') return one.depth < other.depth
  return tightness(one) < tightness(other)
}

/** A finality rule in words. */
export const inWords = (finality: Finality): string => (finality.kind === 'depth' ? `${finality.depth} blocks` : `"${finality.kind}"`)

/** What is wrong with the suite file before anybody is asked. */
export const suiteRules: readonly Rule[] = [
  {
    code: 'quorum-weak',
    severity: 'error',
    meaning: 'One watcher alone, or two groups of watchers without a common member, could vouch for whatever they like.',
    remedy: 'Ask for at least 2 and more than half, from watchers of different operators.',
    look: ({ patient: { config } }) => {
      const { members, quorum } = config.watchers
      const distinct = new Set(members.map((member) => getAddress(member))).size
      if (quorum >= 2 && quorum <= distinct && 2 * quorum > distinct) return []
      return [
        {
          subject: 'watchers of the suite',
          fact: `vouch with ${quorum} of ${distinct}`,
          expectation: 'at least 2, more than half, and not more than there are',
          fix: `Set "quorum" of the suite file to ${Math.max(2, Math.floor(distinct / 2) + 1)} and name at least 3 members; where it is deployed, rotate the set.`,
        },
      ]
    },
  },
  {
    code: 'finality-loose',
    severity: 'error',
    meaning:
      'The suite calls blocks of a known network final before that network does: a reorganisation could take back what was acted on.',
    remedy: 'Leave "finality" out for known networks, or take at least what is advised.',
    look: ({ patient: { config, chains } }) =>
      chains.flatMap((chain) => {
        const own = config.chains.find(({ chainId }) => chainId === chain.chainId)?.finality
        const advised = Object.values(networks).find(({ chainId }) => chainId === chain.chainId)?.finality
        if (own === undefined || advised === undefined || !isLooser(own, advised)) return []
        return [
          {
            subject: `finality of ${placeOf(chain)}`,
            fact: `is ${inWords(own)}`,
            expectation: `${inWords(advised)}, as advised for this network`,
            fix: 'Take "finality" out of the suite file for this chain, and out of the configurations of its watchers.',
          },
        ]
      }),
  },
  {
    code: 'record-missing',
    severity: 'warning',
    meaning: 'There is no address file for a chain of the suite: programs and commands do not know where its contracts are.',
    remedy: 'Run `hanse deploy apply`: it writes the file, and sends nothing where all is there.',
    look: ({ patient: { chains } }) =>
      chains
        .filter(({ record }) => record === undefined)
        .map((chain) => ({
          subject: `the address file of ${placeOf(chain)}`,
          fact: 'is missing',
          expectation: `deployments/${chain.chainId}.json`,
          fix: `hanse deploy apply --chains ${chain.name}, or --records <folder> where it is elsewhere`,
        })),
  },
]
