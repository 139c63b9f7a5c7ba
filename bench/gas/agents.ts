import { agentRegistryAbi } from '@hanse/sdk/abis'
import { encodeFunctionData, keccak256, toHex } from 'viem'
import { type Row, row } from './row.ts'
import type { TaskWorld } from './taskWorld.ts'

const batchSize = 100

/** Gas of agents that register. */
export async function agentRows({ chain, registry, worker, requester }: TaskWorld): Promise<Row[]> {
  const liveUntil = Math.floor(Date.now() / 1000) + 30 * 86_400
  const profile = {
    payout: requester.address,
    cardDigest: keccak256(toHex('card')),
    capabilities: [`0x1${keccak256(toHex('capability')).slice(3)}`] as const,
    cardUri: 'https://agents.example/cards/1.json',
  }
  const salts = Array.from({ length: batchSize }, (_, i) => keccak256(toHex(`salt ${i}`)))
  const one = encodeFunctionData({ abi: agentRegistryAbi, functionName: 'register', args: [keccak256(toHex('one')), liveUntil, profile] })
  const many = encodeFunctionData({
    abi: agentRegistryAbi,
    functionName: 'registerBatch',
    args: [salts, liveUntil, salts.map(() => profile)],
  })
  return [
    row({ name: 'agent.register', gas: await chain.send({ to: registry, data: one, from: worker }) }),
    row({
      name: `agent.registerBatch.${batchSize}`,
      gas: await chain.send({ to: registry, data: many, from: worker }),
      per: 'agent',
      n: batchSize,
    }),
  ]
}
