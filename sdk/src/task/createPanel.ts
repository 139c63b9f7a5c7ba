import { type Address, parseEventLogs } from 'viem'
import { createFunction, panelCreatedEvent } from '../abis/quorumPanels.ts'
import { encodeCall } from '../actions/call.ts'
import { contractIn } from '../actions/contractIn.ts'
import { defineWrite, type WriteParameters } from '../actions/defineWrite.ts'
import { orderedJudges } from './panel.ts'

const quorumPanelsAbi = [createFunction, panelCreatedEvent] as const

/** What `createPanel` takes. */
export type CreatePanelParameters = WriteParameters & {
  /** The contract `QuorumPanels`. Default: that of the deployment. */
  readonly panels?: Address
  /** In any order, at most 48. */
  readonly judges: readonly Address[]
  /** How many of them give a verdict. */
  readonly quorum: number
}

/** A panel that stands. */
export type PanelCreated = { readonly panel: Address; readonly judges: readonly Address[]; readonly quorum: number }

/**
 * Makes a panel of judges that never changes, for terms to name as their evaluator. Anyone may. One that stands already is refused; see `getPanel`.
 *
 * @throws JudgesWrong, PanelQuorumInvalid, JudgeInvalid: the contract's errors, before anything is sent. EventMissingError when it stands already.
 * @example
 * ```ts
 * import { task } from '@hanse/sdk'
 *
 * const { event } = await task.createPanel.sync(client, { chainId: 1, judges: [one, two, three], quorum: 2 })
 * const terms = await task.presets.quorum(client, { ...rest, chainId: 1, panel: event.panel })
 * ```
 */
export const createPanel = /* @__PURE__ */ defineWrite<CreatePanelParameters, PanelCreated>({
  verb: 'task.createPanel',
  call: (deployment, { panels = contractIn(deployment, 'quorumPanels'), judges, quorum }) =>
    encodeCall(panels, { abi: quorumPanelsAbi, functionName: 'create', args: [orderedJudges(judges), quorum] }),
  // Whose panel it is stands in the address, which commits to its judges.
  event: (logs) => parseEventLogs({ abi: quorumPanelsAbi, eventName: 'PanelCreated', logs: [...logs] })[0]?.args,
})

/** `createPanel`, waiting for the receipt. */
export const createPanelSync: typeof createPanel.sync = (client, parameters) => createPanel.sync(client, parameters)
