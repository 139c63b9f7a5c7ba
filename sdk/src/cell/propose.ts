import { type Address, getAbiItem, type Hex } from 'viem'
import { changeProposedEvent, proposalAnsweredEvent, proposeFunction } from '../abis/blackboard.ts'
import { type BoardRefusal, boardRefusalValues } from '../abis/enums.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineRead, type ReadParameters } from '../actions/defineRead.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { newestOf } from '../actions/logs.ts'
import { enumValue } from '../enumValue.ts'

const blackboardAbi = [changeProposedEvent, proposalAnsweredEvent, proposeFunction] as const

/** What `propose` takes. */
export type ProposeCellParameters = WriteParameters & {
  /** The chain where the cell is at home; `chainId` is the proposer's. */
  readonly homeChainId: number
  readonly space: Hex
  readonly key: Hex
  /** The version that the proposer saw at home. */
  readonly expectedVersion: number
  readonly value: Hex
  /** The second, by home's clock, after which home refuses it. */
  readonly deadline: number
}

/** A proposal on its way home. Nothing is binding until home answers: see `getAnswer`. */
export type ChangeProposed = {
  readonly homeChainId: bigint
  readonly space: Hex
  readonly key: Hex
  readonly account: Address
  /** The message that carries it, for `gateway.track` and `getAnswer`. */
  readonly sendId: Hex
}

/**
 * Proposes a write to a cell whose home is another chain. The first to arrive wins; whoever loses is told by `getAnswer`.
 *
 * @throws BoardNotLinked, DestinationNotLinked, PayloadTooLong: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { event } = await cell.propose.sync(client, { chainId: 10, homeChainId: 1, space, key, expectedVersion: 4, value, deadline })
 * console.log(event.sendId)
 * ```
 */
export const propose = /* @__PURE__ */ defineWrite<ProposeCellParameters, ChangeProposed>({
  verb: 'cell.propose',
  call: (deployment, { homeChainId, space, key, expectedVersion, deadline, value }) =>
    encodeCall(contractIn(deployment, 'blackboard'), {
      abi: blackboardAbi,
      functionName: 'propose',
      args: [BigInt(homeChainId), space, key, expectedVersion, deadline, value],
    }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'ChangeProposed', logs })[0]?.args
  },
})

/** What home did with a proposal. */
export type ProposalAnswer = {
  /** `None`: it was done. */
  readonly refusal: BoardRefusal
  /** The cell's version, or the topic's length, after it. Zero: it was not looked at. */
  readonly version: bigint
}

/** What `getAnswer` takes. */
export type GetAnswerParameters = ReadParameters & { readonly sendId: Hex; readonly fromBlock?: bigint }

/**
 * What home answered to a proposal, read on the proposer's chain; undefined until the answer is there.
 *
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 *
 * const { value: answer } = await cell.getAnswer(client, { chainId: 10, sendId })
 * if (answer?.refusal === 'Stale') console.log('somebody was first')
 * ```
 */
export const getAnswer = /* @__PURE__ */ defineRead<GetAnswerParameters, ProposalAnswer | undefined>(
  'cell.getAnswer',
  (context, { sendId, fromBlock }) => {
    const address = contractIn(context.chain.deployment, 'blackboard')
    const event = getAbiItem({ abi: blackboardAbi, name: 'ProposalAnswered' })
    return newestOf(context, { address, event, args: { sendId }, fromBlock }, (logs) => {
      const answers = eventsOf({ abi: blackboardAbi, address, eventName: 'ProposalAnswered', logs })
      const found = answers.find(({ args }) => args.sendId === sendId)
      return found && { refusal: enumValue(boardRefusalValues, found.args.refusal), version: found.args.version }
    })
  },
)
