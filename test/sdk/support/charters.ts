import { type Hex, zeroHash } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { contractIn } from '../../../sdk/src/actions/contractIn.ts'
import { agreement, type Call, type Client, chainOf, charter } from '../../../sdk/src/index.ts'

/** A group with a charter on one chain. */
export type Group = {
  readonly chainId: number
  readonly charterId: Hex
  /** Ascending by address. */
  readonly members: readonly PrivateKeyAccount[]
}

/** Adopts a charter of these members, all of whom sign. */
export async function adoptCharter(
  client: Client,
  { chainId, members: unsorted, document: given }: Omit<Group, 'charterId'> & { readonly document?: charter.CharterDocument },
): Promise<Group> {
  const members = unsorted.toSorted((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
  const document = given ?? charter.createDocument({ name: 'Group', members: members.map(({ address }) => address) })
  await agreeOn(client, { chainId, members, ...charter.adoption(client, { chainId, document }) })
  const charters = contractIn(chainOf(client, chainId).deployment, 'charters')
  return { chainId, members, charterId: charter.charterIdOf({ homeChainId: chainId, charters, document, salt: zeroHash }) }
}

/** The charter's account makes one call, which all members signed. */
export function callAsCharter(client: Client, { chainId, charterId, members }: Group, { to, data, value }: Call) {
  const plan = { charter: charterId, epoch: 1, threshold: 0, calls: [{ target: to, data, value }], legs: [] }
  return agreeOn(client, { chainId, members, participants: members.map(({ address }) => address), plan })
}

type Agreeing = Omit<Group, 'charterId'> & { readonly participants: readonly Hex[]; readonly plan: agreement.Plan }

/** All of these sign a plan, and it is carried out. */
export async function agreeOn(client: Client, { chainId, members, participants, plan }: Agreeing) {
  // Far enough for every clock that a test moves.
  const expiry = 4_000_000_000
  const proposal = agreement.createIntent({ participants, plan, expiry, nonce: 1n })
  const signing = members.map((account) => agreement.signAcceptance(client, { chainId, proposal, expiry, account }))
  const home = { chainId, agreements: contractIn(chainOf(client, chainId).deployment, 'agreements') }
  const acceptances = await agreement.collectAcceptances({ ...home, proposal, expiry, acceptances: await Promise.all(signing) })
  return agreement.agree.sync(client, { chainId, proposal, acceptances })
}
