import { type Abi, concat, decodeErrorResult, encodeFunctionData, type Hex, hexToBytes, parseAbi, size, slice } from 'viem'
import { getCode, call as simulate } from 'viem/actions'
import { defineRead, type ReadContext, type ReadParameters } from '../actions/defineRead.ts'
import type { BaseError } from '../errors/base.ts'
import { CallRevertedError } from '../errors/call.ts'
import { decodeRevert } from '../errors/decode.ts'
import { revertDataOf } from '../errors/revertData.ts'
import { maxGasLimit } from './attributes.ts'
import { payloadLimit } from './header.ts'
import { encodeInteroperable } from './interoperable.ts'
import { type Lane, leafOf, type Message } from './lane.ts'

/** What `explainFailure` takes. */
export type ExplainFailureParameters = ReadParameters & {
  readonly lane: Lane
  readonly nonce: bigint
  readonly message: Message
  /** Of the recipient, to name its own errors. Those of the suite and Solidity's own are known. */
  readonly abi?: Abi
}

/** Why a recipient does not take a message. `text` says it in one line. */
export type FailureReason = { readonly text: string } & (
  | {
      /** It reverted. */
      readonly kind: 'Reverted'
      readonly data: Hex | undefined
      /** The suite's own error class, or `CallRevertedError`. */
      readonly error: BaseError
      /** Name and arguments, when its ABI is known. */
      readonly name: string | undefined
      readonly args: readonly unknown[]
    }
  /** It would run, with more gas than the message grants. */
  | { readonly kind: 'GasLimitTooLow'; readonly gasLimit: number }
  /** It ran, but did not answer as ERC-7786 asks. */
  | { readonly kind: 'AnsweredWrongly'; readonly data: Hex }
  /** There is no contract at the recipient's address. */
  | { readonly kind: 'NoContract' }
  /** Over limits that are the same everywhere: no honest gateway sends it, and none tries it. */
  | { readonly kind: 'OverLimits' }
  /** It runs now. What stood in its way is gone. */
  | { readonly kind: 'WouldRun' }
)

const recipientAbi = parseAbi(['function receiveMessage(bytes32 receiveId, bytes sender, bytes payload) payable returns (bytes4)'])

/** The selector of `receiveMessage`, which is also what it must answer. */
const magic: Hex = '0x2432ef26'

/**
 * Why a message's recipient does not take it: runs the call again at the destination as the gateway would make it, without sending anything.
 *
 * @example
 * ```ts
 * import { gateway } from '@hanse/sdk'
 *
 * const { value } = await gateway.explainFailure(client, { chainId: 10, lane, nonce: 3n, message })
 * if (value.kind === 'WouldRun') await gateway.retry(client, { chainId: 10, lane, nonce: 3n, message })
 * else console.log(value.text)
 * ```
 */
export const explainFailure = /* @__PURE__ */ defineRead<ExplainFailureParameters, FailureReason>(
  'gateway.explainFailure',
  async (context, { chainId, lane, nonce, message, abi = [] }) => {
    const { recipient, gasLimit, payload } = message
    if (gasLimit > maxGasLimit || size(payload) > payloadLimit)
      return { kind: 'OverLimits', text: 'the message is over limits that hold on every chain' }
    const sender = encodeInteroperable({ chainId: lane.originChainId, address: message.sender })
    const data = encodeFunctionData({ abi: recipientAbi, args: [leafOf({ lane, nonce, message }), sender, payload] })
    const exact = await run(context, { message, data, gas: gasFor({ data, gasLimit }) })
    if (exact.kind === 'answered') return answered(context, message, exact.data)
    const generous = await run(context, { message, data, gas: gasFor({ data, gasLimit: 2 * maxGasLimit }) })
    if (generous.kind === 'answered' && isMagic(generous.data))
      return { kind: 'GasLimitTooLow', gasLimit, text: `${recipient} needs more gas than the message's limit of ${gasLimit}` }
    return reverted({ chainId, abi, error: exact.error })
  },
)

type Attempt = { readonly message: Message; readonly data: Hex; readonly gas: bigint }
type Outcome = { readonly kind: 'answered'; readonly data: Hex } | { readonly kind: 'reverted'; readonly error: unknown }

async function run({ connection, chain, blockNumber }: ReadContext, { message, data, gas }: Attempt): Promise<Outcome> {
  try {
    const call = { account: chain.deployment.gateway, to: message.recipient, data, gas, blockNumber }
    return { kind: 'answered', data: (await simulate(connection, call)).data ?? '0x' }
  } catch (error) {
    return { kind: 'reverted', error }
  }
}

/** What a transaction needs so that the called contract gets exactly the limit: its base cost and its calldata come on top. */
function gasFor({ data, gasLimit }: { readonly data: Hex; readonly gasLimit: number }): bigint {
  const bytes = hexToBytes(data)
  const tokens = bytes.reduce((sum, byte) => sum + (byte === 0 ? 1 : 4), 0)
  const [base, floor] = [21_000 + 4 * tokens + gasLimit, 21_000 + 10 * tokens]
  return BigInt(Math.max(base, floor))
}

function isMagic(data: Hex): boolean {
  return size(data) >= 32 && slice(data, 0, 32) === concat([magic, `0x${'00'.repeat(28)}`])
}

async function answered({ connection, blockNumber }: ReadContext, { recipient }: Message, data: Hex): Promise<FailureReason> {
  if (isMagic(data)) return { kind: 'WouldRun', text: 'the recipient takes it now' }
  const code = await getCode(connection, { address: recipient, blockNumber })
  if (code === undefined) return { kind: 'NoContract', text: `there is no contract at ${recipient}` }
  return { kind: 'AnsweredWrongly', data, text: `${recipient} answered ${data}, expected the selector of receiveMessage` }
}

function reverted({ chainId, abi, error }: { readonly chainId: number; readonly abi: Abi; readonly error: unknown }): FailureReason {
  const data = revertDataOf(error)
  const known = decodeRevert(error, { chainId })
  const decoded = data === undefined ? undefined : decode(abi, data)
  const name = known?.code ?? decoded?.errorName
  const args = known === undefined ? (decoded?.args ?? []) : Object.values(known.args)
  const text = name === undefined ? `it reverted with ${data ?? 'no reason'}` : `it reverted with ${name}(${args.map(String).join(', ')})`
  const shown = known ?? new CallRevertedError({ verb: 'receiveMessage', chainId, data, cause: error })
  return { kind: 'Reverted', data, error: shown, name, args, text }
}

function decode(abi: Abi, data: Hex) {
  try {
    return decodeErrorResult({ abi, data })
  } catch {
    return undefined
  }
}
