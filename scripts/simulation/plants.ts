// Bugs to plant in the watcher, which the simulation has to find. The source is changed as it is loaded; no file is.
import { registerHooks } from 'node:module'

export type Plant = {
  readonly name: string
  readonly file: string
  readonly find: string
  readonly replace: string
}

export const plants: readonly Plant[] = [
  {
    name: 'signs heads that are not final',
    file: 'sdk/src/sync/observe.ts',
    find: 'latest.number - BigInt(finality.depth)',
    replace: 'latest.number',
  },
  {
    name: 'skips the completeness check',
    file: 'sdk/src/sync/lanes.ts',
    find: 'const incomplete = (detail: string) => new LaneIncompleteError({ chainId, destinationChainId, detail })',
    replace:
      'return expected ?? state; const incomplete = (detail: string) => new LaneIncompleteError({ chainId, destinationChainId, detail })',
  },
  {
    name: 'trusts one provider',
    file: 'watcher/src/config.ts',
    find: 'return agreement ?? (rpcUrls.length < 3 ? rpcUrls.length : Math.floor(rpcUrls.length / 2) + 1)',
    replace: 'return 1',
  },
  {
    name: 'counts nonces instead of looking at the chain',
    file: 'watcher/src/nonces/sender.ts',
    find: 'Math.max(latest, highest + 1)',
    replace: 'Reflect.set(chain, "counter", 1 + (Reflect.get(chain, "counter") ?? latest - 1)) && Reflect.get(chain, "counter")',
  },
  {
    name: 'does not send lost transactions again',
    file: 'watcher/src/nonces/sender.ts',
    find: 'await resend({ context, chain, role, waiting, sign, isNeeded })',
    replace: '',
  },
  {
    name: 'settles messages by blocks that are not final',
    file: 'watcher/src/deliver/inbound.ts',
    find: 'const final = inbound.chain.sync.status().final?.number\n  if (final === undefined) return\n  const way',
    replace: 'const final = inbound.chain.sync.status().head\n  if (final === undefined) return\n  const way',
  },
  {
    name: 'signs before peers have said what it signed',
    file: 'watcher/src/roles/attest.ts',
    find: 'if (!knowsPast())',
    replace: 'if (false)',
  },
  {
    name: 'signs before the guard is on the disk',
    file: 'watcher/src/store/open.ts',
    find: "'full', vault)",
    replace: "'normal', vault)",
  },
  {
    name: 'forgets at a restart that a chain was halted',
    file: 'watcher/src/store/sqlite.ts',
    find: 'return halt === undefined ? state : { ...(state ?? nothing), halt }',
    replace: 'return state && { ...state, halt: undefined }',
  },
  {
    name: 'keeps contradictions to itself',
    file: 'watcher/src/roles/accuse.ts',
    find: 'for (const [first, second, at] of context.store.evidence.list())',
    replace: 'for (const [first, second, at] of context.store.evidence.list().slice(1e6))',
  },
  {
    name: 'triggers a default again while its transaction is under way',
    file: 'watcher/src/roles/keep.ts',
    find: 'if (isUnderWay || context',
    replace: 'if (context',
  },
  {
    name: 'looks at the limits of envelopes only before it waits',
    file: 'watcher/src/roles/envelopes.ts',
    find: 'if (late !== undefined) return late',
    replace: '',
  },
  {
    name: 'counts envelopes anew after a restore',
    file: 'watcher/src/store/envelopes.ts',
    find: 'insert.run(now, id,',
    replace: 'insert.run(0, id,',
  },
  {
    name: 'forgets an envelope whose agent it did not know',
    file: 'watcher/src/roles/envelopes.ts',
    find: 'Math.min(since, before)',
    replace: 'since',
  },
  {
    name: 'never asks peers for what is missing',
    file: 'watcher/src/roles/gossip.ts',
    find: 'for (const { setId, laneKey, from } of pullsFor({ context, vector }))',
    replace: 'for (const { setId, laneKey, from } of pullsFor({ context, vector }).slice(1e6))',
  },
]

/** Plants a bug into everything that is loaded from here on. */
export function plant(name: string): void {
  const bug = plants.find((candidate) => candidate.name === name)
  if (bug === undefined) throw new TypeError(`no plant ${name}`)
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context)
      if (!url.endsWith(`/${bug.file}`)) return loaded
      const source = String(loaded.source)
      if (!source.includes(bug.find)) throw new TypeError(`${bug.file} does not hold what the plant "${name}" changes`)
      return { ...loaded, source: source.replace(bug.find, () => bug.replace) }
    },
  })
}
