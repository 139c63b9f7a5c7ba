import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { userAccount, userPrivateKey } from '../accounts.ts'
import { completeRules, type WorldRules } from '../rules.ts'
import { startWorld, type World, type WorldPhase } from '../world.ts'
import { openControl } from './control.ts'
import { type DevnetRecord, isOwner, removeDirectory, writePid, writeRecord } from './record.ts'

/** How often it looks whether its directory is still there. */
const lookMs = 500

/**
 * Runs a devnet in this process until it is told to end: by `down`, by a signal, by `signal`, or because its directory is gone. Then every
 * process and the directory are gone. The caller has made the directory.
 *
 * @throws WorldInvalidError, AnvilMissingError, ProcessStartError. The directory is gone then too.
 */
export async function supervise({ directory, rules, signal, onPhase = () => {}, onReady = () => {} }: supervise.Parameters): Promise<void> {
  writePid(directory, process.pid)
  const world = await startWorld({ ...rules, signal, directory: join(directory, `world-${process.pid}`), proxies: true, onPhase }).catch(
    (error: unknown) => {
      if (isOwner(directory)) removeDirectory(directory)
      throw error
    },
  )
  try {
    await untilEnd({ directory, rules, signal, onReady, world })
  } finally {
    await world.stop()
    // A directory that was taken away and made anew belongs to somebody else.
    if (isOwner(directory)) removeDirectory(directory)
  }
}

export namespace supervise {
  export type Parameters = {
    directory: string
    rules: WorldRules
    /** Ends it when aborted. */
    signal: AbortSignal
    onPhase?: (phase: WorldPhase) => void
    onReady?: (record: DevnetRecord) => void
  }
}

async function untilEnd({
  directory,
  rules,
  signal,
  onReady,
  world,
}: Pick<supervise.Parameters, 'directory' | 'rules' | 'signal'> & {
  onReady: (record: DevnetRecord) => void
  world: World
}): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  if (signal.aborted) return
  signal.addEventListener('abort', () => end(), { once: true })
  const control = await openControl({ world, onStop: end })
  const accounts = Array.from({ length: completeRules(rules).users }, (_, index) => ({
    address: userAccount(index).address,
    privateKey: userPrivateKey(index),
  }))
  const { url, token } = control
  const record = { pid: process.pid, control: { url, token }, rules, info: world.info, accounts }
  writeRecord(directory, record)
  const timer = setInterval(() => {
    if (!existsSync(directory) || !isOwner(directory)) end()
  }, lookMs)
  onReady(record)
  await ended
  clearInterval(timer)
  control.close()
}
