import { chainsOf, userAccount, type World } from '@hanse/devnet'
import { type Client, cell, chainOf, createClient, task } from '@hanse/sdk'
import { type Terms, taskIdOf } from '@hanse/sdk/task'
import { type Address, type Hex, keccak256, toHex, zeroAddress, zeroHash } from 'viem'
import type { TaskRules } from './state.ts'
import type { Case } from './types.ts'

/** Everybody in a local run, and what they share. */
export type Cast = {
  readonly chainId: number
  readonly clients: readonly Client[]
  readonly addresses: readonly Address[]
  readonly space: Hex
  readonly escrow: Address
  readonly coin: Address
  /** By number. */
  readonly terms: Map<number, Terms>
  /** By place among the people: the requester of every task, and its evaluator. */
  readonly requester: number
  readonly evaluator: number
}

/** As in bench/gas, whose figures price the same steps. */
const reward = 10n ** 18n
const bond = 10n ** 17n
const plenty = 10n ** 23n
const day = 86_400

export const hashOf = (kind: string, number: number): Hex => keccak256(toHex(`${kind} ${number}`))

type Prepare = { readonly world: World; readonly one: Case; readonly people: number }

/** Opens a space to all, and gives everybody a deposit behind their claims, more than one bond, so that what is left is never zero. */
export async function prepare({ world, one, people }: Prepare): Promise<Cast> {
  const chainId = world.info.chains[0]?.chainId ?? 0
  const accounts = Array.from({ length: people }, (_, index) => userAccount(index))
  const clients = accounts.map((account) => createClient({ chains: chainsOf(world.info), account, pollingIntervalMs: 40 }))
  const addresses = accounts.map(({ address }) => address)
  const [opener] = clients
  if (opener === undefined) throw new RangeError('Nobody plays')
  const writers = addresses.map((account) => ({ chainId, account }))
  const coin = world.info.token
  const opened = cell.openSpace.sync(opener, { chainId, writers, salt: hashOf('space', one.seed) })
  const approvals = clients.map((client) => task.approve.sync(client, { chainId, token: coin, amount: plenty }))
  const [{ event }] = await Promise.all([opened, ...approvals])
  const deposits = clients.map((client, index) =>
    task.deposit.sync(client, { chainId, actor: { chainId, account: addresses[index] ?? zeroAddress }, token: coin, amount: 10n * bond }),
  )
  await Promise.all(deposits)
  return {
    chainId,
    clients,
    addresses,
    space: event.space,
    escrow: chainOf(opener, chainId).deployment.taskEscrow,
    coin,
    terms: new Map(),
    requester: one.agents,
    evaluator: one.agents + 1,
  }
}

/** How much of a parent's reward each child may cost: so little that a tree of six generations has enough. */
const perChild = 32n

type TermsFor = { readonly number: number; readonly rules: TaskRules; readonly now: number }

/** Terms of a task, with the fields that bench/gas fills. */
export function termsFor(cast: Cast, { number, rules, now }: TermsFor): Terms {
  const { coin, addresses, requester, evaluator, chainId, clients } = cast
  const { allocation, workSeconds, challengeSeconds = 0, minStep = 1, children = 0 } = rules
  const policy = clients[0] && chainOf(clients[0], chainId).deployment.signedBids
  const isAuction = allocation === 'auction'
  return {
    ...{ requester: addresses[requester] ?? zeroAddress, evaluator: addresses[evaluator] ?? zeroAddress, token: coin, reward },
    ...{ workerBond: allocation === 'hire' ? 0n : bond, slashShare: 5_000, suspectBond: 0n, answerWindow: 0, disputeBond: 0n },
    ...{ specHash: hashOf('spec', number), evaluatorFee: 0n, floor: 0, silence: 10_000, arbitrator: zeroAddress, defaultSplit: 0 },
    ...{ allocation: isAuction ? (policy ?? zeroAddress) : zeroAddress, challengeWindow: challengeSeconds },
    ...{ allocationParams: isAuction ? task.signedBids({ minStep }) : zeroHash },
    ...{ openUntil: now + 7 * day, workWindow: workSeconds, reviewWindow: day, disputeWindow: 0, arbitrationWindow: 0 },
    ...{
      maxRevisions: 0,
      handoffRule: 0,
      parent: zeroHash,
      delegable: children > 0 ? reward / 2n : 0n,
      prerequisites: zeroHash,
      minPrerequisiteShare: 0,
    },
    ...{ charter: zeroHash, epoch: 0, grace: 0, triggerReward: 0n, salt: hashOf('salt', number), chains: [] },
  }
}

type ChildTerms = { readonly task: number; readonly parent: number; readonly from: number; readonly terms: TaskRules }

/** Terms of a child: those of its parent, of which it gets a part of the reward. Its requester is the parent's worker. */
export function childTerms(cast: Cast, { task: number, parent, from, terms: rules }: ChildTerms): Terms {
  const terms = cast.terms.get(parent)
  const requester = cast.addresses[from]
  if (terms === undefined || requester === undefined) throw new RangeError(`No terms of task ${parent}`)
  const part = terms.reward / perChild
  const taskId = taskIdOf({ chainId: cast.chainId, escrow: cast.escrow, terms })
  const { workSeconds: workWindow } = rules
  return {
    ...terms,
    requester,
    workWindow,
    reward: part,
    delegable: terms.delegable / perChild,
    parent: taskId,
    salt: hashOf('salt', number),
  }
}
