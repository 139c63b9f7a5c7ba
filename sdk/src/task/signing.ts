import { type Account, type Address, type Hex, isAddress, isAddressEqual, type TypedDataDefinition, zeroAddress } from 'viem'
import { signTypedData } from 'viem/actions'
import { type Client, chainOf, clientOf } from '../client.ts'
import { AccountMissingError } from '../errors/client.ts'
import { SignatureRefusedError, type TermProblem, TermsInvalidError } from '../errors/terms.ts'
import { taskIdOf } from './taskId.ts'
import { termProblems } from './termRules.ts'
import type { Terms } from './terms.ts'

/** What every signature about a task takes besides its own message. */
export type SigningParameters = {
  /** The task's home. */
  readonly chainId: number
  readonly terms: Terms
  /** Signs instead of the client's account. */
  readonly account?: Account
  /** Seconds by the home chain's clock. Default this machine's. */
  readonly now?: number
}

/** Who signs what about which task, once the terms are known to be good. */
export type SigningContext = {
  readonly account: Account
  readonly home: { readonly chainId: number; readonly escrow: Address; readonly taskId: Hex }
  /** Seconds. */
  readonly now: number
}

/** What makes one signature different from the others. */
type SigningDefinition = {
  readonly verb: string
  /** Whether the task must still be to be posted or assigned: its `openUntil` counts. */
  readonly isBeforeWork: boolean
  /** What is wrong with the message, in the hands of this signer. */
  readonly problems: (context: SigningContext) => readonly TermProblem[]
  readonly typedData: (context: SigningContext) => TypedDataDefinition
}

/**
 * Signs a message about a task after a look at all of it: a signature cannot be seen by who has to honour it before it is used.
 *
 * @throws AccountMissingError, TermsInvalidError, SignatureRefusedError. Asks no node, unless the account lives in one.
 */
export async function signAboutTask(client: Client, parameters: SigningParameters, definition: SigningDefinition): Promise<Hex> {
  const { chainId, terms } = parameters
  const { verb, isBeforeWork } = definition
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError(verb)
  const now = parameters.now ?? Math.floor(client.now() / 1000)
  // Terms of a task that has a worker were good when it was posted; only their date may have passed.
  const wrong = termProblems({ terms, homeChainId: chainId, now: isBeforeWork ? now : Math.min(now, terms.openUntil) })
  if (wrong.length > 0) throw new TermsInvalidError(wrong)
  const escrow = chainOf(client, chainId).deployment.taskEscrow
  const context = { account, now, home: { chainId, escrow, taskId: taskIdOf({ chainId, escrow, terms }) } }
  const problems = definition.problems(context)
  if (problems.length > 0) throw new SignatureRefusedError({ verb, problems })
  return signTypedData(clientOf(client, chainId), { account, ...definition.typedData(context) })
}

/** Problems of the signer: it must be one of these. */
export function roleProblems({ account }: SigningContext, roles: Readonly<Record<string, Address>>): TermProblem[] {
  if (Object.values(roles).some((address) => isAddress(address) && isAddressEqual(address, account.address))) return []
  const expected = Object.entries(roles).map(([role, address]) => `the ${role} ${address}`)
  return [{ field: 'account', reason: `is ${account.address}, must be ${expected.join(' or ')}` }]
}

/** Problems of whoever shall have the task. */
export function workerProblems(terms: Terms, field: string, worker: Address): TermProblem[] {
  if (!isAddress(worker) || isAddressEqual(worker, zeroAddress)) return [{ field, reason: `is ${worker}, must be somebody` }]
  return isAddressEqual(worker, terms.evaluator) ? [{ field, reason: 'must not be the evaluator: nobody judges its own work' }] : []
}

/** Problems of a date and of a fencing token. */
export function limitProblems(
  { now }: SigningContext,
  { token, expiry }: { readonly token?: number; readonly expiry: number },
): TermProblem[] {
  const isToken = token === undefined || (Number.isInteger(token) && token >= 1 && token <= 1_023)
  const isDate = Number.isSafeInteger(expiry) && expiry < 2 ** 40
  return [
    ...(isToken ? [] : [{ field: 'token', reason: `is ${token}, must be 1 to 1,023` }]),
    ...(isDate && expiry >= now ? [] : [{ field: 'expiry', reason: `is ${expiry}, must be seconds that have not passed: it is ${now}` }]),
  ]
}

/** Problems of a share. */
export function shareProblems(share: number, least: number): TermProblem[] {
  if (Number.isInteger(share) && share >= least && share <= 10_000) return []
  return [{ field: 'share', reason: `is ${share} basis points, must be ${least} to 10,000` }]
}
