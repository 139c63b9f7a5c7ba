import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from '../../scripts/run/temporary.ts'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)
/** Milliseconds: a whole demo, with time for a busy machine. */
const patience = 180_000

/** A directory of `count` texts, the first of them empty. */
function texts(count: number, largeBytes = 0): string {
  const directory = temporaryDirectory('demo')
  writeFileSync(join(directory, 'empty.txt'), '')
  for (let index = 1; index < count; index++)
    writeFileSync(join(directory, `text ${index}.txt`), `Text number ${index} is short. `.repeat(index * 7))
  if (largeBytes > 0) writeFileSync(join(directory, 'large.txt'), 'All work and no play makes a dull text. '.repeat(largeBytes / 40))
  return directory
}

async function demo(...argv: readonly string[]) {
  const { stdout } = await run('npm', ['run', '--silent', 'demo', '--', ...argv, '--json'], {
    cwd: root,
    timeout: patience,
    killSignal: 'SIGTERM',
  })
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
}

/** How it may end too early. Each takes half a minute, so a merge sees one of them. */
const deaths = [
  ['SIGINT', 'demo'],
  ['SIGKILL', 'npm'],
  ['SIGTERM', 'npm'],
  ['SIGHUP', 'npm'],
  ['SIGKILL', 'demo'],
] as const
const isFull = process.env.HANSE_FULL === '1'

describe('npm run demo', () => {
  it('settles every task though a watcher and a worker die and chain B is reorganised', { timeout: patience }, async () => {
    const outcome = await demo(texts(8, 1_000_000))
    expect(outcome).toMatchObject({ ok: true, tasks: 9, settled: 9, rejected: 0, duplicates: 0, reconciled: true, reorgs: 1 })
    expect(outcome.killed).toHaveLength(2)
    expect(outcome.lapses).toBeGreaterThan(0)
  })

  it('rejects a liar and pays it nothing', { timeout: patience }, async () => {
    const outcome = await demo(texts(12), '--liar', '--kill', 'none')
    expect(outcome).toMatchObject({ ok: true, tasks: 12, settled: 12, rejected: 1, duplicates: 0, reconciled: true, killed: [] })
  })
})

/** Running and not a zombie. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0] ?? 'X')
  } catch {
    // No such process.
    return false
  }
}

/** Every process with the mark in its environment: whatever the demo started, by whichever way. */
function marked(mark: string): number[] {
  const has = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark)
    } catch {
      // Gone between the two looks.
      return false
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && has(name))
    .map(Number)
    .filter(isAlive)
}

async function untilAgentsWork(child: ChildProcess): Promise<void> {
  if (!child.stdout) expect.fail('no standard output')
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('agents are at work')) return
  expect.fail('the demo ended before its agents worked')
}

describe.runIf(process.platform === 'linux')('the end of the demo', () => {
  it.each(deaths.slice(0, isFull ? deaths.length : 1))(
    'by %s of %s leaves no process after 2 s',
    { timeout: 60_000 },
    async (signal, target) => {
      const mark = `HANSE_MARK=${target}-${signal}-${process.pid}-${performance.now()}`
      const [name, value] = mark.split('=')
      const npm = spawn('npm', ['run', 'demo', '--', texts(8)], {
        cwd: root,
        env: { ...process.env, [name ?? '']: value },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      onTestFinished(() => {
        for (const pid of marked(mark)) process.kill(pid, 'SIGKILL')
      })
      await untilAgentsWork(npm)
      const before = marked(mark)
      expect(before.length).toBeGreaterThan(12)
      process.kill(target === 'npm' ? (npm.pid ?? 0) : demoPid(before), signal)
      await new Promise((done) => setTimeout(done, 2_000))
      expect(marked(mark)).toEqual([])
    },
  )
})

function demoPid(pids: readonly number[]): number {
  const isDemo = (pid: number) => {
    const [command = '', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return command.endsWith('node') && script.endsWith('scripts/demo/main.ts')
  }
  return pids.find(isDemo) ?? expect.fail('the demo does not run')
}
