import type { Deployment, Finality } from '@hanse/sdk'
import type { Address, Hex } from 'viem'
import type { PlannedName } from '../artifacts.ts'
import type { Difference } from '../chain.ts'
import type { SuiteConfig } from '../config.ts'
import type { SuitePlan } from '../plan.ts'

/** What the doctor looks at. */
export type Patient = {
  readonly config: SuiteConfig
  readonly plan: SuitePlan
  readonly chains: readonly PatientChain[]
  readonly watchers: readonly { readonly name: string; readonly url: string }[]
  /** Configurations of watchers, as their operators are about to start them. Default: none. */
  readonly operators?: readonly OperatorPatient[]
}

/** A watcher's configuration, and what this machine says to it. */
export type OperatorPatient = {
  readonly name: string
  readonly dataDir: string
  readonly isDataDirWritable: boolean
  /** Why a key that it names cannot be had. */
  readonly keyProblem?: string | undefined
  readonly attester?: Address | undefined
  readonly chains: readonly {
    readonly chainId: number
    readonly finality: Finality
    readonly providers: number
    readonly gateway: Address
    readonly genesisHash?: Hex | undefined
  }[]
}

/** One chain as its user knows it. */
export type PatientChain = {
  readonly name: string
  readonly chainId: number
  readonly rpcUrls: readonly string[]
  readonly finality: Finality
  /** The address file, if there is one. */
  readonly record?: Deployment | undefined
}

/** What one RPC url says. */
export type RpcFacts = {
  /** Its place among the chain's urls, from 1: urls hold keys, so they are not shown. */
  readonly place: number
  readonly isReachable: boolean
  readonly chainId?: number
  readonly head?: { readonly number: bigint; readonly timestamp: bigint }
  /** Hash of the newest block that all urls of the chain have. */
  readonly commonHash?: Hex
  /** The newest final block by the chain's rule; undefined where the node cannot tell. */
  readonly finalBlock?: bigint | undefined
}

/** What a chain says about the suite. */
export type SuiteFacts = {
  readonly missing: readonly PlannedName[]
  /** Contracts whose code is not that of the committed build. */
  readonly foreign: readonly PlannedName[]
  readonly differences: readonly Difference[]
  /** Delay of the timelock in seconds. */
  readonly timelockDelay?: bigint | undefined
  readonly pausedUntil: bigint
  readonly masked: readonly Address[]
  /** Whether the gateway had code before the block that the record says it was created in. */
  readonly isRecordLate: boolean
}

/** Facts about a chain; `suite` is missing where no url leads to it. */
export type ChainFacts = {
  readonly chain: PatientChain
  readonly rpcs: readonly RpcFacts[]
  readonly suite?: SuiteFacts | undefined
  readonly gasPrice?: bigint
  /** Hash of block 0, where the node still has it. */
  readonly genesisHash?: Hex | undefined
  readonly balances: readonly { readonly account: Address; readonly purpose: string; readonly balance: bigint }[]
}

/** A chain as findings call it. */
export const placeOf = ({ name, chainId }: PatientChain): string => `${name} (chain ${chainId})`

/** Facts about a watcher. */
export type WatcherFacts = {
  readonly name: string
  readonly isReachable: boolean
  readonly isReady: boolean
  /** What it says of itself when it is not ready. */
  readonly problem?: string | undefined
  readonly attester?: Address | undefined
  readonly deliverer?: Address | undefined
}

/** All that the rules may use. */
export type Facts = {
  readonly patient: Patient
  readonly chains: readonly ChainFacts[]
  readonly watchers: readonly WatcherFacts[]
  /** Seconds, by the clock of this machine. */
  readonly now: bigint
}
