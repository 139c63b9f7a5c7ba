// One watcher: the real one, started again and again on the same disk, with everything outside it simulated.
import { join } from 'node:path'
import type { parseConfig } from '../../watcher/src/config.ts'
import { createLogger } from '../../watcher/src/ops/log.ts'
import type { Outside } from '../../watcher/src/outside.ts'
import { createEndpoint } from '../../watcher/src/rpc/endpoint.ts'
import { startWatcher, type Watcher } from '../../watcher/src/watcher.ts'
import type { Clock } from './clock.ts'
import { accountOf, addressOf, type OnSign, recoverHead } from './curve.ts'
import { createDisk } from './disk.ts'
import type { Network } from './network.ts'
import type { Provider } from './node.ts'
import type { CrashPlace } from './plan.ts'
import type { Random } from './random.ts'

type Config = ReturnType<typeof parseConfig>

/** One run of the process. */
type Life = { isDead: boolean; watcher: Watcher | undefined }
type Armed = { place: CrashPlace; left: number; isPowerCut: boolean; downMs: number }

export type Process = ReturnType<typeof createProcess>

export type ProcessOptions = {
  readonly index: number
  readonly config: Config
  readonly root: string
  readonly clock: Clock
  readonly random: Random
  readonly network: Network
  readonly providers: ReadonlyMap<string, Provider>
  readonly onSign: OnSign
  /** Told of every signature of others that this watcher looked at. */
  readonly onSeen: OnSign
  readonly trace: (line: string) => void
  /** Takes lines that are for people only. */
  readonly say: (line: string) => void
  readonly isLoud: boolean
}

export const nameOf = (index: number) => `w${index}`
/** The numbers of a watcher's keys. */
export const keysOf = (index: number) => ({ attester: index, deliverer: 100 + index })

/** A line of the watcher's log without what differs between machines. */
function readable(line: string): string {
  const { time: _, pid: __, name: ___, ...fields } = JSON.parse(line)
  return JSON.stringify(fields)
}

/** What a dead process waits for: each time another one, so that nothing holds on to who waits. */
const never = () => new Promise<never>(() => undefined)

export function createProcess(options: ProcessOptions) {
  const { index, clock, random, network, trace } = options
  const name = nameOf(index)
  const disk = createDisk(join(options.root, name))
  let life: Life | undefined
  let armed: Armed | undefined
  const state = { skewMs: 0, isFull: false, starts: 0, lastError: '' }

  /** Lets nothing through to a process that has died meanwhile. */
  const alive = async <result>(of: Life, work: Promise<result>): Promise<result> => {
    try {
      const result = await work
      return of.isDead ? await never() : result
    } catch (error) {
      if (of.isDead) return never()
      throw error
    }
  }

  function kill({ isPowerCut, why }: { isPowerCut: boolean; why: string }): void {
    armed = undefined
    if (life === undefined) return
    trace(`${name} dies ${why}${isPowerCut ? ', power cut' : ''}`)
    life.isDead = true
    life = undefined
    network.responders.delete(name)
    disk.crash({ isPowerCut, random })
  }

  /** Dies here when a crash was planned for here. */
  function reach(of: Life, place: CrashPlace, where: string): boolean {
    if (of.isDead || of !== life || armed?.place !== place || armed.left-- > 0) return of.isDead
    const { isPowerCut, downMs } = armed
    kill({ isPowerCut, why: `${place}: ${where}` })
    clock.after(downMs, start)
    return true
  }

  function outsideOf(of: Life): Outside {
    const diskEvents = {
      beforeCommit(database: string) {
        if (reach(of, 'before commit', database)) throw new TypeError('the process has died')
        if (state.isFull) throw new TypeError('database or disk is full')
      },
      afterCommit(database: string) {
        if (reach(of, 'after commit', database)) throw new TypeError('the process has died')
      },
    }
    return {
      now: () => clock.now() + state.skewMs,
      wait: (ms, signal) => alive(of, clock.wait(ms, signal)),
      connect: ({ urls, timeoutMs: _, ...rest }) => urls.map((url) => createEndpoint({ ...rest, transport: transportOf(of, url) })),
      askPeer: (request) => alive(of, network.ask(name, request)),
      listen: async ({ respond }) => {
        if (!of.isDead) network.responders.set(name, (request) => (of.isDead ? never() : respond(request)))
        return { url: `http://${name}.example`, stop: async () => void network.responders.delete(name) }
      },
      openDatabase: (path) => disk.open(path, diskEvents),
      recoverSigner: async (signed) => {
        const signer = recoverHead(signed)
        if (signer !== addressOf(keysOf(index).attester)) options.onSeen({ signer, statement: signed.statement })
        return signer
      },
      openAccount: ({ role }) => accountOf(keysOf(index)[role], options.onSign),
      createLogger: ({ name: logger }) =>
        createLogger({
          name: logger,
          level: options.isLoud ? 'info' : 'silent',
          write: (line) => options.say(`${name} says ${readable(line)}`),
        }),
    }
  }

  function transportOf(of: Life, url: string) {
    const host = new URL(url).hostname.split('.')[0] ?? ''
    const provider = options.providers.get(host)
    if (provider === undefined) throw new TypeError(`no provider ${host}`)
    return {
      name: host,
      send: async (calls: Parameters<Provider['send']>[0]) => {
        if (of.isDead) return never()
        const replies = await alive(of, provider.send(calls))
        trace(`${name} ${host} ${calls.map(({ method }) => method).join()}`)
        return reach(of, 'after request', calls[0]?.method ?? '') ? never() : replies
      },
    }
  }

  function start(): void {
    if (life !== undefined) return
    const born: Life = { isDead: false, watcher: undefined }
    life = born
    state.starts++
    trace(`${name} starts`)
    const config = { ...options.config, dataDir: disk.dataDir() }
    startWatcher({ config, environment: {}, outside: outsideOf(born) }).then(
      (watcher) => {
        born.watcher = watcher
      },
      (error: unknown) => {
        if (born.isDead) return
        state.lastError = error instanceof Error ? error.message : String(error)
        trace(`${name} does not start: ${state.lastError.split('\n')[0]}`)
        kill({ isPowerCut: false, why: 'at its start' })
        clock.after(2_000, start)
      },
    )
  }

  async function restart(): Promise<void> {
    const watcher = life?.watcher
    if (watcher === undefined) return
    trace(`${name} is told to stop`)
    const of = life
    await watcher.stop()
    if (of?.isDead !== false) return
    kill({ isPowerCut: false, why: 'told to' })
    start()
  }

  return {
    index,
    name,
    state,
    disk,
    start,
    kill,
    restart: () => void restart(),
    arm: (next: Armed) => {
      if (next.place !== 'now') armed = next
      else if (life !== undefined) {
        kill({ isPowerCut: next.isPowerCut, why: 'at once' })
        clock.after(next.downMs, start)
      }
    },
    disarm: () => {
      armed = undefined
    },
    running: (): Watcher | undefined => life?.watcher,
    end: () => {
      if (life !== undefined) life.isDead = true
      disk.remove()
    },
  }
}
