import type { Finality } from '@hanse/sdk'
import { type Address, type Hex, zeroHash } from 'viem'
import type { Chain, Roster } from '../chain.ts'
import type { Events } from '../ops/events.ts'
import { readViews, views } from '../rpc/reads.ts'

/** Reads who vouches on a chain now. A set id of zero means that nobody does. */
export async function readRoster({ rpc, config }: Pick<Chain, 'rpc' | 'config'>): Promise<Roster> {
  const { watcherSet } = config.deployment
  const id = views.setId(watcherSet)
  const list = views.roster(watcherSet)
  const inForce = views.quorumInForce(watcherSet)
  const [idReply, listReply, quorumReply] = await rpc.agreed([id.call, list.call, inForce.call])
  const setId = id.read(idReply)
  const [members] = list.read(listReply)
  // It may stand higher than the roster says for some days.
  const quorum = inForce.read(quorumReply)
  if (setId === zeroHash) return { setId, members: [], quorum: 0, masked: [] }
  const masks = await readViews(
    rpc,
    members.map((member) => views.isMasked(watcherSet, member)),
    'agreed',
  )
  const lower = members.map(toLower)
  return { setId, members: lower, quorum, masked: lower.filter((_, index) => masks[index]) }
}

/** Keeps the roster that was read, and tells when it is another one than before. */
export function takeRoster({ chain, roster, events }: { chain: Chain; roster: Roster; events: Events }): void {
  const isNew = JSON.stringify(roster) !== JSON.stringify(chain.roster)
  chain.roster = roster
  if (isNew) events.emit('roster', chain.chainId)
}

/** Whether a chain is read under a finality that is at least as strict as the set of watchers promises for it. */
export function isStrictEnough({ own, promised }: { own: Finality; promised: Finality | undefined }): boolean {
  if (promised === undefined || own.kind === 'finalized') return true
  if (promised.kind === 'depth') return own.kind === 'depth' && own.depth >= promised.depth
  return promised.kind === 'safe' && own.kind === 'safe'
}

/** The set ids under which heads of a lane are worth signing: those of the chains where its messages may run. */
export function setIdsFor({ destinations }: { destinations: readonly Chain[] }): readonly Hex[] {
  const ids = destinations.flatMap(({ roster }) => (roster === undefined || roster.setId === zeroHash ? [] : [roster.setId]))
  return [...new Set(ids)]
}

/** Whether an account is a member that counts, of the generation `setId`, on some chain. */
export function isMember({ chains, setId, account }: { chains: readonly Chain[]; setId: Hex; account: Address }): boolean {
  const member = account.toLowerCase()
  return chains.some(({ roster }) => roster?.setId === setId && roster.members.some((candidate) => candidate === member))
}

function toLower(address: Address): Address {
  return `0x${address.slice(2).toLowerCase()}`
}
