import type { Address, Hex } from 'viem'
import { controllerChangedEvent, setControllerFunction } from '../abis/blackboard.ts'
import { encodeCall, eventsOf } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'

const blackboardAbi = [controllerChangedEvent, setControllerFunction] as const

/** What `setController` takes. */
export type SetControllerParameters = WriteParameters & {
  readonly space: Hex
  /** Who may change the list from now on. Zero: nobody, ever. */
  readonly controller: Address
}

/** A list in other hands. */
export type ControllerChanged = { readonly space: Hex; readonly controller: Address }

/**
 * Passes on who controls the list of a space. The signer controls it so far. To the zero address: the list is final.
 *
 * @throws SpaceWrongCaller, SpaceOfCharter: the contract's errors, before anything is sent.
 * @example
 * ```ts
 * import { cell } from '@hanse/sdk'
 * import { zeroAddress } from 'viem'
 *
 * await cell.setController.sync(client, { chainId: 1, space, controller: zeroAddress })
 * ```
 */
export const setController = /* @__PURE__ */ defineWrite<SetControllerParameters, ControllerChanged>({
  verb: 'cell.setController',
  call: (deployment, { space, controller }) =>
    encodeCall(contractIn(deployment, 'blackboard'), { abi: blackboardAbi, functionName: 'setController', args: [space, controller] }),
  event: (logs, deployment) => {
    const address = contractIn(deployment, 'blackboard')
    return eventsOf({ abi: blackboardAbi, address, eventName: 'ControllerChanged', logs })[0]?.args
  },
})
