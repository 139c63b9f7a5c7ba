import { type Account, type Address, type Hex, zeroHash } from 'viem'
import { contractIn } from '../../../sdk/src/actions/contractIn.ts'
import { agreement, type Client, charter } from '../../../sdk/src/index.ts'
import type { TestChain } from './chain.ts'
import { relay } from './link.ts'

/** What some agree on. */
export type About = { readonly participants: readonly Address[]; readonly plan: agreement.Plan }

/** A proposal that its chain could take next: an hour from now, with a nonce that no other of these has. */
export function proposals(chain: TestChain) {
  let nonce = 0n
  return async (about: About, changes: Partial<agreement.CreateIntentParameters> = {}): Promise<agreement.Proposal> => {
    const { timestamp } = await chain.node.getBlock()
    nonce += 1n
    return agreement.createIntent({ ...about, expiry: Number(timestamp) + 3_600, nonce, ...changes })
  }
}

/** Has these sign a proposal, and the client bring it. */
export async function agreeOn(client: Client, { chain, proposal, signers }: AgreeOn) {
  const { chainId } = chain
  const expiry = Number(proposal.intent.expiry)
  const acceptances = await Promise.all(signers.map((account) => agreement.signAcceptance(client, { chainId, proposal, expiry, account })))
  const home = { chainId, agreements: contractIn(chain.deployment, 'agreements') }
  const collected = await agreement.collectAcceptances({ ...home, proposal, expiry, acceptances })
  return agreement.agree.sync(client, { chainId, proposal, acceptances: collected })
}

type AgreeOn = { readonly chain: TestChain; readonly proposal: agreement.Proposal; readonly signers: readonly Account[] }

type Adopt = { readonly chain: TestChain; readonly document: charter.CharterDocument; readonly signers: readonly Account[] }

/** Has its members adopt a document. Returns the charter's id. */
export async function adopt(client: Client, { chain, document, signers }: Adopt): Promise<Hex> {
  const { chainId } = chain
  const proposal = await proposals(chain)(charter.adoption(client, { chainId, document }))
  await agreeOn(client, { chain, proposal, signers })
  return charter.charterIdOf({ homeChainId: chainId, charters: contractIn(chain.deployment, 'charters'), document, salt: zeroHash })
}

/** Brings what is not yet brought, each lane from where it stood. */
export function courier(client: Client, setId: Hex) {
  const brought = new Map<string, bigint>()
  return async ({ from, to, isBroadcast = false }: { from: TestChain; to: TestChain; isBroadcast?: boolean }) => {
    const key = `${from.chainId} ${to.chainId} ${isBroadcast}`
    const first = brought.get(key) ?? 0n
    const { event } = await relay(client, { setId, from, to, first, isBroadcast })
    brought.set(key, first + event.count)
    return event
  }
}
