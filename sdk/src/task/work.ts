import { type Address, type Hex, zeroAddress, zeroHash } from 'viem'

/** What is under review: whose work, under which fencing token, and which deliverable. All of it stands in the event `TaskSubmitted`. */
export type Work = {
  readonly worker: Address
  readonly token: number
  /** keccak-256 of the body. */
  readonly deliverable: Hex
}

/** What calls name that take work, when nothing was handed in. */
export const noWork: Work = { worker: zeroAddress, token: 0, deliverable: zeroHash }
