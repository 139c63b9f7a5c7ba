import { type Account, type Address, encodePacked, erc20Abi, type Hex, isAddressEqual, keccak256, zeroAddress } from 'viem'
import { getBlock, readContract } from 'viem/actions'
import { type Client, chainOf, clientOf } from '../client.ts'
import { AgentConfigError } from '../errors/agent.ts'
import { AccountMissingError } from '../errors/client.ts'
import { approve } from '../task/approve.ts'
import { type CreateTermsParameters, createTerms } from '../task/createTerms.ts'
import { getTask } from '../task/getTask.ts'
import { open } from '../task/open.ts'
import { getTaskId } from '../task/taskId.ts'
import { type Terms, totalOf } from '../task/terms.ts'
import type { AgentLogEntry } from './agentState.ts'
import { createLoop, type Loop, type Pace } from './loop.ts'

/** What each task of a series says. Its date and its salt come from its place in the series. */
export type SeriesTerms = Omit<CreateTermsParameters, 'homeChainId' | 'openUntil' | 'salt' | 'now'> & {
  /** Seconds for which each may be claimed. */
  readonly openFor: number
}

/** What `schedule` takes. */
export type ScheduleParameters = Pace & {
  readonly client: Client
  /** Default: the client's. It is the requester. */
  readonly account?: Account
  /** Where the tasks live. */
  readonly chainId: number
  /** Sets series of equal terms apart. The same name always means the same tasks. */
  readonly name: string
  /** The terms of all, or of each by its number from 0 on and the second at which it is due. */
  readonly terms: SeriesTerms | ((index: number, at: number) => SeriesTerms | Promise<SeriesTerms>)
  /** Absolute seconds at which the first is due. */
  readonly from: number
  /** Seconds between two. */
  readonly every: number
  /** Absolute seconds after which none is due. */
  readonly until: number
  readonly log?: (entry: AgentLogEntry) => void
  /** Told of each task that is posted. */
  readonly onPosted?: (task: { readonly index: number; readonly taskId: Hex; readonly terms: Terms }) => void
}

/**
 * Posts the next task of a series each time it is due. The terms of each follow from its place alone, so its id is known before: a restart, a second
 * process and a reorganisation all come to the same task, which the escrow takes once. One that nobody could claim any more is left out.
 *
 * @returns A loop. `start()` resolves after the last one.
 * @throws AccountMissingError; AgentConfigError for a series without an end or a pace.
 * @example
 * ```ts
 * import { schedule } from '@hanse/sdk/runtime'
 *
 * const daily = schedule({
 *   client, chainId: 1, name: 'prices', from: now, every: 86_400, until: now + 30 * 86_400,
 *   terms: { requester, evaluator, specHash, reward, workerBond, openFor: 3_600, workWindow: 600, reviewWindow: 3_600 },
 * })
 * await daily.start()
 * ```
 */
export function schedule(parameters: ScheduleParameters): Loop {
  const { client, from, every, until, log = () => {}, pollMs = client.pollingIntervalMs } = parameters
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError('schedule')
  if (!(every > 0) || !Number.isFinite(until)) {
    throw new AgentConfigError(`A series every ${every} seconds until ${until} has no end or no pace.`, 'Correct `every` and `until`.')
  }
  const posted = new Set<number>()
  const tell = (level: AgentLogEntry['level'], event: string, fields: Readonly<Record<string, unknown>>) =>
    log({ at: client.now(), level, event, fields })
  const look = async () => {
    const now = Number((await getBlock(clientOf(client, parameters.chainId), { blockTag: 'latest' })).timestamp)
    const last = Math.floor((Math.min(now, until) - from) / every)
    for (let index = 0; index <= last; index++) {
      if (!posted.has(index) && (await post({ ...parameters, account, index, now, tell }))) posted.add(index)
    }
    if (now > until) void loop.stop()
  }
  const loop = createLoop({ ...parameters, pollMs, look, onTrouble: (error) => tell('warn', 'post.failed', { error: String(error) }) })
  return loop
}

type Post = ScheduleParameters & {
  readonly account: Account
  readonly index: number
  readonly now: number
  readonly tell: (level: AgentLogEntry['level'], event: string, fields: Readonly<Record<string, unknown>>) => void
}

/** Posts one unless it stands. Whether nothing is left to do about it. */
async function post({ client, account, chainId, name, terms: given, index, from, every, now, tell, onPosted }: Post): Promise<boolean> {
  const at = from + index * every
  const { openFor, ...rest } = typeof given === 'function' ? await given(index, at) : given
  const openUntil = at + openFor
  if (openUntil < now) return true
  const salt = keccak256(encodePacked(['string', 'uint256'], [name, BigInt(index)]))
  const terms = createTerms({ ...rest, homeChainId: chainId, openUntil, salt, now: at })
  const taskId = getTaskId(client, { chainId, terms })
  const { value } = await getTask(client, { chainId, taskId })
  // Only what is permanent needs no second look.
  if (value.state !== 'None') return (await getTask(client, { chainId, taskId, at: 'final' })).value.state !== 'None'
  await allow(client, { chainId, account, token: terms.token, amount: totalOf(terms) })
  await open.sync(client, { chainId, terms, account })
  tell('info', 'posted', { index, taskId })
  onPosted?.({ index, taskId, terms })
  return false
}

type Allow = { readonly chainId: number; readonly account: Account; readonly token: Address; readonly amount: bigint }

/** Lets the escrow take what a task costs, where it may not yet. */
export async function allow(client: Client, { chainId, account, token, amount }: Allow): Promise<void> {
  if (isAddressEqual(token, zeroAddress)) return
  const { taskEscrow } = chainOf(client, chainId).deployment
  const args = [account.address, taskEscrow] as const
  const allowed = await readContract(clientOf(client, chainId), { address: token, abi: erc20Abi, functionName: 'allowance', args })
  if (allowed < amount) await approve.sync(client, { chainId, token, amount, account })
}
