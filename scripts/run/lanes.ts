// Runs commands side by side and keeps their output readable: one lane talks at a time, the others are held back until it ends.
import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** A command to run beside others: `hardhat test` is `{ name: 'contracts', command: ['hardhat', 'test'] }`. */
export type Lane = { name: string; command: [string, ...string[]]; env?: Record<string, string>; cwd?: string }

/** How a lane ended. `exitCode` is 0 only if the command ended by itself, in time, without a fault. */
export type LaneResult = { name: string; exitCode: number; seconds: number; output: string }

/** The root of the repository, where lanes run unless they say otherwise. */
export const root = join(import.meta.dirname, '..', '..')

function start(lane: Lane): ChildProcess {
  const [program, ...parameters] = lane.command
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }
  return spawn(program, parameters, {
    cwd: lane.cwd ?? root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...color, PATH: path, ...lane.env },
    detached: true,
  })
}

/** Ends a lane and all that it started, which share a process group: politely, and two seconds later in any case. */
function end(child: ChildProcess): void {
  const send = (signal: NodeJS.Signals) => {
    try {
      if (child.pid) process.kill(-child.pid, signal)
    } catch {
      // All gone already.
    }
  }
  send('SIGTERM')
  setTimeout(() => send('SIGKILL'), 2000)
}

/** Runs one lane to its end; `write` gets its output as it comes. */
function follow({
  lane,
  child,
  limitSeconds,
  write,
}: {
  lane: Lane
  child: ChildProcess
  limitSeconds: number
  write: (text: string) => void
}): Promise<LaneResult> {
  const began = performance.now()
  let output = ''
  const say = (text: string) => {
    output += text
    write(text)
  }
  const timer = setTimeout(() => {
    say(`\n${lane.name}: not done after ${limitSeconds} s, stopped.\n`)
    end(child)
  }, limitSeconds * 1000)
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', say)
  return new Promise((resolve) => {
    const finish = (exitCode: number) => {
      clearTimeout(timer)
      resolve({ name: lane.name, exitCode, seconds: (performance.now() - began) / 1000, output })
    }
    child.once('error', (error) => {
      say(`${lane.name}: ${lane.command[0]} did not start: ${error.message}\n`)
      finish(1)
    })
    child.once('close', (code) => finish(code ?? 1))
  })
}

/** Gives each lane a voice: the first one speaks at once, each other one when all before it have ended. */
function voices(count: number, print: (text: string) => void) {
  const held: string[] = Array.from({ length: count }, () => '')
  const ended = new Set<number>()
  let speaking = 0
  return {
    write(index: number, text: string) {
      if (index === speaking) print(text)
      else held[index] += text
    },
    end(index: number) {
      ended.add(index)
      while (speaking < count && ended.has(speaking)) {
        speaking += 1
        if (speaking < count) print(held[speaking] ?? '')
      }
    },
  }
}

/** Runs all lanes at once; resolves when the last one has ended, in the order given. A signal ends them all, and then this process. */
export async function runLanes({
  lanes,
  limitSeconds,
  print = (text) => process.stdout.write(text),
}: {
  lanes: Lane[]
  limitSeconds: number
  print?: (text: string) => void
}): Promise<LaneResult[]> {
  const voice = voices(lanes.length, print)
  const children = lanes.map(start)
  let isStopped = false
  const stop = () => {
    isStopped = true
    for (const child of children) end(child)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, stop)
  const results = lanes.map(async (lane, index) => {
    const child = children[index]
    if (!child) return { name: lane.name, exitCode: 1, seconds: 0, output: '' }
    const result = await follow({ lane, child, limitSeconds, write: (text) => voice.write(index, text) })
    voice.end(index)
    return result
  })
  const all = await Promise.all(results)
  for (const signal of signals) process.off(signal, stop)
  if (isStopped) process.exit(130)
  return all
}
