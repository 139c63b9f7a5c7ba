import { fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { DevnetAbsentError, DevnetBusyError, DevnetFailedError, DevnetOrderRefusedError, DirectoryUnusableError } from '../errors.ts'
import { stampOf } from '../lifetime.ts'
import type { RpcFault } from '../rpcProxy.ts'
import { completeRules, type WorldRules } from '../rules.ts'
import type { WorldPhase } from '../world.ts'
import type { Coins, Fault } from './faults.ts'
import {
  type DevnetRecord,
  isOwnerAlive,
  livingPid,
  logFile,
  type Owner,
  ownerOf,
  readRecord,
  removeDirectory,
  removeLeftOver,
  takeDirectory,
} from './record.ts'

/** How a running devnet is. */
export type DevnetStatus = {
  readonly pids: readonly { readonly name: string; readonly pid: number }[]
  readonly chains: readonly { readonly chainId: number; readonly isHalted: boolean; readonly rpcFault: RpcFault }[]
}

/**
 * Starts a devnet under a supervisor of its own and returns when it is ready. If the same one is up already, that is all.
 *
 * @throws WorldInvalidError naming what is wrong in the rules; DevnetBusyError when another is up or coming up; DirectoryUnusableError;
 * DevnetFailedError with the reason. Nothing is left behind.
 * @example
 * ```ts
 * import { devnetDirectory, downDevnet, upDevnet } from '@hanse/devnet'
 *
 * const directory = devnetDirectory(process.cwd())
 * const { info } = await upDevnet({ directory, rules: { chains: [{ chainId: 1001 }, { chainId: 1002 }], watchers: 3 } })
 * await downDevnet({ directory })
 * ```
 */
export async function upDevnet({ directory, rules, signal, onPhase = () => {} }: upDevnet.Parameters): Promise<DevnetRecord> {
  completeRules(rules)
  if (!claim(directory)) {
    const record = readRecord(directory)
    if (record !== undefined && isDeepStrictEqual(record.rules, JSON.parse(JSON.stringify(rules)))) return record
    throw busy(directory)
  }
  return await launch({ directory, rules, signal, onPhase })
}

export namespace upDevnet {
  export type Parameters = {
    directory: string
    rules: WorldRules
    /** Ends it, when aborted before it is ready. */
    signal?: AbortSignal | undefined
    onPhase?: (phase: WorldPhase) => void
  }
}

/** Makes the directory the caller's, also when what stands there is left over from a crash. False: a living devnet has it. */
export function claim(directory: string): boolean {
  try {
    if (takeDirectory(directory)) return true
    if (livingPid(directory) !== undefined) return false
    return removeLeftOver(directory) && takeDirectory(directory)
  } catch (cause) {
    throw new DirectoryUnusableError({ directory, cause })
  }
}

/** Why a directory cannot be claimed. */
export function busy(directory: string): DevnetBusyError {
  return new DevnetBusyError({ directory, isReady: readRecord(directory) !== undefined, pid: livingPid(directory) })
}

type Message = { phase?: WorldPhase; record?: DevnetRecord; error?: { code?: string; message: string; details?: readonly string[] } }

/** Beside this file: a source here, built where it was installed from a registry. */
const mainModule = import.meta.url.endsWith('.ts') ? 'main.ts' : 'main.js'

async function launch({
  directory,
  rules,
  signal,
  onPhase,
}: upDevnet.Parameters & { onPhase: (phase: WorldPhase) => void }): Promise<DevnetRecord> {
  const log = openSync(logFile(directory), 'a', 0o600)
  // Without what npm says of itself: this process outlives its npm.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')))
  const child = fork(fileURLToPath(new URL(mainModule, import.meta.url)), [directory, JSON.stringify(rules)], {
    detached: true,
    env,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const { promise, resolve, reject } = Promise.withResolvers<DevnetRecord>()
  child.on('message', ({ phase, record, error }: Message) => {
    if (phase) onPhase(phase)
    if (record) resolve(record)
    if (error) reject(new DevnetFailedError(error))
  })
  child.once('error', (cause) => reject(new DevnetFailedError({ message: cause.message })))
  child.once('exit', (code) =>
    reject(signal?.aborted ? signal.reason : new DevnetFailedError({ message: `its supervisor ended with code ${code}` })),
  )
  signal?.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  try {
    return await promise
  } catch (error) {
    await gone({ pid: child.pid ?? 0, stamp: stampOf(child.pid ?? 0) ?? '' })
    removeDirectory(directory)
    throw error
  } finally {
    if (child.connected) child.disconnect()
    child.unref()
  }
}

/**
 * Ends the devnet of a directory and waits until its supervisor is gone. Without one it only tidies up.
 *
 * @returns Whether one was up.
 */
export async function downDevnet({ directory }: { directory: string }): Promise<boolean> {
  const owner = ownerOf(directory)
  if (owner === undefined || !isOwnerAlive(owner)) {
    removeDirectory(directory)
    return false
  }
  tell(owner, 'SIGTERM')
  await gone(owner)
  removeDirectory(directory)
  return true
}

/**
 * What a devnet is doing.
 *
 * @throws DevnetAbsentError when none is up.
 */
export async function statusOfDevnet({ directory }: { directory: string }): Promise<{ record: DevnetRecord; status: DevnetStatus }> {
  const record = recordOf(directory)
  return { record, status: JSON.parse(await order(record, { path: '/status' })) }
}

/**
 * Brings a fault about, or ends it.
 *
 * @throws DevnetAbsentError; DevnetOrderRefusedError with the reason.
 */
export async function faultDevnet({ directory, fault }: { directory: string; fault: Fault }): Promise<void> {
  await order(recordOf(directory), { path: '/fault', body: fault })
}

/**
 * Gives an account coins on a chain.
 *
 * @param parameters `native` becomes its balance, `tokens` are minted: decimal strings in base units.
 * @throws DevnetAbsentError; DevnetOrderRefusedError with the reason.
 */
export async function fundDevnet({ directory, ...coins }: { directory: string } & Coins): Promise<void> {
  await order(recordOf(directory), { path: '/fund', body: coins })
}

/** The record of the devnet of a directory, when that devnet is up and ready. */
export function livingRecord(directory: string): DevnetRecord | undefined {
  return livingPid(directory) === undefined ? undefined : readRecord(directory)
}

function recordOf(directory: string): DevnetRecord {
  const record = livingRecord(directory)
  if (record === undefined) throw new DevnetAbsentError({ directory })
  return record
}

async function order({ control }: DevnetRecord, { path, body }: { path: string; body?: unknown }): Promise<string> {
  const answer = await fetch(`${control.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new DevnetOrderRefusedError(JSON.parse(text))
  return text
}

/** Waits until a process is gone; after 10 seconds it is killed, and its children with it. */
async function gone(owner: Owner): Promise<void> {
  const limit = performance.now() + 10_000
  while (isOwnerAlive(owner)) {
    if (performance.now() > limit) tell(owner, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function tell({ pid }: Owner, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
