import type { Finality } from '@hanse/sdk'
import { taskEscrowAbi, timelockControllerAbi, watcherSetAbi } from '@hanse/sdk/abis'
import { type Address, type Client, createClient, getContractAddress, http, type Transport } from 'viem'
import { call, getBalance, getBlock, getChainId, getCode, getGasPrice, readContract } from 'viem/actions'
import { type Connection, differences, missingContracts } from '../chain.ts'
import type { ChainFacts, Facts, Patient, PatientChain, RpcFacts, SuiteFacts, WatcherFacts } from './facts.ts'
import { movedCode } from './movedCode.ts'

/** Milliseconds for one answer. Whoever needs longer counts as not answering. */
const patienceMs = 4_000

/** Creates contracts in calls. Nobody's account, so its nonce is 0. */
const creator: Address = '0x1d10c7000000000000000000000000000000d0c7'
const created = getContractAddress({ from: creator, nonce: 0n })

/** How often, and how many milliseconds apart, a watcher that is not ready is asked again. */
const catchUpLooks = 8
const catchUpMs = 250

/** Asks everybody, all at once. What gives no answer becomes a fact; nothing is thrown. */
export async function probe(patient: Patient, nowMs: number): Promise<Facts> {
  const watchers = await Promise.all(patient.watchers.map(probeWatcher))
  const chains = await Promise.all(patient.chains.map((chain) => probeChain({ patient, chain, watchers })))
  return { patient, chains, watchers, now: BigInt(Math.floor(nowMs / 1000)) }
}

const clientOf = (rpcUrl: string): Client<Transport> =>
  createClient({ transport: http(rpcUrl, { timeout: patienceMs, retryCount: 0, batch: { batchSize: 50, wait: 4 } }), cacheTime: 0 })

/** The value, or undefined when the node fails to give it: that is a fact for the rules, with whatever reason. */
const attempt = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work
  } catch {
    return undefined
  }
}

type Probing = { patient: Patient; chain: PatientChain; watchers: readonly WatcherFacts[] }

async function probeChain({ patient, chain, watchers }: Probing): Promise<ChainFacts> {
  const clients = chain.rpcUrls.map(clientOf)
  const first = await Promise.all(clients.map((client, index) => probeRpc({ client, place: index + 1, finality: chain.finality })))
  const rpcs = await withCommonHashes(clients, first, chain)
  const good = rpcs.findIndex((rpc) => rpc.chainId === chain.chainId)
  const client = clients[good]
  if (client === undefined) return { chain, rpcs, balances: [] }
  const connection = { chainId: chain.chainId, client }
  const [suite, gasPrice, balances, genesis] = await Promise.all([
    attempt(probeSuite({ patient, chain, connection })),
    attempt(getGasPrice(client)),
    probeBalances(client, watchers),
    attempt(getBlock(client, { blockNumber: 0n })),
  ])
  return { chain, rpcs, suite, balances, genesisHash: genesis?.hash, ...(gasPrice !== undefined && { gasPrice }) }
}

async function probeRpc({ client, place, finality }: { client: Client<Transport>; place: number; finality: Finality }): Promise<RpcFacts> {
  const chainId = await attempt(getChainId(client))
  if (chainId === undefined) return { place, isReachable: false }
  const head = await attempt(getBlock(client))
  const finalBlock = head && (await attempt(finalOf(client, finality, head.number)))
  return { place, isReachable: true, chainId, finalBlock, ...(head && { head: { number: head.number, timestamp: head.timestamp } }) }
}

async function finalOf(client: Client<Transport>, finality: Finality, head: bigint): Promise<bigint> {
  if (finality.kind === 'depth') return head - BigInt(finality.depth)
  return (await getBlock(client, { blockTag: finality.kind })).number
}

/** Two nodes of one chain have the same block at any height that both call old: three blocks under the lower head. */
async function withCommonHashes(
  clients: readonly Client<Transport>[],
  rpcs: readonly RpcFacts[],
  chain: PatientChain,
): Promise<RpcFacts[]> {
  const heads = rpcs.flatMap(({ head, chainId }) => (head && chainId === chain.chainId ? [head.number] : []))
  const [lowest = 0n] = heads.toSorted((one, other) => Number(one - other))
  const blockNumber = lowest > 3n ? lowest - 3n : 0n
  return await Promise.all(
    rpcs.map(async (rpc, index) => {
      const client = clients[index]
      if (client === undefined || rpc.chainId !== chain.chainId) return rpc
      const block = await attempt(getBlock(client, { blockNumber }))
      return block?.hash ? { ...rpc, commonHash: block.hash } : rpc
    }),
  )
}

