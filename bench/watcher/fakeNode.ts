// A node whose chain is a formula: empty blocks by the clock, one lane that stands at a given place. It counts what it is asked.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gatewayAbi, watcherSetAbi } from '@hanse/sdk/abis'
import type { RpcCall } from '@hanse/sdk/sync'
import { type Address, decodeFunctionData, encodeFunctionResult, type Hex, keccak256, numberToHex } from 'viem'

export type FakeNode = { url: string; requests: () => number; height: () => bigint; stop: () => Promise<void> }

type Options = {
  chainId: number
  blockMs: number
  /** Height at the start. */
  from: bigint
  lane: { destinationChainId: number; nonce: bigint; head: Hex }
  gateway: Address
  watcherSet: Address
  /** Shared by the nodes of one chain, so that they agree. Milliseconds. */
  startedAt: number
}

export const hashOf = (chainId: number, height: bigint): Hex => keccak256(numberToHex((BigInt(chainId) << 64n) | height, { size: 32 }))

export async function startFakeNode(options: Options): Promise<FakeNode> {
  let requests = 0
  const height = () => options.from + BigInt(Math.floor((Date.now() - options.startedAt) / options.blockMs))
  const server = createServer(async (request, response) => {
    requests++
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const calls: (RpcCall & { id: number })[] = JSON.parse(Buffer.concat(chunks).toString())
    const answers = calls.map((call) => ({ jsonrpc: '2.0', id: call.id, result: answer(options, height(), call) }))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answers))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // it listens on a port
    requests: () => requests,
    height,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(options: Options, top: bigint, { method, params }: RpcCall): unknown {
  if (method === 'eth_chainId') return numberToHex(options.chainId)
  if (method === 'eth_getBlockByNumber') return blockAt(options, top, params[0])
  if (method === 'eth_getLogs') return []
  if (method === 'eth_getBalance') return numberToHex(10n ** 18n)
  if (method === 'eth_call') return read(options, params[0] as { to: Address; data: Hex }) // what the watcher sends
  return null
}

function blockAt({ chainId, blockMs, from }: Options, top: bigint, tag: unknown): unknown {
  const height = tag === 'latest' ? top : tag === 'safe' || tag === 'finalized' ? top - 5n : BigInt(String(tag))
  if (height > top || height < 0n) return null
  return {
    number: numberToHex(height),
    hash: hashOf(chainId, height),
    parentHash: hashOf(chainId, height - 1n),
    timestamp: numberToHex(1_700_000_000n + ((height - from) * BigInt(blockMs)) / 1_000n + from),
    logsBloom: `0x${'00'.repeat(256)}`,
  }
}

function read({ lane, gateway, watcherSet }: Options, { to, data }: { to: Address; data: Hex }): Hex {
  const setId = numberToHex(1, { size: 32 })
  if (to.toLowerCase() === watcherSet) {
    const { functionName } = decodeFunctionData({ abi: watcherSetAbi, data })
    if (functionName === 'setId') return encodeFunctionResult({ abi: watcherSetAbi, functionName, result: setId })
    if (functionName === 'quorumInForce') return encodeFunctionResult({ abi: watcherSetAbi, functionName, result: 2 })
    if (functionName === 'isMasked') return encodeFunctionResult({ abi: watcherSetAbi, functionName, result: false })
    return encodeFunctionResult({ abi: watcherSetAbi, functionName: 'roster', result: [[watcherSet, gateway], 2] })
  }
  const { functionName, args } = decodeFunctionData({ abi: gatewayAbi, data })
  if (functionName === 'lane') {
    const isOurs = args[0] === BigInt(lane.destinationChainId)
    return encodeFunctionResult({ abi: gatewayAbi, functionName, result: isOurs ? [lane.nonce, lane.head] : [0n, `0x${'00'.repeat(32)}`] })
  }
  if (functionName === 'linkOf') return encodeFunctionResult({ abi: gatewayAbi, functionName, result: [watcherSet, 0n, 0] })
  return numberToHex(0, { size: 32 })
}
