import { type Address, isAddressEqual } from 'viem'
import { placeOf, type WatcherFacts } from './facts.ts'
import type { Rule } from './rule.ts'

/** Gas of delivering a batch, and how many of them a deliverer should be able to pay. */
const deliveryGas = 1_000_000n
const deliveries = 100n

/** What stands in a list more than once, each named once. */
function repeated(accounts: readonly Address[]): readonly Address[] {
  const same = (one: Address) => (other: Address) => isAddressEqual(one, other)
  return accounts.filter((one, index) => accounts.findIndex(same(one)) === index && accounts.filter(same(one)).length > 1)
}

function namesOf(watchers: readonly WatcherFacts[], key: (watcher: WatcherFacts) => Address | undefined, account: Address): string {
  return watchers
    .filter((watcher) => key(watcher) !== undefined && isAddressEqual(key(watcher) ?? account, account))
    .map(({ name }) => name)
    .join(' and ')
}

/** What is wrong with those who sign and deliver. */
export const watcherRules: readonly Rule[] = [
  {
    code: 'watcher-down',
    severity: 'warning',
    meaning: 'A watcher gives no answer, or is not ready: it is behind, halted, or without a roster.',
    remedy: 'Look at its log; restart it on its own data. While enough others run, messages travel.',
    look: ({ watchers }) =>
      watchers
        .filter(({ isReady }) => !isReady)
        .map(({ name, isReachable, problem }) => ({
          subject: name,
          fact: isReachable ? `is not ready: ${problem}` : 'gives no answer',
          expectation: 'ready',
          fix: 'Look at its log and restart it on its own data folder; in a devnet: hanse devnet fault start-watcher.',
        })),
  },
  {
    code: 'quorum-unreachable',
    severity: 'error',
    meaning: 'Fewer watchers of the set are ready and believed on a chain than must sign, so no message gets there.',
    remedy: 'Bring watchers back, or rotate the set. A masked one counts no more until the next set.',
    look: ({ patient: { config }, watchers, chains }) => {
      if (watchers.length === 0) return []
      const { members, quorum } = config.watchers
      return chains.flatMap(({ chain, suite }) => {
        const masked = suite?.masked ?? []
        const able = members.filter(
          (member) =>
            !masked.some((one) => isAddressEqual(one, member)) &&
            watchers.some(({ isReady, attester }) => isReady && attester !== undefined && isAddressEqual(attester, member)),
        )
        if (able.length >= quorum) return []
        return [
          {
            subject: placeOf(chain),
            fact: `${able.length} of ${members.length} watchers can sign for it${masked.length > 0 ? `, ${masked.length} masked` : ''}`,
            expectation: `at least ${quorum}`,
            fix: 'Bring watchers back; if one is masked, rotate the set.',
          },
        ]
      })
    },
  },
  {
    code: 'attester-twice',
    severity: 'error',
    meaning: 'A key signs for two members: the quorum is smaller than it looks, and two processes with one key may contradict each other.',
    remedy: 'Give every watcher a key of its own, made where it runs.',
    look: ({ patient: { config }, watchers }) => [
      ...repeated(config.watchers.members).map((member) => ({
        subject: 'members of the suite',
        fact: `have ${member} more than once`,
        expectation: 'each once',
        fix: `Name another watcher in its place in the suite file.`,
      })),
      ...repeated(watchers.flatMap(({ attester }) => attester ?? [])).map((attester) => ({
        subject: namesOf(watchers, (one) => one.attester, attester),
        fact: `sign with one key, ${attester}`,
        expectation: 'a key each',
        fix: 'Stop one of them at once: two processes that sign with one key may contradict each other, and are masked for it.',
      })),
    ],
  },
  {
    code: 'deliverer-shared',
    severity: 'warning',
    meaning: 'Two watchers pay for deliveries from one account: their transactions get in the way of each other.',
    remedy: 'Give every watcher an account of its own to deliver with.',
    look: ({ watchers }) =>
      repeated(watchers.flatMap(({ deliverer }) => deliverer ?? [])).map((deliverer) => ({
        subject: namesOf(watchers, (one) => one.deliverer, deliverer),
        fact: `deliver from one account, ${deliverer}`,
        expectation: 'an account each',
        fix: 'Give one of them another key in "deliverer" of its configuration, and coins.',
      })),
  },
  {
    code: 'balance-low',
    severity: 'warning',
    meaning: `An account that pays for deliveries cannot pay for ${deliveries} more at the gas price of now.`,
    remedy: 'Send it native coin of that chain.',
    look: ({ chains }) =>
      chains.flatMap(({ chain, balances, gasPrice = 0n }) => {
        const needed = deliveryGas * deliveries * gasPrice
        return balances
          .filter(({ balance }) => balance < needed)
          .map(({ account, purpose, balance }) => ({
            subject: `${account} (${purpose}) on ${placeOf(chain)}`,
            fact: `has ${balance} wei`,
            expectation: `at least ${needed}`,
            fix: `Send it ${needed - balance} wei or more of that chain's native coin.`,
          }))
      }),
  },
]
