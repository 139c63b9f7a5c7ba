import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort, until } from './world.ts'

/** Where Postgres's programs are: on Debian they are not on the path. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env.PATH ?? '').split(':')]
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')))
}

const programs = findPrograms()
/** Whether there is a Postgres to test with. */
export const hasPostgres = programs !== undefined

/** Postgres refuses to run as root. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Runs statements; gives what psql prints. */
async function runStatements(url: string, text: string): Promise<string> {
  const flags = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', text, url]
  const { stdout } = await promisify(execFile)(join(programs ?? '', 'psql'), flags)
  return stdout
}

/** A Postgres of one's own: in a folder of its own, on a free port, gone with the test. */
export async function startPostgres({ cleanups }: { cleanups: (() => Promise<void> | void)[] }) {
  if (programs === undefined) throw new TypeError('there is no Postgres here: apt install postgresql')
  const user = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'watcher-postgres-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, 'data')
  const options = ['--auth=trust', '--username=hanse', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
  execFileSync(join(programs, 'initdb'), [...options, '-D', data], {
    ...user,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH },
  })
  const port = await freePort()
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=`,
    'shared_buffers=8MB',
    'max_connections=60',
    'log_min_messages=fatal',
  ]
  let child: ChildProcess | undefined
  const url = `postgres://hanse@127.0.0.1:${port}/postgres`

  const run = (text: string) => runStatements(url, text)
  /** The rows of one query. */
  const query = async (text: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    JSON.parse(await run(`select coalesce(json_agg(q), '[]') from (${text}) q`))

  async function start(): Promise<void> {
    const flags = [...settings, 'log_min_error_statement=panic'].flatMap((setting) => ['-c', setting])
    const started = spawn(join(programs ?? '', 'postgres'), ['-D', data, '-p', `${port}`, ...flags], {
      ...user,
      stdio: 'ignore',
      cwd: folder,
    })
    child = started
    await until('Postgres answers', () => run('select 1').then(() => true))
  }
  /** Ends it as a crash does, or in good order. */
  async function stop(signal: 'SIGQUIT' | 'SIGINT' = 'SIGINT'): Promise<void> {
    const running = child
    if (running === undefined || running.exitCode !== null) return
    const ended = new Promise((resolve) => running.once('exit', resolve))
    running.kill(signal)
    await ended
    child = undefined
  }
  cleanups.push(() => stop('SIGQUIT'))
  await start()
  return { url, start, stop, query, run, pid: () => child?.pid }
}
