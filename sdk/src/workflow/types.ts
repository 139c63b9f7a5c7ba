import type { Address, Hex } from 'viem'
import type { CreateTermsParameters, OptionalTerms } from '../task/createTerms.ts'
import type { Prerequisite } from '../task/prerequisites.ts'
import type { Json } from '../task/spec.ts'
import type { Terms } from '../task/terms.ts'

/** How a step ended, or where it stands. */
export type StepOutcome = 'waiting' | 'ready' | 'running' | 'succeeded' | 'failed' | 'skipped'

/** What the task of a step says. Dates, salts, ids and prerequisites follow from its place in the workflow. */
export type StepTask = Omit<OptionalTerms, 'salt' | 'prerequisites' | 'minPrerequisiteShare' | 'parent' | 'delegable'> &
  Pick<CreateTermsParameters, 'evaluator' | 'reward' | 'workerBond' | 'workWindow' | 'reviewWindow'> & {
    /** Where it lives. */
    readonly chain: number
    /** Seconds for which it may be claimed, from the latest moment at which it can be posted. */
    readonly openFor: number
    /** Who can do it: the name of a capability. */
    readonly capability: string
    /** For people. */
    readonly title?: string
    /** What the work needs to know. Default: null. */
    readonly input?: Json
  }

/** One step of a workflow. */
export type WorkflowStep = StepTask & {
  /** Steps that come before. */
  readonly after?: readonly string[]
  /** How many of them have to succeed. Default: all that are not skipped. */
  readonly need?: number
  /** The step is only done when each of these ended so; otherwise it is skipped. A failure that is named here is dealt with, and fails nothing else. */
  readonly when?: Readonly<Record<string, 'succeeded' | 'failed' | 'skipped'>>
  /** The least verdict that counts as success, in basis points. Default 10,000. */
  readonly minVerdict?: number
  /** Its failure fails nothing else. Default false. */
  readonly isOptional?: boolean
  /** It is not wanted any more: what nobody has claimed yet is taken back. Default false. */
  readonly isCancelled?: boolean
  /** What undoes it, when the workflow fails after it succeeded. */
  readonly compensate?: StepTask
}

/** Work over chains, as steps. Plain data: the same workflow always means the same tasks. */
export type Workflow = {
  /** Sets workflows of one requester apart. */
  readonly name: string
  readonly requester: Address
  /** Absolute seconds from which all dates count. */
  readonly startAt: number
  /** Absolute seconds at which all is over but what undoes it. Default: the latest end of its steps. Name it where steps may be added. */
  readonly until?: number
  /** The most that it may cost, compensation included, in base units by token. Zero is the native coin. Default: any. */
  readonly budget?: readonly { readonly token: Address; readonly amount: bigint }[]
  readonly steps: Readonly<Record<string, WorkflowStep>>
}

/** A task that a step became. */
export type CompiledTask = {
  readonly chain: number
  readonly taskId: Hex
  readonly terms: Terms
  /** What the contract itself sees settled first. */
  readonly prerequisites: readonly Prerequisite[]
  /** Absolute seconds: the last at which it can be without an end. */
  readonly latestEnd: number
}

/** A step and its tasks. */
export type CompiledStep = {
  readonly name: string
  readonly step: WorkflowStep
  readonly task: CompiledTask
  readonly compensation: CompiledTask | undefined
}

/** A workflow as tasks, with what it costs at most and when it is over at the latest. */
export type CompiledWorkflow = {
  readonly workflow: Workflow
  /** Each after those that it depends on. */
  readonly steps: readonly CompiledStep[]
  /** The most that its steps cost, in base units by token. */
  readonly cost: ReadonlyMap<Address, bigint>
  /** The most that undoing them costs besides. */
  readonly compensationCost: ReadonlyMap<Address, bigint>
  /** Absolute seconds: the last at which a step can be without an end. */
  readonly latestEnd: number
  /** The same, with everything undone. */
  readonly latestCompensationEnd: number
  /** Bodies that the tasks name: descriptions, by hash. */
  readonly bodies: ReadonlyMap<Hex, Uint8Array>
}
