import type { Hex } from 'viem'
import { readContract } from 'viem/actions'
import { topicOfFunction } from '../abis/blackboard.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'

const blackboardAbi = [topicOfFunction] as const

/** How many entries a topic has, and the head they fold to. */
export type TopicView = { readonly length: bigint; readonly head: Hex }

/** What `getTopic` takes. */
export type GetTopicParameters = ReadParameters & { readonly space: Hex; readonly topic: Hex }

/**
 * How far a topic has come at home. With a length and head as the cursor, a subscription begins after them.
 *
 * @example
 * ```ts
 * import { topic } from '@hanse/sdk'
 *
 * const { value } = await topic.getTopic(client, { chainId: 1, space, topic: feed })
 * console.log(value.length)
 * ```
 */
export const getTopic = /* @__PURE__ */ defineRead<GetTopicParameters, TopicView>(
  'topic.getTopic',
  async ({ connection, chain, blockNumber }, { space, topic }) => {
    const address = contractIn(chain.deployment, 'blackboard')
    const [length, head] = await readContract(connection, {
      ...{ abi: blackboardAbi, address, blockNumber },
      functionName: 'topicOf',
      args: [space, topic],
    })
    return { length, head }
  },
)
