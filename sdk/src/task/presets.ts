import { type Address, isAddressEqual, zeroAddress } from 'viem'
import { getBlock } from 'viem/actions'
import { contractIn } from '../actions/contractIn.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { type TermProblem, TermsInvalidError } from '../errors/terms.ts'
import { signedBids } from './allocation.ts'
import { chainProblems, type FinalitySeconds } from './chainChecks.ts'
import { type CreateTermsParameters, draftTerms, type OptionalTerms } from './createTerms.ts'
import type { Terms } from './terms.ts'

type Allocation = 'allocation' | 'allocationParams' | 'challengeWindow'
type Basics = 'requester' | 'specHash' | 'reward' | 'openUntil' | 'workWindow' | 'reviewWindow'

/** What every preset takes. */
export type PresetParameters = Omit<OptionalTerms, Allocation> &
  Pick<CreateTermsParameters, Basics> & {
    /** Where the task lives. */
    readonly chainId: number
    /** Seconds that chains take until a block is permanent, by chain id. Default: measured on chains of the client. */
    readonly finalitySeconds?: FinalitySeconds
  }

/** What `presets.bounty` takes. */
export type BountyParameters = PresetParameters & {
  /** Base units, not zero: without a bond, claiming to block others would be free. */
  readonly workerBond: bigint
  /** Who judges. Default: the requester. */
  readonly evaluator?: Address
}

/** What keeps a task from being claimed too early. */
export type Gated = {
  /**
   * A gate on the home chain that stands already: nobody claims the task until the blackboard says what it asks for. See `condition.createGate`. Claims
   * from other chains are refused. Default: none.
   */
  readonly gate?: Address
}

/**
 * Terms of a task that whoever claims it first may do, for the whole reward, with a bond.
 *
 * @throws TermsInvalidError naming every field that is wrong, and why: by the rules of the escrow, and by what the chains say.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const terms = await task.presets.bounty(client, {
 *   chainId: 1, requester, specHash, reward, workerBond, openUntil, workWindow: 86_400, reviewWindow: 86_400,
 * })
 * await task.open.sync(client, { chainId: 1, terms })
 * ```
 */
export async function bounty(client: Client, { gate, ...parameters }: BountyParameters & Gated): Promise<Terms> {
  return build(client, parameters, gatedBy(gate))
}

/** What `presets.hire` takes. */
export type HirePresetParameters = PresetParameters & {
  /** Who shall do it. */
  readonly worker: Address
  /** Base units. Default 0: then nobody can claim the task, and it is over when its worker lets its deadline pass. */
  readonly workerBond?: bigint
  /** Who judges. Default: the requester. */
  readonly evaluator?: Address
}

/**
 * Terms of a task for a worker that is known: see `signOffer` and `hire`.
 *
 * @throws TermsInvalidError naming every field that is wrong, and why; the worker as evaluator, too.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const terms = await task.presets.hire(client, { chainId: 1, worker, requester, specHash, reward, openUntil, workWindow: 86_400, reviewWindow: 86_400 })
 * const offer = { worker, sponsor: worker, token: 1, expiry: openUntil }
 * const signature = await task.signOffer(client, { chainId: 1, terms, offer })
 * ```
 */
export async function hire(client: Client, { worker, workerBond = 0n, ...parameters }: HirePresetParameters): Promise<Terms> {
  const { evaluator = parameters.requester } = parameters
  const problems: TermProblem[] = []
  if (isSame(worker, zeroAddress)) problems.push({ field: 'worker', reason: 'must be somebody' })
  if (isSame(worker, evaluator)) problems.push({ field: 'evaluator', reason: `is the worker ${worker}: nobody judges its own work` })
  return build(client, { ...parameters, workerBond }, { draft: { isHireOnly: true }, problems })
}

/** What `presets.auction` takes. */
export type AuctionParameters = BountyParameters & {
  /** The policy `SignedBids` on the home chain. Default: that of the deployment. */
  readonly policy?: Address
  /** How much less than the standing bid the next one must ask for, in basis points of it: 1 to 10,000. */
  readonly minStep: number
  /** The most that a bid may ask for, in basis points of the reward. Default: the whole reward. */
  readonly reserve?: number
  /** Seconds in which better bids count, from the first on. */
  readonly challengeWindow: number
}

