import type { Address, Hex, TypedDataDefinition } from 'viem'
import type { Client } from '../client.ts'
import { AccountMissingError } from '../errors/client.ts'
import type { TermProblem } from '../errors/terms.ts'
import type { Actor } from './actor.ts'
import {
  type ActorHandoff,
  actorHandoffTypedData,
  aliveTypedData,
  claimTypedData,
  counterTypedData,
  giveUpTypedData,
  submissionTypedData,
} from './actorTypedData.ts'
import type { SignedBy } from './route.ts'
import { limitProblems, roleProblems, type SigningContext, type SigningParameters, signAboutTask, workerProblems } from './signing.ts'
import type { Terms } from './terms.ts'
import type { Work } from './work.ts'

/** What an actor signs besides the message itself. `chainId` is the task's home. */
export type SignActorParameters = SigningParameters & {
  /** The chain on which the signer acts. Contracts of other chains cannot sign: only a key can. */
  readonly actorChainId: number
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
}

/** What a held assignment is known by. */
type Held = { readonly token: number }

type Message = {
  readonly verb: string
  readonly isBeforeWork?: boolean
  readonly token?: number
  readonly typedData: (actor: Actor, home: SigningContext['home']) => TypedDataDefinition
}

async function signAs(client: Client, parameters: SignActorParameters, message: Message): Promise<SignedBy> {
  const { actorChainId, expiry, terms, chainId } = parameters
  const { verb, isBeforeWork = false, token, typedData } = message
  const account = parameters.account ?? client.account
  if (account === undefined) throw new AccountMissingError(verb)
  const actor = { chainId: actorChainId, account: account.address }
  const signature = await signAboutTask(client, parameters, {
    verb,
    isBeforeWork,
    problems: (context) => [
      ...chainProblems({ terms, chainId, field: 'actorChainId', actorChainId }),
      ...limitProblems(context, token === undefined ? { expiry } : { token, expiry }),
    ],
    typedData: ({ home }) => typedData(actor, home),
  })
  return { actor, expiry, signature }
}

type Place = { readonly terms: Terms; readonly chainId: number; readonly field: string; readonly actorChainId: number }

/** Problems of where an actor lives. */
function chainProblems({ terms, chainId, field, actorChainId }: Place): TermProblem[] {
  if (actorChainId === chainId || terms.chains.includes(BigInt(actorChainId))) return []
  return [{ field, reason: `is ${actorChainId}, a chain that the terms do not admit` }]
}

/** What `signClaim` takes. */
export type SignClaimParameters = SignActorParameters & {
  readonly sponsor: Address
  /** The task's fencing token that the claimer saw. Default 0: never assigned. */
  readonly token?: number
}

/**
 * Signs a claim that anyone may bring home until `expiry`: give it to `claim` as `signed`.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signed = await task.signClaim(client, { chainId: 1, actorChainId: 10, terms, sponsor, expiry })
 * await task.claim.sync(client, { chainId: 1, homeChainId: 1, terms, sponsor, signed })
 * ```
 */
export function signClaim(client: Client, parameters: SignClaimParameters): Promise<SignedBy> {
  const { sponsor, token = 0, expiry } = parameters
  const typedData: Message['typedData'] = (actor, home) => claimTypedData({ ...home, actor, sponsor, token, expiry })
  return signAs(client, parameters, { verb: 'task.signClaim', isBeforeWork: true, typedData })
}

/** What `signSubmission` takes. */
export type SignSubmissionParameters = SignActorParameters & Held & { readonly deliverable: Hex }

/**
 * Signs a submission that anyone may bring home until `expiry`: give it to `submit` as `signed`.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signed = await task.signSubmission(client, { chainId: 1, actorChainId: 10, terms, token, deliverable, expiry })
 * await task.submit.sync(client, { chainId: 1, homeChainId: 1, taskId, token, deliverable, signed })
 * ```
 */
export function signSubmission(client: Client, parameters: SignSubmissionParameters): Promise<SignedBy> {
  const { token, deliverable, expiry } = parameters
  const typedData: Message['typedData'] = (actor, home) => submissionTypedData({ ...home, actor, token, deliverable, expiry })
  return signAs(client, parameters, { verb: 'task.signSubmission', token, typedData })
}

