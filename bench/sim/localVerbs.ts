import { BaseError, type Client, cell, clientOf, task, topic, type Write, type WriteParameters } from '@hanse/sdk'
import type { Terms } from '@hanse/sdk/task'
import type { Hex } from 'viem'
import { sendTransaction } from 'viem/actions'
import { type Cast, childTerms, hashOf, termsFor } from './localCast.ts'
import { hireRules } from './rules.ts'
import type { ChainState } from './state.ts'
import type { Sent } from './types.ts'

/** More than anything here needs. With a limit of its own a write is sent without asking the node about what waits to be included. */
const gas = 600_000n

/** What `sendOne` takes. */
export type SendOneParameters = {
  readonly cast: Cast
  readonly state: ChainState
  readonly sent: Sent
  /** Seconds, by the chain. */
  readonly now: number
}

/** Sends a transaction by the SDK's verb. Undefined: its simulation said no. One whose node is behind does not hear that. */
export async function sendOne({ cast, state, sent, now }: SendOneParameters): Promise<Hex | undefined> {
  const client = cast.clients[sent.from]
  if (client === undefined) throw new RangeError(`No agent ${sent.from}`)
  try {
    return await sendAs({ cast, client, state, sent, now })
  } catch (error) {
    // A refusal is a contract's error; anything else is no part of the scenario.
    if (error instanceof BaseError && sent.isBlind !== true) return undefined
    throw error
  }
}

type SendAs = SendOneParameters & { readonly client: Client }

async function sendAs({ cast, client, state, sent, now }: SendAs): Promise<Hex> {
  const { action, isBlind = false } = sent
  const { chainId, space } = cast
  const run = <parameters extends WriteParameters, event>(verb: Write<parameters, event>, parameters: parameters) =>
    by({ verb, client, parameters, isBlind })
  switch (action.kind) {
    case 'write': {
      const { expectedVersion, value } = action
      return run(cell.write, { chainId, gas, space, key: hashOf('cell', action.cell), expectedVersion, value: hashOf('value', value) })
    }
    case 'acquire':
      return run(cell.acquire, { chainId, gas, space, key: hashOf('cell', action.cell), duration: action.seconds })
    case 'release':
      return run(cell.release, { chainId, gas, space, key: hashOf('cell', action.cell), token: action.token })
    case 'append':
      return run(topic.append, { chainId, gas, space, topic: hashOf('topic', action.topic), data: hashOf('data', action.data) })
    case 'open': {
      const terms = termsFor(cast, { number: action.task, rules: action.terms, now })
      cast.terms.set(action.task, terms)
      return run(task.open, { chainId, gas, terms })
    }
    default:
      return sendAboutTask({ cast, client, state, sent, now })
  }
}

async function sendAboutTask({ cast, client, state, sent, now }: SendAs): Promise<Hex> {
  const { action, isBlind = false } = sent
  const { chainId, addresses, clients } = cast
  if (!('task' in action)) throw new RangeError(`The local back end does not know "${action.kind}"`)
  if (action.kind === 'hire') cast.terms.set(action.task, termsFor(cast, { number: action.task, rules: hireRules, now }))
  if (action.kind === 'openChild') cast.terms.set(action.task, childTerms(cast, { ...action, from: sent.from }))
  const terms = termsOf(cast, action.task)
  const run = <parameters extends WriteParameters, event>(verb: Write<parameters, event>, parameters: parameters) =>
    by({ verb, client, parameters, isBlind })
  const at = { chainId, gas, terms }
  const { worker = 0, token = 1 } = state.tasks.get(action.task) ?? {}
  const sponsor = client.account?.address ?? terms.requester
  const deliverable = hashOf('work', action.task)
  switch (action.kind) {
    case 'openChild':
      return run(task.openChild, { ...at, parentTerms: termsOf(cast, action.parent) })
    case 'claim':
      return run(task.claim, { ...at, homeChainId: chainId, sponsor })
    case 'submit':
      return run(task.submit, {
        chainId,
        gas,
        homeChainId: chainId,
        taskId: task.getTaskId(client, { chainId, terms }),
        token,
        deliverable,
      })
    case 'accept':
      return run(task.decide, { ...at, work: { worker: addresses[worker] ?? sponsor, token, deliverable }, verdict: 10_000 })
    case 'award':
      return run(task.award, at)
    case 'lapse':
      return run(task.lapse, at)
    case 'hire': {
      const [hired, account] = [clients[action.worker], addresses[action.worker]]
      if (hired === undefined || account === undefined) throw new RangeError(`No agent ${action.worker}`)
      const offer = { worker: account, sponsor: account, token: 1, expiry: terms.openUntil }
      return run(task.hire, { ...at, offer, signature: await task.signOffer(hired, { chainId, terms, offer }) })
    }
    case 'propose': {
      const [bidder, account] = [clients[action.bidder], addresses[action.bidder]]
      if (bidder === undefined || account === undefined) throw new RangeError(`No agent ${action.bidder}`)
      const bid = { worker: account, sponsor: account, share: action.share, token: 1, expiry: terms.openUntil }
      return run(task.propose, { ...at, bid, signature: await task.signBid(bidder, { chainId, terms, bid }) })
    }
    default:
      throw new RangeError(`The local back end does not know "${JSON.stringify(action)}"`)
  }
}

function termsOf(cast: Cast, number: number): Terms {
  const terms = cast.terms.get(number)
  if (terms === undefined) throw new RangeError(`No terms of task ${number}`)
  return terms
}

type By<parameters extends WriteParameters, event> = {
  readonly verb: Write<parameters, event>
  readonly client: Client
  readonly parameters: parameters
  readonly isBlind: boolean
}

async function by<parameters extends WriteParameters, event>({ verb, client, parameters, isBlind }: By<parameters, event>): Promise<Hex> {
  if (!isBlind) return verb(client, parameters)
  const { account } = client
  const connection = clientOf(client, parameters.chainId)
  if (account === undefined) throw new RangeError('An agent has an account')
  return sendTransaction(connection, { ...verb.call(client, parameters), account, chain: connection.chain, gas })
}
