import { zeroHash } from 'viem'
import type { Freshness } from '../actions/defineRead.ts'
import { decodePlan } from '../agreement/decodePlan.ts'
import { getReport, type LegStatusName } from '../agreement/getLegs.ts'
import { type AgreementView, getStatus } from '../agreement/getStatus.ts'
import type { Plan, Proposal } from '../agreement/types.ts'
import { getCharter } from '../charter/getCharter.ts'
import type { Client } from '../client.ts'
import { PlanMalformedError } from '../errors/charter.ts'
import type { Why } from './answer.ts'

type Row = Pick<Why, 'code' | 'owner' | 'nextAction' | 'deadline'>

/** What `whyAgreement` takes. */
export type WhyAgreementParameters = {
  /** Where the agreement is made. */
  readonly chainId: number
  readonly proposal: Proposal
}

/**
 * Why an agreement stands where it stands, with its legs on other chains.
 *
 * @example
 * ```ts
 * import { why } from '@hanse/sdk'
 *
 * const { code, nextAction } = await why.whyAgreement(client, { chainId: 1, proposal })
 * console.log(code, nextAction)
 * ```
 */
export async function whyAgreement(client: Client, { chainId, proposal }: WhyAgreementParameters): Promise<Why> {
  const { intent, intentHash, payload } = proposal
  const { plan, isReadable } = readPlan(payload)
  const { value: view, freshness } = await getStatus(client, { chainId, intentHash })
  const legs = view.status === 'executed' ? await reportsOf(client, { chainId, intentHash, plan, freshness }) : []
  const epoch = await currentEpoch(client, { chainId, plan, freshness })
  const evidence = {
    status: view.status,
    expiry: `${intent.expiry}`,
    ...(epoch === undefined ? {} : { currentEpoch: `${epoch}`, epoch: `${plan?.epoch}` }),
    ...Object.fromEntries(legs.map((status, index) => [`leg ${index} on chain ${plan?.legs[index]?.chainId}`, status])),
  }
  const isOver = intent.expiry <= freshness.blockTimestamp
  const isStale = epoch !== undefined && epoch !== plan?.epoch
  const row = view.status === 'executed' ? doneRow(legs) : waitingRow({ view, isOver, isStale, isReadable })
  return { ...row, evidence, freshness: [freshness] }
}

/** A stranger's proposal may call itself a plan and hold anything. */
function readPlan(payload: Proposal['payload']): { plan: Plan | undefined; isReadable: boolean } {
  try {
    return { plan: decodePlan(payload), isReadable: true }
  } catch (error) {
    if (!(error instanceof PlanMalformedError)) throw error
    return { plan: undefined, isReadable: false }
  }
}

type Place = { readonly chainId: number; readonly plan: Plan | undefined; readonly freshness: Freshness }

function reportsOf(
  client: Client,
  { chainId, plan, freshness, intentHash }: Place & Pick<Proposal, 'intentHash'>,
): Promise<LegStatusName[]> {
  const at = freshness.blockNumber
  return Promise.all(
    (plan?.legs ?? []).map(async (leg, index) => {
      const { value } = await getReport(client, { chainId, legChainId: Number(leg.chainId), intentHash, index, at })
      return value
    }),
  )
}

async function currentEpoch(client: Client, { chainId, plan, freshness }: Place): Promise<number | undefined> {
  if (plan === undefined || plan.charter === zeroHash) return undefined
  const { value } = await getCharter(client, { chainId, charterId: plan.charter, at: freshness.blockNumber })
  return value?.epoch ?? 0
}

const nobody = { kind: 'nobody' } as const
const anyone = { kind: 'anyone' } as const
const none = { deadline: undefined }

type Waiting = { view: AgreementView; isOver: boolean; isStale: boolean; isReadable: boolean }

function waitingRow({ view, isOver, isStale, isReadable }: Waiting): Row {
  if (!isReadable) {
    const nextAction = 'Do not sign it: what it calls a plan is none. Propose it again with `agreement.createIntent`.'
    return { ...none, code: 'AgreementPlanMalformed', owner: nobody, nextAction }
  }
  if (view.status === 'cancelled') {
    return { ...none, code: 'AgreementCancelled', owner: nobody, nextAction: 'Nothing: it can never be carried out.' }
  }
  if (isOver || view.status === 'expired') {
    return { ...none, code: 'AgreementExpired', owner: nobody, nextAction: 'Propose it again, with a later expiry.' }
  }
  if (isStale) {
    const nextAction = 'Propose it again under the current epoch, after `charter.diff` of both documents.'
    return { ...none, code: 'AgreementEpochStale', owner: anyone, nextAction }
  }
  if (view.status === 'ready') {
    return { ...none, code: 'AgreementAwaitsExecution', owner: anyone, nextAction: 'Call `agreement.execute`, or `agreement.agree`.' }
  }
  const nextAction = 'Sign it with `agreement.signAcceptance`; whoever holds enough signatures calls `agreement.agree`.'
  return { ...none, code: 'AgreementAwaitsSignatures', owner: anyone, nextAction }
}

function doneRow(legs: readonly LegStatusName[]): Row {
  if (legs.includes('failed')) {
    const nextAction = 'Call `agreement.retryLeg` on its chain once the reason is gone.'
    return { ...none, code: 'AgreementLegFailed', owner: anyone, nextAction }
  }
  if (legs.includes('none')) {
    const nextAction = 'Wait for the message and its report: ask `why.whyMessage` about it.'
    return { ...none, code: 'AgreementAwaitsReports', owner: { kind: 'watchers' }, nextAction }
  }
  if (legs.includes('expired')) {
    return { ...none, code: 'AgreementLegExpired', owner: nobody, nextAction: 'Agree on it again, with a later deadline.' }
  }
  return { ...none, code: 'AgreementDone', owner: nobody, nextAction: 'Nothing.' }
}
