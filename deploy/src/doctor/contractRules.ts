import { isAddressEqual, zeroAddress } from 'viem'
import { contractNames, type PlannedName } from '../artifacts.ts'
import { type ChainFacts, type Facts, placeOf, type SuiteFacts } from './facts.ts'
import type { Finding, Rule } from './rule.ts'

const each = (facts: Facts, look: (chain: ChainFacts, suite: SuiteFacts) => readonly Finding[]): readonly Finding[] =>
  facts.chains.flatMap((chain) => (chain.suite === undefined ? [] : look(chain, chain.suite)))

/** Whether the suite stands whole: a missing contract makes every other check of it differ. */
const isWhole = ({ missing }: SuiteFacts) => missing.length === 0

/** Where the plan puts a contract. */
const placeIn = ({ patient: { plan } }: Facts, name: PlannedName) => plan.contracts.find((contract) => contract.name === name)?.address

/** What is wrong with the contracts, their records and their links. */
export const contractRules: readonly Rule[] = [
  {
    code: 'contract-missing',
    severity: 'error',
    meaning: 'There is no code where a contract of the suite should be.',
    remedy: 'Run `hanse deploy apply`: it creates what is missing.',
    look: (facts) =>
      each(facts, (chain, { missing }) =>
        missing.map((name) => ({
          subject: `${name} on ${placeOf(chain.chain)}`,
          fact: 'has no code',
          expectation: `code at ${placeIn(facts, name)}`,
          fix: `hanse deploy apply --chains ${chain.chain.name}`,
        })),
      ),
  },
  {
    code: 'code-foreign',
    severity: 'error',
    meaning: 'The code of a contract is not what the committed build creates.',
    remedy: 'Trust nothing on that chain. Compare the node with another provider, and the build with the release.',
    look: (facts) =>
      each(facts, (chain, { foreign }) =>
        foreign.map((name) => ({
          subject: `${name} on ${placeOf(chain.chain)}`,
          fact: 'has other code than the committed build',
          expectation: `the code of deploy/build at ${placeIn(facts, name)}`,
          fix: 'Ask another provider for the code. If it differs there too, use the release that this deployment was made with.',
        })),
      ),
  },
  {
    code: 'record-stale',
    severity: 'error',
    meaning: 'An address file names other addresses than the suite has, or a block after the first one.',
    remedy: 'Run `hanse deploy apply` again: it writes the file anew and sends nothing.',
    look: (facts) =>
      facts.chains.flatMap((chain) => {
        const { record } = chain.chain
        if (record === undefined) return []
        const wrong = contractNames.filter((name) => !isAddressEqual(record[name] ?? zeroAddress, facts.patient.plan.addresses[name]))
        const wrongs = [
          ...(wrong.length > 0 ? [`has other addresses for ${wrong.join(', ')}`] : []),
          ...(record.chainId === chain.chain.chainId ? [] : [`is about chain ${record.chainId}`]),
          ...(chain.suite?.isRecordLate ? [`starts at block ${record.startBlock}, after the gateway was created`] : []),
        ]
        return wrongs.map((fact) => ({
          subject: `the address file of ${placeOf(chain.chain)}`,
          fact,
          expectation: 'what the suite has',
          fix: `hanse deploy apply --chains ${chain.chain.name}; it sends nothing where all is there`,
        }))
      }),
  },
  {
    code: 'link-missing',
    severity: 'error',
    meaning: 'A chain does not accept what another one sends, or refuses to send to it. Messages one way then wait for ever.',
    remedy: 'Before the hand-over `hanse deploy apply` links; afterwards governance schedules the call.',
    look: (facts) =>
      each(facts, (chain, suite) =>
        suite.differences
          .filter(({ step }) => isWhole(suite) && /^(link|accept messages|believe)/.test(step))
          .map(({ step }) => ({
            subject: placeOf(chain.chain),
            fact: `does not yet: ${step}`,
            expectation: 'both sides linked',
            fix: `hanse deploy apply --chains ${chain.chain.name}; after the hand-over governance schedules it, see docs/roles.md`,
          })),
      ),
  },
  {
    code: 'watcher-set-differs',
    severity: 'error',
    meaning: 'The watchers in force on a chain are not those of the suite file, so proofs made for one are refused by the other.',
    remedy: 'If the set was rotated, update the suite file. If not, complete the rotation on that chain.',
    look: (facts) =>
      each(facts, (chain, suite) =>
        suite.differences
          .filter(({ label }) => isWhole(suite) && label === 'id of the watcher set')
          .map(({ expected, actual }) => ({
            subject: `watcherSet on ${placeOf(chain.chain)}`,
            fact: `has the set ${actual}`,
            expectation: expected,
            fix: 'Complete the rotation on this chain, or write the members in force into the suite file.',
          })),
      ),
  },
  {
    code: 'escrow-paused',
    severity: 'warning',
    meaning: 'Guardians refuse new tasks and claims for now. What is under way goes on, and the pause ends by itself.',
    remedy: 'Ask the guardians why. It lasts at most 7 days.',
    look: (facts) =>
      each(facts, (chain, { pausedUntil }) =>
        pausedUntil > facts.now
          ? [
              {
                subject: `taskEscrow on ${placeOf(chain.chain)}`,
                fact: `refuses new tasks for ${pausedUntil - facts.now} s more`,
                expectation: 'no pause',
                fix: 'Ask the guardians; the pause ends by itself.',
              },
            ]
          : [],
      ),
  },
]
