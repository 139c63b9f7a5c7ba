import type { Address } from 'viem'
import { type Account, accountKey } from '../reputation/known.ts'
import type { DirectoryFact } from './types.ts'

/** What both sides of links said, as one home knows it. The same rules as in `AgentLinks`. */
export type LinkLedger = {
  apply(fact: Extract<DirectoryFact, { kind: 'declared' | 'claimed' | 'believed' }>): void
  /** Whether controller and account both name the agent. */
  isLinked(key: { readonly chainId: number; readonly agentId: string }, account: Account): boolean
  /** The agents that an account may be linked to, by its own word: at most one of each home. */
  claimedBy(account: Account): readonly { readonly chainId: number; readonly agentId: string }[]
  /** The accounts that an agent's controller declared. */
  declaredBy(key: { readonly chainId: number; readonly agentId: string }): readonly Account[]
}

type Claim = { readonly agentId: string; readonly sequence: number }

/** An empty ledger. */
export function createLinkLedger(): LinkLedger {
  /** By home and chain: the contract that is believed. */
  const believed = new Map<string, Address>()
  /** By home, chain, contract and account. */
  const claims = new Map<string, Claim>()
  const homes = new Set<number>()
  const declared = new Map<string, Map<string, Account>>()

  const originOf = (home: number, chainId: number) => (home === chainId ? 'here' : (believed.get(`${home}:${chainId}`) ?? 'nobody'))
  const claimKey = (home: number, account: Account) => `${home}:${originOf(home, account.chainId)}:${accountKey(account)}`
  const agentKey = ({ chainId, agentId }: { readonly chainId: number; readonly agentId: string }) => `${chainId}:${agentId.toLowerCase()}`

  function apply(fact: Parameters<LinkLedger['apply']>[0]): void {
    homes.add(fact.chainId)
    if (fact.kind === 'believed') believed.set(`${fact.chainId}:${fact.originChainId}`, lower(fact.links))
    else if (fact.kind === 'declared') declare(fact)
    else {
      const key = claimKey(fact.chainId, fact.account)
      if (fact.sequence > (claims.get(key)?.sequence ?? 0))
        claims.set(key, { agentId: fact.agentId.toLowerCase(), sequence: fact.sequence })
    }
  }

  function declare(fact: Extract<DirectoryFact, { kind: 'declared' }>): void {
    const accounts = declared.get(agentKey(fact)) ?? new Map<string, Account>()
    if (fact.isDeclared) accounts.set(accountKey(fact.account), fact.account)
    else accounts.delete(accountKey(fact.account))
    declared.set(agentKey(fact), accounts)
  }

  return {
    apply,
    isLinked: (key, account) =>
      declared.get(agentKey(key))?.has(accountKey(account)) === true &&
      claims.get(claimKey(key.chainId, account))?.agentId === key.agentId.toLowerCase(),
    claimedBy: (account) =>
      [...homes].flatMap((chainId) => {
        const claim = claims.get(claimKey(chainId, account))
        return claim === undefined ? [] : [{ chainId, agentId: claim.agentId }]
      }),
    declaredBy: (key) => [...(declared.get(agentKey(key))?.values() ?? [])],
  }
}

const zero = `0x${'00'.repeat(20)}`

/** Nobody is believed where the contract is zero, as nobody spoke for it. */
function lower(links: Address): Address {
  const address: Address = `0x${links.slice(2).toLowerCase()}`
  return address === zero ? '0x' : address
}
