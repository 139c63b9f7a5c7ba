import { type Address, getAbiItem, type Hex, parseEventLogs } from 'viem'
import { type PortalAction, portalActionValues } from '../abis/enums.ts'
import { taskRequestedEvent } from '../abis/taskPortal.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { logsOf } from '../actions/logs.ts'
import { type Client, chainOf } from '../client.ts'
import { BaseError } from '../errors/base.ts'
import { getMessage } from '../gateway/getMessages.ts'
import { getStatus } from '../gateway/getStatus.ts'

const taskPortalAbi = [taskRequestedEvent] as const

/** Something that an account of another chain asked home for, and that has not been heard there. */
export type OpenRequest = {
  readonly chainId: number
  readonly sendId: Hex
  readonly account: Address
  readonly action: PortalAction | undefined
}

type Place = { readonly homeChainId: number; readonly taskId: Hex }

/** So many of the newest requests of each chain are looked at. */
const newest = 4

/** The newest request of each chain that is still on its way home; and the chains that did not answer. */
export async function openRequests(
  client: Client,
  { chainIds, ...place }: Place & { readonly chainIds: readonly number[] },
): Promise<{ readonly requests: readonly OpenRequest[]; readonly silent: readonly number[] }> {
  const known = chainIds.filter((chainId) => chainId !== place.homeChainId && client.chains.has(chainId))
  const silent: number[] = []
  const found = await Promise.all(
    known.map((chainId) =>
      openRequestOf(client, { chainId, ...place }).catch((error: unknown) => {
        // What one chain does not tell must not hide what home says.
        if (!(error instanceof BaseError)) throw error
        silent.push(chainId)
        return undefined
      }),
    ),
  )
  return { requests: found.filter((request) => request !== undefined), silent }
}

async function openRequestOf(client: Client, { chainId, homeChainId, taskId }: Place & ReadParameters): Promise<OpenRequest | undefined> {
  const { value: requests } = await requestsAt(client, { chainId, homeChainId, taskId })
  const { gateway: originGateway } = chainOf(client, chainId).deployment
  for (const request of requests.slice(-newest).reverse()) {
    const { value: message } = await getMessage(client, { chainId, sendId: request.sendId, fromBlock: request.blockNumber })
    if (message === undefined) continue
    const lane = { originChainId: BigInt(chainId), originGateway, destinationChainId: BigInt(homeChainId) }
    const { value: status } = await getStatus(client, { chainId: homeChainId, lane, nonce: message.nonce })
    if (status === 'Pending' || status === 'Failed') return request
  }
  return undefined
}

type Found = OpenRequest & { readonly blockNumber: bigint }

const requestsAt = /* @__PURE__ */ defineRead<ReadParameters & Place, readonly Found[]>('why.whyTask', async (context, place) => {
  const { taskPortal: address } = context.chain.deployment
  const event = getAbiItem({ abi: taskPortalAbi, name: 'TaskRequested' })
  const args = { homeChainId: BigInt(place.homeChainId), taskId: place.taskId }
  const logs = await logsOf(context, { address, event, args })
  return parseEventLogs({ abi: taskPortalAbi, eventName: 'TaskRequested', logs, strict: true }).map((log) => ({
    chainId: context.chain.chainId,
    sendId: log.args.sendId,
    account: log.args.account,
    action: portalActionValues[log.args.action],
    blockNumber: log.blockNumber,
  }))
})