/**
 * Terms of a task that goes to whoever asks for least, by signed bids: see `signBid` and `propose`. The reward is the most that it costs.
 *
 * @throws TermsInvalidError naming every field that is wrong, and why.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const terms = await task.presets.auction(client, {
 *   chainId: 1, minStep: 200, challengeWindow: 3_600,
 *   requester, specHash, reward, workerBond, openUntil, workWindow: 86_400, reviewWindow: 86_400,
 * })
 * ```
 */
export async function auction(client: Client, parameters: AuctionParameters): Promise<Terms> {
  const { minStep, reserve, challengeWindow, ...rest } = parameters
  const { policy = contractIn(chainOf(client, parameters.chainId).deployment, 'signedBids'), ...others } = rest
  const problems: TermProblem[] = []
  if (isSame(policy, zeroAddress)) problems.push({ field: 'policy', reason: 'must be the contract that compares bids' })
  if (challengeWindow === 0) problems.push({ field: 'challengeWindow', reason: 'must not be zero: nobody could make a better bid' })
  const params = bidding({ minStep, ...(reserve === undefined ? {} : { reserve }) })
  const draft = { allocation: policy, challengeWindow, ...('params' in params ? { allocationParams: params.params } : {}) }
  return build(client, others, { draft, problems: [...problems, ...('problems' in params ? params.problems : [])], contracts: { policy } })
}

/** What `presets.quorum` takes. */
export type QuorumParameters = Omit<BountyParameters, 'evaluator'> &
  Gated & {
    /** A panel of judges on the home chain that stands already: see `createPanel`. */
    readonly panel: Address
  }

/**
 * Terms of a bounty that a panel judges.
 *
 * @throws TermsInvalidError naming every field that is wrong, and why; a panel that is no contract, too.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const terms = await task.presets.quorum(client, {
 *   chainId: 1, panel, requester, specHash, reward, workerBond, openUntil, workWindow: 86_400, reviewWindow: 86_400,
 * })
 * ```
 */
export async function quorum(client: Client, { panel, gate, ...parameters }: QuorumParameters): Promise<Terms> {
  const { contracts, ...gated } = gatedBy(gate)
  return build(client, { ...parameters, evaluator: panel }, { ...gated, contracts: { panel, ...contracts } })
}

/** The allocation of a task that has a gate. */
function gatedBy(gate: Address | undefined): Preset {
  if (gate === undefined) return { draft: {} }
  const problems = isSame(gate, zeroAddress) ? [{ field: 'gate', reason: 'must be a gate: see `condition.createGate`' }] : []
  return { draft: { allocation: gate }, problems, contracts: { gate } }
}

type Preset = {
  readonly draft: Partial<Pick<CreateTermsParameters, Allocation | 'isHireOnly'>>
  readonly problems?: readonly TermProblem[]
  /** Contracts besides the token that must be there. */
  readonly contracts?: Readonly<Record<string, Address>>
}

async function build(client: Client, parameters: BountyParameters, { draft, problems = [], contracts = {} }: Preset): Promise<Terms> {
  const { chainId, finalitySeconds = {}, evaluator = parameters.requester, ...rest } = parameters
  const now = Number((await getBlock(clientOf(client, chainId), { blockTag: 'latest' })).timestamp)
  const drafted = draftTerms({ ...rest, ...draft, evaluator, homeChainId: chainId, now })
  const { terms } = drafted
  const needed = { token: terms.token, ...(draft.allocation === undefined ? { allocation: terms.allocation } : {}), ...contracts }
  const asked = drafted.isWellFormed ? await chainProblems({ client, chainId, terms, now, contracts: needed, finalitySeconds }) : []
  const all = [...problems, ...drafted.problems, ...asked]
  if (all.length > 0) throw new TermsInvalidError(all)
  return terms
}

function bidding(parameters: { readonly minStep: number; readonly reserve?: number }) {
  try {
    return { params: signedBids(parameters) }
  } catch (error) {
    if (error instanceof TermsInvalidError) return { problems: error.problems }
    throw error
  }
}

/** Whether two addresses are one, where both are addresses. */
function isSame(one: Address, other: Address): boolean {
  try {
    return isAddressEqual(one, other)
  } catch {
    return false
  }
}
