import { type Address, encodeFunctionData, type Hex, isAddressEqual, size, zeroAddress } from 'viem'
import { call, getBlock, getCode } from 'viem/actions'
import { CHECK_GASFunction } from '../abis/hashCheck.ts'
import { finalBlockNumberOf } from '../actions/defineRead.ts'
import { type ChainClient, type ChainConfig, type Client, clientOf } from '../client.ts'
import { toCallError } from '../errors/call.ts'
import { isRefusal } from '../errors/isRefusal.ts'
import type { TermProblem } from '../errors/terms.ts'
import type { Terms } from './terms.ts'

const hashCheckAbi = [CHECK_GASFunction] as const

/** How long chains take until a block is permanent, by chain id, in seconds. */
export type FinalitySeconds = Readonly<Record<number, number>>

type Checking = {
  readonly client: Client
  /** Where the task lives. */
  readonly chainId: number
  /** Of the right form. */
  readonly terms: Terms
  /** Seconds by the home chain's clock. */
  readonly now: number
  /** Contracts that the terms need, by the name that the caller gave. */
  readonly contracts: Readonly<Record<string, Address>>
  readonly finalitySeconds: FinalitySeconds
}

/** All that only the chains know to be wrong with terms: addresses without code, windows shorter than finality, silence that pays for junk. */
export async function chainProblems(checking: Checking): Promise<TermProblem[]> {
  const found = await Promise.all([codeProblems(checking), checkProblems(checking), finalityProblems(checking)])
  return found.flat()
}

async function codeProblems({ client, chainId, contracts }: Checking): Promise<TermProblem[]> {
  const named = Object.entries(contracts).filter(([, address]) => !isAddressEqual(address, zeroAddress))
  const found = await Promise.all(
    named.map(async ([field, address]) => {
      const code = await getCode(clientOf(client, chainId), { address })
      return code === undefined ? [{ field, reason: `is ${address}, which has no code on chain ${chainId}` }] : []
    }),
  )
  return found.flat()
}

/**
 * A `DeliverableCheck` judges only in `submitChecked`. Whoever hands in by `submit` instead meets its silence, which therefore must pay nothing above
 * the floor; and a fee would be a credit that it cannot withdraw.
 */
async function checkProblems({ client, chainId, terms }: Checking): Promise<TermProblem[]> {
  const { evaluator, evaluatorFee, silence, floor } = terms
  if (silence === floor && evaluatorFee === 0n) return []
  if (!(await isDeliverableCheck({ connection: clientOf(client, chainId), chainId, evaluator }))) return []
  const who = `the evaluator ${evaluator} is a check, which `
  return [
    ...(silence === floor
      ? []
      : [
          {
            field: 'silence',
            reason: `is ${silence} basis points, must be the floor of ${floor}: ${who}never judges what is handed in unchecked`,
          },
        ]),
    ...(evaluatorFee === 0n ? [] : [{ field: 'evaluatorFee', reason: `is ${evaluatorFee}, must be 0: ${who}cannot take it` }]),
  ]
}

type Asking = { readonly connection: ChainClient; readonly chainId: number; readonly evaluator: Address }

/** Whether a contract says how much gas it checks with. One that answers to anything says nothing, as in ERC-165. */
async function isDeliverableCheck(asking: Asking): Promise<boolean> {
  const answersWord = async (data: Hex) => {
    const answer = await answerOf(asking, data)
    return answer !== undefined && size(answer) === 32
  }
  const checkGas = encodeFunctionData({ abi: hashCheckAbi, functionName: 'CHECK_GAS' })
  return (await answersWord(checkGas)) && !(await answersWord('0xffffffff'))
}

/** What a contract returns; undefined when it reverts. */
async function answerOf({ connection, chainId, evaluator }: Asking, data: Hex): Promise<Hex | undefined> {
  try {
    return (await call(connection, { to: evaluator, data })).data
  } catch (error) {
    const known = await toCallError({ error, verb: 'CHECK_GAS', chainId })
    if (isRefusal(known)) return undefined
    throw known
  }
}

async function finalityProblems(checking: Checking): Promise<TermProblem[]> {
  const { chainId, terms } = checking
  const home = (await finalityOf(checking, chainId)) ?? 0
  const away = await Promise.all(terms.chains.map((id) => remoteProblems(checking, { remoteId: Number(id), home })))
  return [...windowProblems(checking, home), ...away.flat()]
}

/** Every window that is there leaves time for what happens in it to become permanent. */
function windowProblems({ chainId, terms, now }: Checking, home: number): TermProblem[] {
  const { challengeWindow, workWindow, reviewWindow, disputeWindow, arbitrationWindow, answerWindow } = terms
  const windows = { challengeWindow, workWindow, reviewWindow, disputeWindow, arbitrationWindow, answerWindow }
  const short = Object.entries(windows).filter(([, window]) => window !== 0 && window < home)
  const problems = short.map(([field, window]) => ({
    field,
    reason: `is ${window} seconds, must be at least the ${home} of finality on chain ${chainId}`,
  }))
  const left = terms.openUntil - now
  if (left < 0 || left >= home) return problems
  return [
    ...problems,
    { field: 'openUntil', reason: `is in ${left} seconds, must be at least the ${home} of finality on chain ${chainId} away` },
  ]
}

/** A claim from elsewhere becomes final there before home hears of it, and home's answer before the worker does. */
async function remoteProblems(checking: Checking, { remoteId, home }: { remoteId: number; home: number }): Promise<TermProblem[]> {
  const { grace, workWindow } = checking.terms
  const remote = await finalityOf(checking, remoteId)
  if (remote === undefined) {
    const reason = `names chain ${remoteId}, which the client does not know: add it, or say its \`finalitySeconds\``
    return [{ field: 'chains', reason }]
  }
  const both = home + remote
  return [
    ...(grace >= remote
      ? []
      : [{ field: 'grace', reason: `is ${grace} seconds, must be at least the ${remote} of finality on chain ${remoteId}` }]),
    ...(workWindow >= both
      ? []
      : [
          {
            field: 'workWindow',
            reason: `is ${workWindow} seconds, must be at least the ${both} of finality at home and on chain ${remoteId}`,
          },
        ]),
  ]
}

/** Seconds until a block of a chain is permanent: as told, else as measured; undefined for a chain that the client does not know. */
export async function finalityOf(
  { client, finalitySeconds }: Pick<Checking, 'client' | 'finalitySeconds'>,
  chainId: number,
): Promise<number | undefined> {
  const known = finalitySeconds[chainId]
  if (known !== undefined) return known
  const chain = client.chains.get(chainId)
  return chain === undefined ? undefined : measuredFinality({ chain, connection: clientOf(client, chainId) })
}

type Measuring = { readonly chain: ChainConfig; readonly connection: ChainClient }

/** Seconds between the newest block and the newest permanent one. A chain younger than its depth is measured by the blocks that it has. */
async function measuredFinality({ chain, connection }: Measuring): Promise<number> {
  const latest = await getBlock(connection, { blockTag: 'latest' })
  const { finality } = chain
  const wanted = await finalBlockNumberOf({ chain, connection, latest: latest.number })
  // The first block is set by hand, and its time says nothing.
  const blockNumber = wanted === 0n && latest.number > 0n ? 1n : wanted
  const since = await getBlock(connection, { blockNumber })
  const seconds = Number(latest.timestamp - since.timestamp)
  const blocks = Number(latest.number - blockNumber)
  return finality.kind === 'depth' && blocks > 0 && blocks < finality.depth ? Math.ceil((seconds * finality.depth) / blocks) : seconds
}
