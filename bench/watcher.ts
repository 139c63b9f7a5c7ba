/**
 * Measures what a watcher takes in, how soon it is ready, what memory it needs and what it asks while nothing happens. Writes
 * bench/results/watcher.json.
 *
 * Run: npm run bench:watcher. Figures per core are by CPU time, so that other work on the machine disturbs them little.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { isKeccakNative } from '@hanse/sdk/gateway'
import { measureIngest } from './watcher/ingest.ts'
import { measureIdle, measureMillion } from './watcher/million.ts'

const load = loadavg()[0]
const runs: Awaited<ReturnType<typeof measureIngest>>[] = []
for (let run = 0; run < 3; run++) runs.push(await measureIngest({ messages: 40_000 }))
const middle = (pick: (run: (typeof runs)[number]) => number) => runs.map(pick).sort((a, b) => a - b)[1]
const ingest = {
  unit: 'messages per second of CPU whose leaf was folded to the head that the contract holds; each is two events',
  verified: middle(({ verified }) => verified.perSecond),
  agreedByTwoProviders: middle(({ agreedByTwo }) => agreedByTwo.perSecond),
  decodedAndStored: middle(({ stored }) => stored.perSecond),
  isKeccakNative,
}
console.log(ingest)
const million = await measureMillion({ count: 1_000_000, pending: 10_000 })
console.log(million)
const idle = await measureIdle({ seconds: 60, blockMs: 1_000, providers: 2 })
console.log(idle)
const machine = {
  processor: cpus()[0]?.model,
  cores: availableParallelism(),
  loadBefore: load,
  loadAfter: loadavg()[0],
  node: process.version,
}
const bars = { verified: 30_000, readySeconds: 2, megabytes: 200, requestsPerProviderAndBlock: 1 }
writeFileSync(
  new URL('./results/watcher.json', import.meta.url),
  `${JSON.stringify({ bars, ingest, million, idle, machine }, undefined, 2)}\n`,
)
