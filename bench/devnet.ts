/**
 * Brings a devnet of three chains with blocks each second up and down, time and again, through the command line, and looks at what is left
 * of it. Writes bench/results/devnet.json.
 *
 * Run: npm run bench:devnet [-- --full]. With `--full` 50 times, else 2.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const hanse = fileURLToPath(new URL('../cli/bin/hanse.mjs', import.meta.url))
const rounds = process.argv.includes('--full') ? 50 : 2
const project = mkdtempSync(join(tmpdir(), 'hanse-devnet-'))

type Devnet = { pid: number; chains: { rpcUrl: string }[]; watchers: { url: string }[] }
type Status = { processes: { pid: number }[] }

const run = <T>(...words: string[]): T =>
  JSON.parse(
    execFileSync(process.execPath, [hanse, 'devnet', ...words, '--json'], {
      cwd: project,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )

/** Memory of a process and all that it started, in megabytes; what several share is counted once (PSS). */
function megabytes(pids: readonly number[]): number {
  const kilobytes = pids.map((pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]))
  return Math.round(kilobytes.reduce((one, other) => one + other, 0) / 1024)
}

/** Every living process that has the project's path in its command, or one of `pids`. */
const living = (pids: readonly number[]): number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    try {
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8')
      return command !== '' && (pids.includes(Number(name)) || command.includes(project)) ? [Number(name)] : []
    } catch {
      return []
    }
  })

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })

/** Milliseconds until the list of commands is there, the quickest of ten: what the program takes, not what else the machine does. */
function helpMilliseconds(): number {
  const times = Array.from({ length: 10 }, () => {
    const began = performance.now()
    execFileSync(process.execPath, [hanse, '--help'], { stdio: 'ignore' })
    return performance.now() - began
  })
  return Math.round(Math.min(...times))
}

const [seconds, memory] = [[] as number[], [] as number[]]
const left = { processes: 0, ports: 0, files: 0 }
try {
  for (let round = 1; round <= rounds; round++) {
    const began = performance.now()
    const { pid, chains, watchers } = run<Devnet>('up')
    seconds.push(Math.round((performance.now() - began) / 10) / 100)
    const pids = [pid, ...run<Status>('status').processes.map((member) => member.pid)]
    memory.push(megabytes(pids))
    run('down')
    const ports = [...chains.map(({ rpcUrl }) => rpcUrl), ...watchers.map(({ url }) => url)].map((url) => Number(new URL(url).port))
    left.processes += living(pids).length
    left.ports += (await Promise.all(ports.map(isFree))).filter((free) => !free).length
    left.files += existsSync(join(project, '.hanse/devnet')) ? 1 : 0
    console.log(`round ${round}: up in ${seconds.at(-1)} s, ${memory.at(-1)} MB`)
  }
} finally {
  execFileSync(process.execPath, [hanse, 'devnet', 'down'], { cwd: project, stdio: 'ignore' })
  rmSync(project, { recursive: true, force: true })
}

const sorted = [...seconds].sort((one, other) => one - other)
const result = {
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  rounds,
  upSeconds: { median: sorted[Math.floor(rounds / 2)], max: sorted.at(-1) },
  megabytes: { max: Math.max(...memory) },
  helpMilliseconds: helpMilliseconds(),
  left,
}
writeFileSync(new URL('results/devnet.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`)
console.log(JSON.stringify(result))
const isMet =
  sorted.every((value) => value < 20) &&
  result.megabytes.max < 700 &&
  result.helpMilliseconds < 300 &&
  Object.values(left).every((count) => count === 0)
if (!isMet) process.exitCode = 1
