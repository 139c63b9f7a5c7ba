import { sliceHex } from 'viem'
import type { Difference } from '../chain.ts'
import { trustDelay } from '../roles.ts'
import { word } from '../steps.ts'
import { type ChainFacts, type Facts, placeOf, type SuiteFacts } from './facts.ts'
import type { Finding, Rule } from './rule.ts'

const powers = new Set(['the deployer renounces', 'the access manager leaves the timelock'])
const isLink = ({ step }: Difference) => /^(adopt|link|accept messages|believe)/.test(step)

/** A membership that stands, with another delay: two words, of which only the first is as expected. */
const isDelay = ({ expected, actual }: Difference) =>
  expected.length === 130 && actual.length >= 130 && sliceHex(expected, 0, 32) === word(true) && actual.startsWith(word(true))

const each = (facts: Facts, look: (chain: ChainFacts, suite: SuiteFacts) => readonly Finding[]): readonly Finding[] =>
  facts.chains.flatMap((chain) => (chain.suite === undefined || chain.suite.missing.length > 0 ? [] : look(chain, chain.suite)))

const seconds = (value: string) => BigInt(`0x${value.slice(66, 130)}`)

/** What is wrong with who may do what. */
export const governanceRules: readonly Rule[] = [
  {
    code: 'deployer-holds-power',
    severity: 'error',
    meaning: 'The key that deployed still rules a chain: whoever gets it rules too.',
    remedy: 'Run `hanse deploy apply` to the end: its last call takes every power from the deployer.',
    look: (facts) =>
      each(facts, (chain, { differences }) =>
        differences
          .filter(({ step }) => powers.has(step))
          .map(({ step }) => ({
            subject: placeOf(chain.chain),
            fact: `not yet: ${step}`,
            expectation: 'a deployer without any power',
            fix: `hanse deploy apply --chains ${chain.chain.name}`,
          })),
      ),
  },
  {
    code: 'role-differs',
    severity: 'error',
    meaning: 'A function is open to another role, or a role to other accounts, than the table of roles says.',
    remedy: 'Before the hand-over run `hanse deploy apply`; afterwards governance schedules the change.',
    look: (facts) =>
      each(facts, (chain, { differences }) =>
        differences
          .filter((difference) => !isLink(difference) && !powers.has(difference.step) && !isDelay(difference))
          .map(({ step, label, actual }) => ({
            subject: placeOf(chain.chain),
            fact: `${label} is ${actual}`,
            expectation: step,
            fix: 'Governance schedules it through the timelock; docs/roles.md has the whole table.',
          })),
      ),
  },
  {
    code: 'delay-differs',
    severity: 'error',
    meaning: 'A change waits shorter or longer than the table of roles says, so users have another time to leave.',
    remedy: 'Governance sets the delay back. Treat a shorter one as an attack until it is explained.',
    look: (facts) =>
      each(facts, (chain, { differences, timelockDelay }) => {
        const expected = BigInt(facts.patient.config.timelockDelay ?? trustDelay)
        const fix = 'Governance sets it back; until it is explained, treat a shorter delay as an attack.'
        const roles = differences.filter(isDelay).map(({ label, actual, expected: wanted }) => ({
          subject: `${label} on ${placeOf(chain.chain)}`,
          fact: `waits ${seconds(actual)} s`,
          expectation: `${seconds(wanted)} s`,
          fix,
        }))
        if (timelockDelay === undefined || timelockDelay === expected) return roles
        return [
          ...roles,
          { subject: `timelock on ${placeOf(chain.chain)}`, fact: `waits ${timelockDelay} s`, expectation: `${expected} s`, fix },
        ]
      }),
  },
]
