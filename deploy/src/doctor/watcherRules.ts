import { isAddressEqual } from 'viem'
import { placeOf } from './facts.ts'
import type { Rule } from './rule.ts'

/** Gas of delivering a batch, and how many of them a deliverer should be able to pay. */
const deliveryGas = 1_000_000n
const deliveries = 100n

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
