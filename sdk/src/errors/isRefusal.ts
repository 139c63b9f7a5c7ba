import { CallRevertedError } from './call.ts'
import { ContractError } from './contractError.ts'

/** That a contract refused: with an error that is known, or not. */
export type Refusal = ContractError<Readonly<Record<string, unknown>>> | CallRevertedError

/** Whether a contract refused. That a node does not answer says nothing about the contract. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof ContractError || error instanceof CallRevertedError
}
