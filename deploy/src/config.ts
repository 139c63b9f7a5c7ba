import type { Finality } from '@hanse/sdk'
import { type Address, getAddress, type Hex, isAddress } from 'viem'
import { SuiteInvalidError } from './errors.ts'
import { trustDelay } from './roles.ts'

/** What a deployment of the suite is, on all its chains. Equal values give equal addresses. */
export type SuiteConfig = {
  /** Whose key signs the deployment. It is the first administrator of every chain and hands over in the end. Part of all addresses. */
  readonly deployer: Address
  /** Who proposes changes. Part of all addresses. */
  readonly governors: readonly Address[]
  /** Who may stop lanes, pause new exposure and veto proposals at once. */
  readonly guardians: readonly Address[]
  /** Seconds between a proposal to the timelock and its execution: at least the 7 days of a change of trust. Part of all addresses. */
  readonly timelockDelay?: number
  readonly watchers: {
    readonly members: readonly Address[]
    /** At least 2, and more than half of the members. */
    readonly quorum: number
    /** Default zero: the first generation. */
    readonly previousSetId?: Hex
  }
  readonly chains: readonly { readonly chainId: number; readonly finality: Finality }[]
  /** Pairs of chains that exchange messages. Default: each with each. */
  readonly links?: readonly (readonly [number, number])[]
  /** Any 32 bytes; another value gives other addresses. Default zero. */
  readonly salt?: Hex
  /** A CREATE2 factory like the keyless one. Default: the keyless one. Part of all addresses. */
  readonly factory?: Address
}

/**
 * Checks what would make a deployment fail half-way or leave a hole.
 *
 * @throws SuiteInvalidError naming the field.
 */
export function checkConfig(config: SuiteConfig): void {
  const { governors, guardians, timelockDelay = trustDelay, chains, links = [] } = config
  const refuse = (field: string, fact: string, expectation: string): never => {
    throw new SuiteInvalidError({ field, fact, expectation })
  }
  if (governors.length === 0) refuse('governors', 'is empty', 'at least one account')
  if (guardians.length === 0) refuse('guardians', 'is empty', 'at least one account')
  for (const account of [config.deployer, ...governors, ...guardians])
    if (!isAddress(account) || BigInt(account) === 0n) refuse('accounts', `has ${account}`, 'an address that is not zero')
  // A shorter one would be a way around the delay of a change of trust: the timelock may change the table of roles.
  if (timelockDelay < trustDelay) refuse('timelockDelay', `is ${timelockDelay} s`, `at least ${trustDelay} s`)
  const ids = chains.map(({ chainId }) => chainId)
  if (ids.length === 0 || new Set(ids).size !== ids.length) refuse('chains', `has the ids ${ids.join(', ')}`, 'at least one, each once')
  for (const [one, other] of links)
    if (one === other || !ids.includes(one) || !ids.includes(other))
      refuse('links', `has ${one}-${other}`, 'two different chains of this suite')
  checkWatchers(config, refuse)
}

function checkWatchers({ watchers }: SuiteConfig, refuse: (field: string, fact: string, expectation: string) => never): void {
  const { members, quorum } = watchers
  if (new Set(members.map((member) => getAddress(member))).size !== members.length) refuse('watchers.members', 'has one twice', 'each once')
  if (quorum < 2 || quorum > members.length || 2 * quorum <= members.length)
    refuse('watchers.quorum', `is ${quorum} of ${members.length}`, 'at least 2 and more than half')
}

/** The chains that a chain exchanges messages with, ascending. */
export function peersOf({ chains, links }: SuiteConfig, chainId: number): readonly number[] {
  const ids = chains.map((chain) => chain.chainId)
  const isPeer = (other: number) =>
    links === undefined ? other !== chainId : links.some(([a, b]) => (a === chainId && b === other) || (b === chainId && a === other))
  return ids.filter(isPeer).sort((one, other) => one - other)
}
