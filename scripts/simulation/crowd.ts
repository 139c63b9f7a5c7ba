// Plays many seeds on several threads.
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Report } from './worker.ts'

/** A seed that broke a rule, or that ended the program that played it. */
export type Failure = { readonly seed: number; readonly rule: string; readonly detail: string; readonly at: number | undefined }

export type Outcome = { readonly reports: readonly Report[]; readonly failures: readonly Failure[]; readonly seconds: number }

/** Milliseconds after which a seed that does not end has failed. */
const patience = 120_000

/** Megabytes. A world is garbage when it ends: with the usual 16 a quarter of the time goes into carrying it to the old generation. */
const youngGeneration = 64

/**
 * Plays seeds from `first` on. Once one fails no higher one begins, so the smallest that fails is among the failures.
 */
export async function playMany({
  first,
  count,
  plant,
  threads = availableParallelism(),
  minutes = 600,
}: playMany.Parameters): Promise<Outcome> {
  for (const bound of ['min', 'max']) setFlagsFromString(`--${bound}-semi-space-size=${youngGeneration}`)
  const began = performance.now()
  const reports: Report[] = []
  const failures: Failure[] = []
  let next = first
  const isLate = () => performance.now() - began > minutes * 60_000
  const draw = () => (failures.length === 0 && next < first + count && !isLate() ? next++ : undefined)
  const take = (report: Report) => {
    reports.push(report)
    const [violation] = report.violations
    if (violation !== undefined) failures.push({ seed: report.seed, ...violation })
  }
  const lose = (seed: number, detail: string) => failures.push({ seed, rule: 'error', detail, at: undefined })
  await Promise.all(Array.from({ length: Math.min(threads, count) }, () => work({ plant, draw, take, lose })))
  failures.sort((a, b) => a.seed - b.seed)
  return { reports, failures, seconds: (performance.now() - began) / 1_000 }
}

export declare namespace playMany {
  type Parameters = {
    first: number
    count: number
    /** The name of a bug to plant. */
    plant?: string | undefined
    threads?: number | undefined
    /** No seed begins later than that. */
    minutes?: number | undefined
  }
}

type Work = {
  plant: string | undefined
  draw: () => number | undefined
  take: (report: Report) => void
  lose: (seed: number, detail: string) => void
}

/** Worlds after which a thread gives way to a new one: what libraries keep of each adds up. */
const worldsPerThread = 500

/** One thread's share: a seed, and then the next one, until there is none. */
async function work(share: Work): Promise<void> {
  while (await workFor(share, worldsPerThread));
}

/** Plays so many worlds in a thread of their own. Whether there may be more. */
function workFor({ plant, draw, take, lose }: Work, worlds: number): Promise<boolean> {
  return new Promise((resolve) => {
    let left = worlds
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { plant } })
    let seed: number | undefined
    let timer: NodeJS.Timeout | undefined
    const end = () => {
      clearTimeout(timer)
      void worker.terminate().then(() => resolve(left < 0))
    }
    const give = () => {
      clearTimeout(timer)
      left--
      seed = left < 0 ? undefined : draw()
      if (seed === undefined) return end()
      timer = setTimeout(() => fail('it does not end'), patience)
      worker.postMessage({ seed })
    }
    const fail = (detail: string) => {
      lose(seed ?? -1, detail)
      seed = undefined
      end()
    }
    worker.on('message', (message: Report | { isReady: true } | { crash: string }) => {
      if ('crash' in message) return fail(message.crash)
      if (!('isReady' in message)) take(message)
      give()
    })
    worker.on('error', (error: unknown) => fail(error instanceof Error ? (error.stack ?? error.message) : String(error)))
  })
}
