import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { ProcessStartError } from './errors.ts'

/**
 * The child's own shell keeps a reader on its standard input, then becomes the child. The parent holds the other end of that pipe, so
 * however the parent ends, the reader wakes up, grants the child a moment to end by itself, and kills the child's process group (which
 * is the child's own). The pid is that of the child itself.
 */
const guard = `
exec 8<&0 </dev/null
(exec 3>&- >/dev/null 2>&1; while read -r line <&8; do :; done; sleep "$0"; kill -KILL 0) &
exec 8<&-
exec "$@"
`

/** How many lines of its output are kept for an error message. */
const keptLines = 40

/** How a process ended. */
export type ProcessEnd = { code: number | null; signal: NodeJS.Signals | null }

/** A running child that cannot outlive this process. */
export type GuardedProcess = {
  name: string
  pid: number
  /** Resolves when it ended, never rejects. */
  ended: Promise<ProcessEnd>
  /** The last lines of its standard output and error. */
  output: () => readonly string[]
  /** The first line of its standard output, past or future, that `select` turns into something. Rejects when it ends or is silent too long. */
  firstLine: <T>(parameters: { select: (line: string) => T | undefined; timeoutMs: number }) => Promise<T>
  /** Sends a signal, without waiting. */
  signal: (signal: NodeJS.Signals) => void
  /** SIGTERM, and SIGKILL after `graceMs`. Resolves when it ended. */
  stop: (parameters?: { graceMs?: number }) => Promise<void>
}

/**
 * Starts a child process that ends when this process ends, by SIGKILL too.
 *
 * @throws ProcessStartError when the command cannot be started.
 * @example
 * ```ts
 * import { startProcess } from '@hanse/devnet'
 *
 * const child = await startProcess({ name: 'worker', command: process.execPath, arguments: ['worker.ts'], ipc: true })
 * await child.firstLine({ select: (line) => (line === 'ready' ? line : undefined), timeoutMs: 5_000 })
 * await child.stop()
 * ```
 */
export async function startProcess(parameters: startProcess.Parameters): Promise<GuardedProcess> {
  const { name, command, arguments: rest = [], env = {}, ipc = false, orphanGraceSeconds = 0, onLine } = parameters
  const child = spawn('/bin/sh', ['-c', guard, String(orphanGraceSeconds), command, ...rest], {
    // In its own process group a child gets no Ctrl-C of the terminal: its parent stops it, in its own order.
    detached: true,
    env: { ...process.env, ...env },
    stdio: ipc ? ['pipe', 'pipe', 'pipe', 'ipc'] : ['pipe', 'pipe', 'pipe'],
  })
  await started({ name, child })
  const output = collect({ child, onLine })
  const ended = new Promise<ProcessEnd>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  // Without this the reader of the guard would wait after its child ended by itself.
  ended.then(() => {
    child.stdin?.destroy()
    killGroup(child.pid)
  })
  child.stdin?.on('error', () => {})
  child.on('error', () => {})
  const signal = (value: NodeJS.Signals) => void child.kill(value)
  return {
    name,
    pid: child.pid ?? 0,
    ended,
    output: () => output.lines,
    firstLine: ({ select, timeoutMs }) => firstLine({ name, output, ended, select, timeoutMs }),
    signal,
    async stop({ graceMs = 3_000 } = {}) {
      signal('SIGTERM')
      const timer = setTimeout(() => signal('SIGKILL'), graceMs)
      await ended
      clearTimeout(timer)
    },
  }
}

export namespace startProcess {
  export type Parameters = {
    /** For error messages. */
    name: string
    command: string
    arguments?: readonly string[]
    /** Added to the environment of this process. */
    env?: Record<string, string>
    /** Opens an IPC channel: a Node child hears `disconnect` when this process is gone. */
    ipc?: boolean
    /** Seconds the child gets to end by itself once this process is gone. Default 0. */
    orphanGraceSeconds?: number
    /** Called for each line of its standard output and error. */
    onLine?: ((line: string) => void) | undefined
  }
}

type Output = { lines: string[]; stdout: string[]; listeners: Set<(line: string) => void> }

/** What is left of a child's group once it ended: the reader of its guard, and what it started itself. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left.
  }
}

async function started({ name, child }: { name: string; child: ChildProcess }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(new ProcessStartError({ name, fact: cause.message, output: [], cause })))
  })
}

function collect({ child, onLine }: { child: ChildProcess; onLine: ((line: string) => void) | undefined }): Output {
  const output: Output = { lines: [], stdout: [], listeners: new Set() }
  const read = (stream: Readable | null, isStdout: boolean) => {
    if (stream === null) return
    createInterface({ input: stream }).on('line', (line) => {
      output.lines.push(line)
      if (output.lines.length > keptLines) output.lines.shift()
      if (isStdout) {
        if (output.stdout.length < keptLines) output.stdout.push(line)
        for (const listener of output.listeners) listener(line)
      }
      onLine?.(line)
    })
  }
  read(child.stdout, true)
  read(child.stderr, false)
  return output
}

async function firstLine<T>({
  name,
  output,
  ended,
  select,
  timeoutMs,
}: {
  name: string
  output: Output
  ended: Promise<ProcessEnd>
  select: (line: string) => T | undefined
  timeoutMs: number
}): Promise<T> {
  for (const line of output.stdout) {
    const found = select(line)
    if (found !== undefined) return found
  }
  return await new Promise<T>((resolve, reject) => {
    const settle = (action: () => void) => {
      clearTimeout(timer)
      output.listeners.delete(listener)
      action()
    }
    const fail = (fact: string) => settle(() => reject(new ProcessStartError({ name, fact, output: output.lines })))
    const listener = (line: string) => {
      const found = select(line)
      if (found !== undefined) settle(() => resolve(found))
    }
    const timer = setTimeout(() => fail(`not ready after ${timeoutMs} ms`), timeoutMs)
    output.listeners.add(listener)
    // One turn later, so that its last words are in.
    ended.then(({ code, signal }) => setTimeout(() => fail(`it ended with ${signal ?? `exit code ${code}`}`), 50))
  })
}