/** What `signAlive` takes. */
export type SignAliveParameters = SignActorParameters &
  Held & {
    /** Of the doubt, in base units: see `getSuspicion`. */
    readonly bond: bigint
  }

/**
 * Signs the answer to one doubt, that anyone may bring home until `expiry`: give it to `alive` as `signed`.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signed = await task.signAlive(client, { chainId: 1, actorChainId: 10, terms, token, bond, expiry })
 * await task.alive.sync(client, { chainId: 1, taskId, token, bond, signed })
 * ```
 */
export function signAlive(client: Client, parameters: SignAliveParameters): Promise<SignedBy> {
  const { token, bond, expiry } = parameters
  const typedData: Message['typedData'] = (actor, home) => aliveTypedData({ ...home, actor, token, bond, expiry })
  return signAs(client, parameters, { verb: 'task.signAlive', token, typedData })
}

/** What `signGiveUp` takes. */
export type SignGiveUpParameters = SignActorParameters & Held

/**
 * Signs that an assignment is given back, which anyone may bring home until `expiry`: give it to `giveUp` as `signed`.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signed = await task.signGiveUp(client, { chainId: 1, actorChainId: 10, terms, token, expiry })
 * await task.giveUp.sync(client, { chainId: 1, terms, token, signed })
 * ```
 */
export function signGiveUp(client: Client, parameters: SignGiveUpParameters): Promise<SignedBy> {
  const { token, expiry } = parameters
  const typedData: Message['typedData'] = (actor, home) => giveUpTypedData({ ...home, actor, token, expiry })
  return signAs(client, parameters, { verb: 'task.signGiveUp', token, typedData })
}

/** What `signCounter` takes. */
export type SignCounterParameters = SignActorParameters & { readonly sponsor: Address; readonly work: Work }

/**
 * Signs that a proposed verdict is countered, which anyone may bring home until `expiry`: give it to `counter` as `signed`.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const signed = await task.signCounter(client, { chainId: 1, actorChainId: 10, terms, work, sponsor, expiry })
 * await task.counter.sync(client, { chainId: 1, terms, work, sponsor, signed })
 * ```
 */
export function signCounter(client: Client, parameters: SignCounterParameters): Promise<SignedBy> {
  const { sponsor, work, expiry } = parameters
  const typedData: Message['typedData'] = (actor, home) => counterTypedData({ ...home, actor, sponsor, work, expiry })
  return signAs(client, parameters, { verb: 'task.signCounter', token: work.token, typedData })
}

/** What `signActorHandoff` takes. */
export type SignActorHandoffParameters = SigningParameters & {
  /** The worker of record. */
  readonly from: Actor
  readonly change: ActorHandoff
}

/**
 * Signs, as one of the two workers or as the requester, that an assignment passes between chains: see `handoffBetween`.
 *
 * @throws TermsInvalidError, SignatureRefusedError naming all that is wrong; AccountMissingError.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const change = { to: { chainId: 10, account: successor }, sponsor, token, expiry }
 * const signatureFrom = await task.signActorHandoff(client, { chainId: 1, terms, from, change })
 * ```
 */
export function signActorHandoff(client: Client, parameters: SignActorHandoffParameters): Promise<Hex> {
  const { terms, chainId, from, change } = parameters
  const { to } = change
  return signAboutTask(client, parameters, {
    verb: 'task.signActorHandoff',
    isBeforeWork: false,
    problems: (context) => [
      ...roleProblems(context, { worker: from.account, successor: to.account, requester: terms.requester }),
      ...workerProblems(terms, 'to', to.account),
      ...chainProblems({ terms, chainId, field: 'to', actorChainId: to.chainId }),
      ...limitProblems(context, change),
      ...(terms.handoffRule < 2 ? [] : [{ field: 'handoffRule', reason: 'is 2: the task is never handed on' }]),
    ],
    typedData: ({ home }) => actorHandoffTypedData({ ...home, from, change }),
  })
}
