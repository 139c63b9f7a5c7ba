import { type AbiParameter, isAddress, isAddressEqual, isHex, size, zeroAddress, zeroHash } from 'viem'
import type { TermProblem } from '../errors/terms.ts'
import { termsParameter } from './taskId.ts'
import { isAuction, type Terms } from './terms.ts'

const whole = 10_000
const maxLifeSeconds = 365 * 86_400
const maxStopSeconds = 7 * 86_400
const maxChains = 64
const maxRevisions = 15
const handoffNever = 2
const maxWindow = 0xff_ffff

type Context = { readonly terms: Terms; readonly homeChainId: number; readonly now: number }

/** All that is wrong with terms, by the rules of the escrow. */
export function termProblems(context: Context): TermProblem[] {
  const malformed = formProblems(context.terms)
  // Values of the wrong form cannot be compared.
  if (malformed.length > 0) return malformed
  return [
    ...charterProblems(context),
    ...partyProblems(context),
    ...shareProblems(context),
    ...chainProblems(context),
    ...timeProblems(context),
    ...doubtProblems(context),
    ...disputeProblems(context),
    ...allocationProblems(context),
    ...familyProblems(context),
    ...limitProblems(context),
  ]
}

function when(isWrong: boolean, field: string, reason: string): TermProblem[] {
  return isWrong ? [{ field, reason }] : []
}

/** All values that have not the form that the escrow takes. */
export function formProblems(terms: Terms): TermProblem[] {
  return termsParameter().components.flatMap((component) => {
    const value: unknown = Reflect.get(terms, component.name)
    if (component.type === 'uint256[]')
      return when(!Array.isArray(value) || value.some((id) => typeof id !== 'bigint'), component.name, 'must be a list of bigints')
    const expected = formOf(component, value)
    return expected === undefined ? [] : [{ field: component.name, reason: `is ${String(value)}, must be ${expected}` }]
  })
}

/** What a value should be, when it is not. */
function formOf({ type }: AbiParameter, value: unknown): string | undefined {
  if (type === 'address') return typeof value === 'string' && isAddress(value) ? undefined : 'an address'
  if (type === 'bytes32') return isHex(value, { strict: true }) && size(value) === 32 && value.length === 66 ? undefined : '32 bytes'
  const bits = Number(type.slice('uint'.length))
  const isInteger = bits > 48 ? typeof value === 'bigint' : Number.isSafeInteger(value)
  const isInRange = isInteger && BigInt(String(value)) >= 0n && BigInt(String(value)) >> BigInt(bits) === 0n
  return isInRange ? undefined : `a ${bits > 48 ? 'bigint' : 'number'}, an unsigned integer of ${bits} bits`
}

function charterProblems({ terms }: Context): TermProblem[] {
  const isUnder = terms.charter !== zeroHash
  return [
    ...when(!isUnder && terms.epoch !== 0, 'epoch', 'must be zero without a charter'),
    ...when(isUnder && terms.epoch === 0, 'epoch', "must be the charter's current epoch"),
  ]
}

function partyProblems({ terms }: Context): TermProblem[] {
  return [
    ...when(terms.requester === zeroAddress, 'requester', 'must be somebody'),
    ...when(terms.evaluator === zeroAddress, 'evaluator', 'must be somebody'),
  ]
}

function shareProblems({ terms }: Context): TermProblem[] {
  return [
    ...when(terms.slashShare > whole, 'slashShare', `is ${terms.slashShare} basis points, must be at most ${whole}`),
    ...when(terms.floor > whole, 'floor', `is ${terms.floor} basis points, must be at most ${whole}`),
    ...when(terms.silence > whole, 'silence', `is ${terms.silence} basis points, must be at most ${whole}`),
    ...when(terms.silence < terms.floor, 'silence', `is ${terms.silence} basis points, must be at least the floor of ${terms.floor}`),
  ]
}

function chainProblems({ terms: { chains, grace }, homeChainId }: Context): TermProblem[] {
  const isAscending = chains.every((chainId, index) => chainId > (chains[index - 1] ?? 0n))
  return [
    ...when(chains.length > maxChains, 'chains', `${chains.length} of them, must be at most ${maxChains}`),
    ...when(!isAscending, 'chains', 'must be strictly ascending and not zero'),
    ...when(
      chains.some((chainId) => chainId >> 64n !== 0n),
      'chains',
      'ids must fit in 64 bits',
    ),
    ...when(chains.includes(BigInt(homeChainId)), 'chains', `must not name the home chain ${homeChainId}: it is always admitted`),
    ...when(chains.length > 0 && grace === 0, 'grace', 'must not be zero when other chains are admitted: messages take time'),
  ]
}

