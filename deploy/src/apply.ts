import type { Deployment } from '@hanse/sdk'
import { accessManagerAbi } from '@hanse/sdk/abis'
import { encodeFunctionData, type Hex, isAddressEqual, type LocalAccount } from 'viem'
import { call, getBlockNumber, getCode } from 'viem/actions'
import { type ChainAccess, type Connection, connect, type Difference, differences, missingContracts } from './chain.ts'
import { DeploymentIncompleteError, GovernanceNeededError, StartBlockUnknownError, SuiteInvalidError } from './errors.ts'
import { ensureFactory } from './factory.ts'
import type { ChainPlan, SuitePlan } from './plan.ts'
import { roles } from './roles.ts'
import { type Step, word } from './steps.ts'
import { type Observer, type Outcome, type Patience, sendAll, settlePending } from './transactions.ts'

/** What happens, as it happens. */
export type Progress = Parameters<Observer>[0]

/** Calls in one transaction. Each costs about 60,000 gas; chains take at most 16 million in one transaction. */
const callsPerTransaction = 80

/** How often to look again for what others did in the meantime. */
const attempts = 4

type Context = { connection: Connection; plan: SuitePlan; account: LocalAccount; observer: Observer; patience: Patience }

/**
 * Makes the chains what the plan says. Sends only what is missing, so it may be repeated and resumes after a crash at any point, from
 * chain state alone. Creations go out together; then one transaction wires everything and takes every power from the deployer.
 *
 * @returns One record per chain, in the order of `chains`.
 * @throws FundsMissingError, FactoryUnavailableError, GovernanceNeededError, TransactionPendingError, DeploymentIncompleteError.
 * @example
 * ```ts
 * import { applySuite, committedCreationCodes, planSuite } from '@hanse/deploy'
 *
 * const plan = planSuite({ config, creationCodes: committedCreationCodes() })
 * const deployments = await applySuite({ plan, chains: [{ chainId: 1, rpcUrl }], account })
 * ```
 */
