import { type Address, decodeAbiParameters, type Hex, parseAbiParameters, size } from 'viem'
import { type PortalAction, portalActionValues } from '../../abis/enums.ts'

const fields = parseAbiParameters('uint8 action, bytes32 taskId, address account, uint8 refusal, uint16 token, uint40 deadline')

/** What home answered, as its message says it. */
export type PortalAnswer = {
  readonly action: PortalAction
  readonly taskId: Hex
  readonly account: Address
  /** By its place in the contracts' list. */
  readonly refusal: number
  readonly token: number
  /** Absolute seconds; zero unless a claim was granted. */
  readonly deadline: number
}

/** Reads the answer in a message from an escrow to a portal. Undefined: it is something else. */
export function decodeAnswer(payload: Hex): PortalAnswer | undefined {
  if (size(payload) !== fields.length * 32) return undefined
  const [index, taskId, account, refusal, token, deadline] = decodeAbiParameters(fields, payload)
  const action = portalActionValues[index]
  return action === undefined ? undefined : { action, taskId, account, refusal, token, deadline }
}
