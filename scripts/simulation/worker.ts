// Plays the seeds that it is given, one after the other.
import { parentPort, workerData } from 'node:worker_threads'
import { plant } from './plants.ts'
import type { Result } from './world.ts'

export type Order = { readonly seed: number }
export type Report = Result & { readonly cpuMs: number }

if (typeof workerData.plant === 'string') plant(workerData.plant)
const { play } = await import('./world.ts')

let inFlight: number | undefined
process.on('unhandledRejection', (error) => {
  parentPort?.postMessage({ seed: inFlight, crash: error instanceof Error ? (error.stack ?? error.message) : String(error) })
})

parentPort?.on('message', ({ seed }: Order) => {
  inFlight = seed
  const began = process.threadCpuUsage()
  play({ seed }).then(
    (result) => {
      const { user, system } = process.threadCpuUsage(began)
      parentPort?.postMessage({ ...result, cpuMs: (user + system) / 1_000 })
    },
    (error: unknown) => {
      parentPort?.postMessage({ seed, crash: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    },
  )
})
parentPort?.postMessage({ isReady: true })
