import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One process as the system shows it. `startedAt` tells two owners of one pid apart. */
type ProcessEntry = { pid: number; parent: number; command: string; startedAt: string }

/** Looks a process up; undefined when it is gone or dead but not yet reaped. */
type LookUp = (pid: number) => ProcessEntry | undefined

/**
 * Calls `onOrphaned` once when a parent of this process ends that was started for its sake: the shell and the npm of an `npm run`.
 * Without npm above it nothing is watched. npm passes neither SIGTERM nor SIGHUP on in all cases, and SIGKILL never.
 *
 * @returns A function that ends the watch.
 * @example
 * ```ts
 * import { watchParents } from '@hanse/devnet'
 *
 * const unwatch = watchParents({ onOrphaned: () => process.exit(1) })
 * ```
 */
export function watchParents({ onOrphaned, intervalMs = 200 }: watchParents.Parameters): () => void {
  const lookUp = process.platform === 'linux' ? lookUpInProc : lookUpWithPs
  const watched = parentsToWatch({ lookUp, pid: process.pid })
  if (watched.length === 0) return () => {}
  // Without /proc a look-up costs a process each: existence has to do.
  const isAlive = process.platform === 'linux' ? isSame(lookUpInProc) : exists
  const timer = setInterval(() => {
    if (process.ppid === watched[0]?.pid && watched.every(isAlive)) return
    clearInterval(timer)
    onOrphaned()
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}

export namespace watchParents {
  export type Parameters = { onOrphaned: () => void; intervalMs?: number }
}

/**
 * Runs `stop` once when this process is told to end: SIGINT, SIGTERM, SIGHUP, the end of its npm or of the shell between, or of the IPC
 * channel it was started with. Then exits with 128 + the signal's number. A second signal exits at once: guarded children go too.
 *
 * @example
 * ```ts
 * import { startWorld, stopOnEnd } from '@hanse/devnet'
 *
 * const world = await startWorld({ chains: [{ chainId: 1 }] })
 * stopOnEnd({ stop: world.stop })
 * ```
 */
export function stopOnEnd({ stop, limitMs = 1_500 }: stopOnEnd.Parameters): () => void {
  let isStopping = false
  const end = (code: number) => {
    if (isStopping) process.exit(code)
    isStopping = true
    setTimeout(() => process.exit(code), limitMs).unref()
    stop().then(
      () => process.exit(code),
      () => process.exit(code),
    )
  }
  const handlers = Object.entries(signalNumbers).map(([signal, number]) => [signal, () => end(128 + number)] as const)
  for (const [signal, handler] of handlers) process.on(signal, handler)
  const orphaned = () => end(128 + signalNumbers.SIGHUP)
  process.on('disconnect', orphaned)
  const unwatch = watchParents({ onOrphaned: orphaned })
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler)
    process.off('disconnect', orphaned)
    unwatch()
  }
}

export namespace stopOnEnd {
  export type Parameters = {
    stop: () => Promise<void>
    /** How long `stop` may take before the process exits all the same. */
    limitMs?: number
  }
}

/**
 * What tells a process from another that gets the same pid later, after a restart of the machine too.
 *
 * @returns undefined when there is no such process, or only its unreaped remains.
 */
export function stampOf(pid: number): string | undefined {
  const entry = process.platform === 'linux' ? lookUpInProc(pid) : lookUpWithPs(pid)
  return entry === undefined ? undefined : `${entry.startedAt} ${bootId()}`.trim()
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const

/** The parents from this process up to the topmost npm that has only shells, npm and node between itself and this process. */
function parentsToWatch({ lookUp, pid }: { lookUp: LookUp; pid: number }): readonly ProcessEntry[] {
  if (process.env.npm_execpath === undefined && process.env.npm_lifecycle_event === undefined) return []
  const parents: ProcessEntry[] = []
  let upToNpm = 0
  for (let entry = lookUp(lookUp(pid)?.parent ?? 0); entry !== undefined && entry.pid > 1; entry = lookUp(entry.parent)) {
    parents.push(entry)
    if (isNpm(entry.command)) upToNpm = parents.length
    else if (!isShell(entry.command)) break
  }
  return parents.slice(0, upToNpm)
}

function isNpm(command: string): boolean {
  return /^(npm|npx|pnpm|yarn)( |$)|(npm|npx)-cli\.[cm]?js|\/(npm|npx)( |$)/.test(command)
}

function isShell(command: string): boolean {
  return /^(\S*\/)?-?(sh|bash|dash|zsh|ash|busybox)( |$)/.test(command)
}

function lookUpInProc(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold anything, brackets and spaces included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, parent] = fields
    if (state === 'Z' || state === 'X' || parent === undefined) return undefined
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { pid, parent: Number(parent), command, startedAt: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

function lookUpWithPs(pid: number): ProcessEntry | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,state=,lstart=,command=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    // The time has five words: Sat Nov 21 04:25:24 2026.
    const [parent, state = 'Z', ...rest] = line.split(/\s+/)
    if (state.startsWith('Z')) return undefined
    return { pid, parent: Number(parent), command: rest.slice(5).join(' '), startedAt: rest.slice(0, 5).join(' ') }
  } catch {
    return undefined
  }
}

function isSame(lookUp: LookUp): (entry: ProcessEntry) => boolean {
  return ({ pid, startedAt }) => lookUp(pid)?.startedAt === startedAt
}

function exists({ pid }: ProcessEntry): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