export async function applySuite(parameters: applySuite.Parameters): Promise<readonly Deployment[]> {
  const { plan, chains, account, onProgress = () => {}, pollingIntervalMs = 500, limitMs = 180_000, startBlocks = {} } = parameters
  if (!isAddressEqual(account.address, plan.deployer))
    throw new SuiteInvalidError({
      field: 'deployer',
      fact: `is ${plan.deployer}`,
      expectation: `the account that signs, ${account.address}`,
    })
  const patience = { pollingIntervalMs, limitMs }
  const results = await Promise.allSettled(
    chains.map(async (access) => {
      const connection = await connect(access)
      const startBlock = startBlocks[access.chainId]
      return await applyChain({ connection, plan, account, observer: onProgress, patience }, startBlock)
    }),
  )
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

export namespace applySuite {
  export type Parameters = {
    plan: SuitePlan
    chains: readonly ChainAccess[]
    /** The plan's deployer. */
    account: LocalAccount
    /** Told of each transaction. */
    onProgress?: Observer
    pollingIntervalMs?: number
    /** Milliseconds to wait for one transaction. */
    limitMs?: number
    /** For chains whose node has forgotten old state: the block of the gateway's creation. */
    startBlocks?: Readonly<Record<number, bigint>>
  }
}

async function applyChain(context: Context, knownStartBlock: bigint | undefined): Promise<Deployment> {
  const { connection, plan } = context
  const chainPlan = chainPlanOf(plan, connection.chainId)
  await settlePending(context)
  const created = await createMissing(context)
  await wire(context, chainPlan)
  const creation = created.find(({ name, isSuccess }) => isSuccess && name === 'gateway')
  const startBlock = knownStartBlock ?? creation?.blockNumber ?? (await findStartBlock(context))
  return { chainId: connection.chainId, startBlock, ...plan.addresses }
}

function chainPlanOf(plan: SuitePlan, chainId: number): ChainPlan {
  const found = plan.chains.find((chain) => chain.chainId === chainId)
  if (found !== undefined) return found
  const known = plan.chains.map((chain) => chain.chainId).join(', ')
  throw new SuiteInvalidError({ field: 'chains', fact: `has no ${chainId}`, expectation: `one of ${known}` })
}

/** Strangers, and transactions of a run that died, may create contracts meanwhile: they create the same ones. So look again, a few times. */
async function createMissing(context: Context): Promise<readonly Outcome[]> {
  const { connection, plan } = context
  const outcomes: Outcome[] = []
  let cause: unknown
  for (let attempt = 0; attempt < attempts; attempt++) {
    const missing = await missingContracts(connection, plan)
    if (missing.length === 0) return outcomes
    await ensureFactory(context)
    const requests = plan.contracts.filter(({ name }) => missing.includes(name)).map(({ name, data }) => ({ name, to: plan.factory, data }))
    const sent = await sendAll({ ...context, requests }).catch(async (error: unknown) => {
      const left = await missingContracts(connection, plan)
      if (left.length === missing.length) throw error
      cause = error
      return []
    })
    outcomes.push(...sent)
  }
  const left = await missingContracts(connection, plan)
  if (left.length === 0) return outcomes
  const hashes = outcomes.map(({ hash }) => hash)
  throw new DeploymentIncompleteError({ chainId: connection.chainId, steps: left.map((name) => `create ${name}`), hashes, cause })
}

async function wire(context: Context, { wiring, handover }: ChainPlan): Promise<void> {
  const { connection } = context
  const found = await differences(connection, [...wiring, ...handover])
  if (found.length === 0) return
  if (!(await isAdmin(context))) throw new GovernanceNeededError({ chainId: connection.chainId, steps: namesOf(found) })
  const hashes: Hex[] = []
  for (const batch of batchesOf({ wiring: pending(wiring, found), handover: pending(handover, found) })) {
    const outcome = await sendBatch(context, batch)
    hashes.push(...outcome.hashes)
    if (outcome.isDone) continue
    // A second run of the same deployer may have been faster: what counts is the chain.
    const left = await differences(connection, batch)
    const { chainId } = connection
    if (left.length > 0) throw new DeploymentIncompleteError({ chainId, steps: namesOf(left), hashes, cause: outcome.cause })
  }
}

async function sendBatch(context: Context, batch: readonly Step[]): Promise<{ isDone: boolean; hashes: readonly Hex[]; cause?: unknown }> {
  const to = context.plan.addresses.accessManager
  const calls = batch.flatMap((step) => step.calls)
  const data = encodeFunctionData({ abi: accessManagerAbi, functionName: 'multicall', args: [calls] })
  const isHandover = batch.some((step) => step.name === 'the deployer renounces')
  const name = isHandover ? 'wire and hand over' : 'wire'
  try {
    const outcomes = await sendAll({ ...context, requests: [{ name, to, data }] })
    return { isDone: outcomes.every((outcome) => outcome.isSuccess), hashes: outcomes.map(({ hash }) => hash) }
  } catch (cause) {
    if ((await differences(context.connection, batch)).length === 0) return { isDone: true, hashes: [] }
    throw cause
  }
}

/** The hand-over stays whole, and last: between two transactions the deployer rules everything or nothing. */
function batchesOf({ wiring, handover }: { wiring: readonly Step[]; handover: readonly Step[] }): readonly (readonly Step[])[] {
  const batches: Step[][] = []
  let batch: Step[] = []
  for (const step of wiring) {
    if (batch.length >= callsPerTransaction) {
      batches.push(batch)
      batch = []
    }
    batch.push(step)
  }
  return batch.length + handover.length <= callsPerTransaction ? [...batches, [...batch, ...handover]] : [...batches, batch, [...handover]]
}

function pending(steps: readonly Step[], found: readonly Difference[]): readonly Step[] {
  const names = new Set(found.map(({ step }) => step))
  return steps.filter(({ name }) => names.has(name))
}

function namesOf(found: readonly Difference[]): readonly string[] {
  return [...new Set(found.map(({ step }) => step))]
}

async function isAdmin({ connection, plan }: Context): Promise<boolean> {
  const data = encodeFunctionData({ abi: accessManagerAbi, functionName: 'hasRole', args: [roles.admin.id, plan.deployer] })
  const { data: answer = '0x' } = await call(connection.client, { to: plan.addresses.accessManager, data })
  return answer.startsWith(word(true))
}

/** The first block at whose end the gateway has code. */
async function findStartBlock({ connection, plan }: Context): Promise<bigint> {
  const { chainId, client } = connection
  try {
    let low = 0n
    let high = await getBlockNumber(client)
    while (low < high) {
      const middle = (low + high) / 2n
      const code = await getCode(client, { address: plan.addresses.gateway, blockNumber: middle })
      if (code === undefined) low = middle + 1n
      else high = middle
    }
    return low
  } catch (cause) {
    throw new StartBlockUnknownError({ chainId, cause })
  }
}
