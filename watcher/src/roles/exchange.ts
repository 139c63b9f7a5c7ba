import { type Loop, startLoop } from '../ops/loop.ts'
import type { Context } from '../watcherContext.ts'
import { accept, type Gossip } from './gossip.ts'

/**
 * Takes over what the other processes of this watcher have heard: one that delivers need not hear peers itself. It is looked at like what anyone
 * brings. One that talks to peers tells them what a process without peers has signed.
 */
export function startExchanging({ context, gossip }: { context: Context; gossip: Gossip | undefined }): Loop {
  let isFromStart = true
  const work = async () => {
    // Before it is known who vouches, everything would be refused.
    if ([...context.chains.values()].some(({ roster }) => roster === undefined)) return
    for (;;) {
      const isAgain = isFromStart
      isFromStart = false
      const attestations = await context.vault.exchange({ isFromStart: isAgain })
      if (attestations.length === 0) return
      const fresh = attestations.filter((attestation) => context.store.attestations.find(attestation) === undefined)
      await accept({ context, body: { attestations } })
      const taken = fresh.filter((attestation) => context.store.attestations.find(attestation) !== undefined)
      if (taken.length > 0) gossip?.push(taken)
    }
  }
  const loop = startLoop({ name: 'exchange', everyMs: 1_000, work, log: context.log, wait: context.outside.wait })
  context.events.on('attested', loop.wake)
  context.events.on('roster', () => {
    isFromStart = true
    loop.wake()
  })
  return loop
}
