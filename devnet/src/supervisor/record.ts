import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Address, Hex } from 'viem'
import type { WorldInfo } from '../info.ts'
import { stampOf } from '../lifetime.ts'
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
 * Makes the directory, for one supervisor: it appears with its owner's name in it, so that no other takes it for a left-over.
 *
 * @returns Whether it is the caller's; otherwise another has it.
 */
export function takeDirectory(directory: string): boolean {
  mkdirSync(dirname(directory), { recursive: true })
  const fresh = mkdtempSync(`${directory}-`)
  try {
    writePid(fresh, process.pid)
    renameSync(fresh, directory)
    return true
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    if (isOneOf(error, ['EEXIST', 'ENOTEMPTY'])) return false
    throw error
  }
}

/** Notes whose directory it is. */
export function writePid(directory: string, pid: number): void {
  writeFileSync(pidFile(directory), `${pid}\n${stampOf(pid) ?? ''}\n`, { mode: 0o600 })
}

/** The process id of the directory's owner, if that very process lives: a stranger may have its pid by now. */
export function livingPid(directory: string): number | undefined {
  const owner = ownerOf(directory)
  return owner !== undefined && isOwnerAlive(owner) ? owner.pid : undefined
}

/** Whether the directory is still the one of this process. */
export function isOwner(directory: string): boolean {
  const owner = ownerOf(directory)
  return owner?.pid === process.pid && owner.stamp === stampOf(process.pid)
}

/** Removes the directory with all that is in it, and `.hanse` if nothing else is there. */
export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
  try {
    rmdirSync(dirname(directory))
  } catch (error) {
    if (!isOneOf(error, ['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'])) throw error
  }
}

/**
 * Removes what a crash left.
 *
 * @returns False: meanwhile somebody else did, and has the directory.
 */
export function removeLeftOver(directory: string): boolean {
  const aside = `${directory}-${process.pid}-aside`
  try {
    renameSync(directory, aside)
  } catch (error) {
    if (isOneOf(error, ['ENOENT'])) return true
    throw error
  }
  if (livingPid(aside) === undefined) {
    rmSync(aside, { recursive: true, force: true })
    return true
  }
  renameSync(aside, directory)
  return false
}

/** A process, and what tells it from a later one with its pid. */
export type Owner = { readonly pid: number; readonly stamp: string }

/** Who has the directory, alive or not. */
export function ownerOf(directory: string): Owner | undefined {
  const [pid, stamp = ''] = readIfThere(pidFile(directory), (text) => text.split('\n')) ?? []
  return Number.isSafeInteger(Number(pid)) && Number(pid) > 1 ? { pid: Number(pid), stamp } : undefined
}

/** Whether that very process lives. */
export function isOwnerAlive({ pid, stamp }: Owner): boolean {
  return stamp !== '' && stampOf(pid) === stamp
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}

function readIfThere<T>(file: string, parse: (text: string) => T): T | undefined {
  try {
    return parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (isOneOf(error, ['ENOENT', 'ENOTDIR'])) return undefined
    throw error
  }
}
