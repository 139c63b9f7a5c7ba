/**
 * Measures what a watcher takes in, how soon it is ready, what memory it needs, what it asks while nothing happens, and how soon a second process
 * goes on for a first one. Writes bench/results/watcher.json. `-- --only failover` measures that alone and keeps the other figures.
 *
 * Run: npm run bench:watcher. Figures per core are by CPU time, so that other work on the machine disturbs them little.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isKeccakNative } from '@hanse/sdk/gateway'
import { machine } from './machine.ts'
import { measureFailover } from './watcher/failover.ts'
import { measureIngest } from './watcher/ingest.ts'
import { measureIdle, measureMillion } from './watcher/million.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const place = new URL('./results/watcher.json', import.meta.url)

async function measureIngests() {
  const runs: Awaited<ReturnType<typeof measureIngest>>[] = []
  for (let run = 0; run < 3; run++) runs.push(await measureIngest({ messages: 40_000 }))
  const middle = (pick: (run: (typeof runs)[number]) => number) => runs.map(pick).sort((a, b) => a - b)[1]
  return {
    unit: 'messages per second of CPU whose leaf was folded to the head that the contract holds; each is two events',
    verified: middle(({ verified }) => verified.perSecond),
    agreedByTwoProviders: middle(({ agreedByTwo }) => agreedByTwo.perSecond),
    decodedAndStored: middle(({ stored }) => stored.perSecond),
    isKeccakNative,
  }
}

const parts: Readonly<Record<string, () => Promise<unknown>>> = {
  ingest: measureIngests,
  million: () => measureMillion({ count: 1_000_000, pending: 10_000 }),
  idle: () => measureIdle({ seconds: 60, blockMs: 1_000, providers: 2 }),
  failover: () => measureFailover({ rounds: 6, leaseMs: 3_000 }),
}
if (values.only !== undefined && !Object.hasOwn(parts, values.only))
  throw new TypeError(`--only ${values.only} is not known, expected one of ${Object.keys(parts).join()}`)

const measured: Record<string, unknown> = values.only === undefined ? {} : JSON.parse(readFileSync(place, 'utf8'))
for (const [name, measure] of Object.entries(parts)) {
  if (values.only !== undefined && values.only !== name) continue
  measured[name] = await measure()
  console.log(name, measured[name])
}
const bars = { verified: 30_000, readySeconds: 2, megabytes: 200, requestsPerProviderAndBlock: 1, failoverSeconds: 5, doubleSignatures: 0 }
const { ingest, million, idle, failover } = measured
// What was not measured anew keeps the machine that it was measured on.
const result = { bars, ingest, million, idle, failover, machine: values.only === undefined ? machine() : measured.machine }
writeFileSync(place, `${JSON.stringify(result, undefined, 2)}\n`)