type SuiteProbing = { patient: Patient; chain: PatientChain; connection: Connection }

async function probeSuite({ patient, chain, connection }: SuiteProbing): Promise<SuiteFacts> {
  const { plan, config } = patient
  const { client } = connection
  const { wiring = [], handover = [] } = plan.chains.find(({ chainId }) => chainId === chain.chainId) ?? {}
  const missing = await missingContracts(connection, plan)
  const { timelock, taskEscrow, watcherSet } = plan.addresses
  const [foreign, found, timelockDelay, pausedUntil, masked, isRecordLate] = await Promise.all([
    foreignContracts({ patient, chain, connection }),
    differences(connection, [...wiring, ...handover]),
    attempt(readContract(client, { address: timelock, abi: timelockControllerAbi, functionName: 'getMinDelay' })),
    attempt(readContract(client, { address: taskEscrow, abi: taskEscrowAbi, functionName: 'pausedUntil' })),
    maskedOf(client, watcherSet, config.watchers.members),
    isLate(chain, client),
  ])
  return { missing, foreign, differences: found, timelockDelay, pausedUntil: BigInt(pausedUntil ?? 0), masked, isRecordLate }
}

/** What a creation gives, asked of the chain itself, is what must stand there: immutables included. */
async function foreignContracts({
  patient: { plan },
  chain: { chainId },
  connection: { client },
}: SuiteProbing): Promise<SuiteFacts['foreign']> {
  const verdicts = await Promise.all(
    plan.contracts.map(async ({ name, address, initCode }) => {
      const [actual, expected] = await Promise.all([
        getCode(client, { address }),
        attempt(call(client, { account: creator, data: initCode, gas: 10_000_000n })),
      ])
      if (actual === undefined || expected?.data === undefined) return []
      return actual === movedCode({ code: expected.data, from: created, to: address, chainId }) ? [] : [name]
    }),
  )
  return verdicts.flat()
}

async function maskedOf(client: Client<Transport>, watcherSet: Address, members: readonly Address[]): Promise<readonly Address[]> {
  const verdicts = await Promise.all(
    members.map(async (member) => {
      const read = readContract(client, { address: watcherSet, abi: watcherSetAbi, functionName: 'isMasked', args: [member] })
      return (await attempt(read)) === true ? [member] : []
    }),
  )
  return verdicts.flat()
}

async function isLate({ record }: PatientChain, client: Client<Transport>): Promise<boolean> {
  const startBlock = BigInt(record?.startBlock ?? 0)
  if (record === undefined || startBlock === 0n) return false
  // A node that has forgotten old state cannot tell.
  return (await attempt(getCode(client, { address: record.gateway, blockNumber: startBlock - 1n }))) !== undefined
}

async function probeBalances(client: Client<Transport>, watchers: readonly WatcherFacts[]): Promise<ChainFacts['balances']> {
  const wanted = watchers.flatMap(({ name, deliverer }) => (deliverer ? [{ account: deliverer, purpose: `delivery by ${name}` }] : []))
  const balances = await Promise.all(
    wanted.map(async (entry) => ({ ...entry, balance: await attempt(getBalance(client, { address: entry.account })) })),
  )
  return balances.flatMap(({ balance, ...entry }) => (balance === undefined ? [] : [{ ...entry, balance }]))
}

async function probeWatcher({ name, url }: { name: string; url: string }): Promise<WatcherFacts> {
  const ask = async (path: string) => {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(patienceMs) })
    const value: unknown = await answer.json()
    return { isOk: answer.ok, value }
  }
  const [first, status] = await Promise.all([attempt(ask('/ready')), attempt(ask('/v1/status'))])
  let ready = first
  // Right after a new block a watcher reads it first: only one that stays behind is not ready.
  for (let again = 0; again < catchUpLooks && ready?.isOk === false; again++) {
    await new Promise((resolve) => setTimeout(resolve, catchUpMs))
    ready = await attempt(ask('/ready'))
  }
  if (ready === undefined) return { name, isReachable: false, isReady: false }
  const said = Object(status?.value)
  const problem = ready.isOk ? undefined : JSON.stringify(ready.value)
  return { name, isReachable: true, isReady: ready.isOk, problem, attester: said.attester, deliverer: said.deliverer }
}
