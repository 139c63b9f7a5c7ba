import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address, Hex } from 'viem'
import type { WorldInfo } from '../info.ts'
import type { WorldRules } from '../rules.ts'

/** What a running devnet leaves in its directory, for whoever wants to use it. Readable by its user only: it holds a token. */
export type DevnetRecord = {
  readonly pid: number
  /** Where the supervisor takes orders, from whoever knows the token. */
  readonly control: { readonly url: string; readonly token: string }
  readonly rules: WorldRules
  readonly info: WorldInfo
  /** Users with coins on every chain. Their keys are known to everybody. */
  readonly accounts: readonly { readonly address: Address; readonly privateKey: Hex }[]
}

/** Where the devnet of a project stands. */
export const devnetDirectory = (project: string): string => join(project, '.hanse', 'devnet')

const recordFile = (directory: string) => join(directory, 'devnet.json')
const pidFile = (directory: string) => join(directory, 'pid')

/** Where the supervisor's output goes. */
export const logFile = (directory: string): string => join(directory, 'log')

/** The record of a devnet that is up; undefined before it is, and when there is none. */
export function readRecord(directory: string): DevnetRecord | undefined {
  return readIfThere(recordFile(directory), (text): DevnetRecord => JSON.parse(text))
}

/** Written whole or not at all. */
export function writeRecord(directory: string, record: DevnetRecord): void {
  const file = recordFile(directory)
  writeFileSync(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 })
  chmodSync(`${file}.new`, 0o600)
  renameSync(`${file}.new`, file)
}

/**
 * Makes the directory, for one supervisor.
 *
 * @returns Whether it is the caller's; otherwise another has it.
 */
export function takeDirectory(directory: string): boolean {
  mkdirSync(join(directory, '..'), { recursive: true })
  try {
    mkdirSync(directory, { mode: 0o700 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Notes whose directory it is. */
export function writePid(directory: string, pid: number): void {
  writeFileSync(pidFile(directory), String(pid))
}

/** The supervisor's process id, if that process lives. */
export function livingPid(directory: string): number | undefined {
  const pid = readIfThere(pidFile(directory), Number)
  return pid !== undefined && Number.isSafeInteger(pid) && pid > 0 && isAlive(pid) ? pid : undefined
}

/** Whether the directory is still the one of this process. */
export function isOwner(directory: string): boolean {
  return readIfThere(pidFile(directory), Number) === process.pid
}

/** Removes the directory with all that is in it, and `.hanse` if nothing else is there. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
}

/** Whether a process lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function readIfThere<T>(file: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined
    throw error
  }
}