function timeProblems({ terms, now }: Context): TermProblem[] {
  const end = latestEndOf(terms)
  return [
    ...when(terms.workWindow === 0, 'workWindow', 'must not be zero'),
    ...when(terms.reviewWindow === 0, 'reviewWindow', 'must not be zero'),
    ...when(
      isAuction(terms) && terms.workWindow <= terms.grace,
      'workWindow',
      'must be longer than the grace: an award waits for the grace, the clock of the work does not',
    ),
    ...when(terms.workWindow + terms.grace > maxWindow, 'workWindow', 'with the grace must fit in 24 bits (194 days)'),
    ...when(terms.openUntil < now, 'openUntil', `is ${terms.openUntil}, but it is ${now} already`),
    ...when(end > now + maxLifeSeconds, 'openUntil', `would let the task last until ${end}, must end within a year`),
  ]
}

function doubtProblems({ terms: { suspectBond, answerWindow } }: Context): TermProblem[] {
  const mayDoubt = suspectBond !== 0n
  return [
    ...when(mayDoubt && answerWindow === 0, 'answerWindow', 'must not be zero when the worker may be doubted'),
    ...when(!mayDoubt && answerWindow !== 0, 'answerWindow', 'must be zero without a suspect bond: nobody may doubt'),
    ...when(answerWindow > maxWindow, 'answerWindow', 'must fit in 24 bits (194 days)'),
    ...when(suspectBond >> 96n !== 0n, 'suspectBond', 'must fit in 96 bits'),
  ]
}

function disputeProblems({ terms }: Context): TermProblem[] {
  const { arbitrator, requester, disputeBond, disputeWindow, arbitrationWindow, defaultSplit } = terms
  if (isAddressEqual(arbitrator, zeroAddress)) {
    const reason = 'must be zero without an arbitrator: there are no disputes'
    return [
      ...when(disputeBond !== 0n, 'disputeBond', reason),
      ...when(disputeWindow !== 0, 'disputeWindow', reason),
      ...when(arbitrationWindow !== 0, 'arbitrationWindow', reason),
      ...when(defaultSplit !== 0, 'defaultSplit', reason),
    ]
  }
  return [
    ...when(isAddressEqual(arbitrator, requester), 'arbitrator', 'must not be the requester: it would judge its own dispute'),
    ...when(disputeWindow === 0, 'disputeWindow', 'must not be zero with an arbitrator'),
    ...when(arbitrationWindow === 0, 'arbitrationWindow', 'must not be zero with an arbitrator'),
    ...when(defaultSplit > whole, 'defaultSplit', `is ${defaultSplit} basis points, must be at most ${whole}`),
  ]
}

function allocationProblems({ terms: { allocation, allocationParams, challengeWindow } }: Context): TermProblem[] {
  if (!isAddressEqual(allocation, zeroAddress)) return []
  const reason = 'must be zero without an allocation policy'
  return [...when(challengeWindow !== 0, 'challengeWindow', reason), ...when(BigInt(allocationParams) !== 0n, 'allocationParams', reason)]
}

function familyProblems({ terms }: Context): TermProblem[] {
  const { parent, delegable, reward, triggerReward, prerequisites, minPrerequisiteShare } = terms
  const most = prerequisites === zeroHash ? 0 : whole
  return [
    ...when(delegable > reward, 'delegable', `is ${delegable}, must be at most the reward of ${reward}`),
    ...when(
      parent !== zeroHash && triggerReward !== 0n,
      'triggerReward',
      'must be zero for a child: whoever opens children could fire their defaults for it',
    ),
    ...when(minPrerequisiteShare > most, 'minPrerequisiteShare', `is ${minPrerequisiteShare} basis points, must be at most ${most}`),
  ]
}

function limitProblems({ terms }: Context): TermProblem[] {
  return [
    ...when(terms.maxRevisions > maxRevisions, 'maxRevisions', `is ${terms.maxRevisions}, must be at most ${maxRevisions}`),
    ...when(terms.handoffRule > handoffNever, 'handoffRule', `is ${terms.handoffRule}, must be at most ${handoffNever}`),
  ]
}

/**
 * The last second at which a task under these terms may have neither an end nor a default that is due: won at the last moment, each time handed in
 * at the last moment and sent back, then contested, countered and never ruled upon.
 */
export function latestEndOf(terms: Terms): number {
  const { openUntil, challengeWindow, maxRevisions, workWindow, grace, reviewWindow, disputeWindow, arbitrationWindow, chains } = terms
  const remote = chains.length === 0 ? 0 : grace + maxStopSeconds
  const round = workWindow + remote + grace + reviewWindow
  const dispute = disputeWindow + (disputeWindow === 0 ? 0 : remote) + arbitrationWindow
  return openUntil + challengeWindow + round * (1 + maxRevisions) + dispute + grace
}
