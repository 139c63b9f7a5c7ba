// One watcher: the real one, started again and again on the same disk, with everything outside it simulated.

import { join } from 'node:path'
import { messageOf } from '@hanse/sdk/errors'
import type { parseConfig } from '../../watcher/src/config.ts'
import { createLogger } from '../../watcher/src/ops/log.ts'
import type { Outside } from '../../watcher/src/outside.ts'
import { createEndpoint } from '../../watcher/src/rpc/endpoint.ts'
import { startWatcher, type Watcher } from '../../watcher/src/watcher.ts'
import type { Clock } from './clock.ts'
import { accountOf, addressOf, isEnvelopeOfSender, type OnSign, recoverHead } from './curve.ts'
import { createDisk, type Disk } from './disk.ts'
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
  /** Told before a power cut takes what was not synced. */
  readonly onPowerCut: () => void
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

type Self = {
  readonly options: ProcessOptions
  readonly name: string
  readonly disk: Disk
  readonly state: { skewMs: number; isFull: boolean; starts: number; lastError: string }
  life: Life | undefined
  armed: Armed | undefined
}

/** Lets nothing through to a process that has died meanwhile. */
async function alive<result>(of: Life, work: Promise<result>): Promise<result> {
  try {
    const result = await work
    return of.isDead ? await never() : result
  } catch (error) {
    if (of.isDead) return never()
    throw error
  }
}

function kill(self: Self, { isPowerCut, why }: { isPowerCut: boolean; why: string }): void {
  const { name, options, disk, life } = self
  self.armed = undefined
  if (life === undefined) return
  options.trace(`${name} dies ${why}${isPowerCut ? ', power cut' : ''}`)
  if (isPowerCut) options.onPowerCut()
  life.isDead = true
  self.life = undefined
  options.network.responders.delete(name)
  disk.crash({ isPowerCut, random: options.random })
}

/** Dies here when a crash was planned for here. */
function reach({ self, of, place, where }: { self: Self; of: Life; place: CrashPlace; where: string }): boolean {
  const { armed } = self
  if (of.isDead || of !== self.life || armed?.place !== place || armed.left-- > 0) return of.isDead
  const { isPowerCut, downMs } = armed
  kill(self, { isPowerCut, why: `${place}: ${where}` })
  self.options.clock.after(downMs, () => start(self))
  return true
}

function outsideOf(self: Self, of: Life): Outside {
  const { options, name, disk, state } = self
  const { clock, network, index } = options
  const diskEvents = {
    beforeCommit(database: string) {
      if (reach({ self, of, place: 'before commit', where: database })) throw new TypeError('the process has died')
      if (state.isFull) throw new TypeError('database or disk is full')
    },
    afterCommit(database: string) {
      if (reach({ self, of, place: 'after commit', where: database })) throw new TypeError('the process has died')
    },
  }
  const write = (line: string) => options.say(`${name} says ${readable(line)}`)
  return {
    now: () => clock.now() + state.skewMs,
    wait: (ms, signal) => alive(of, clock.wait(ms, signal)),
    connect: ({ urls, timeoutMs: _, ...rest }) => urls.map((url) => createEndpoint({ ...rest, transport: transportOf(self, of, url) })),
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
    isSignedBySender: async (envelope) => isEnvelopeOfSender(envelope),
    openShared: () => {
      throw new TypeError('a simulated watcher is alone')
    },
    openAccount: ({ role }) => accountOf(keysOf(index)[role], options.onSign),
    createLogger: ({ name: logger }) => createLogger({ name: logger, level: options.isLoud ? 'info' : 'silent', write }),
  }
}

function transportOf(self: Self, of: Life, url: string) {
  const { options, name } = self
  const host = new URL(url).hostname.split('.')[0] ?? ''
  const provider = options.providers.get(host)
  if (provider === undefined) throw new TypeError(`no provider ${host}`)
  return {
    name: host,
    send: async (calls: Parameters<Provider['send']>[0]) => {
      if (of.isDead) return never()
      const replies = await alive(of, provider.send(calls))
      options.trace(`${name} ${host} ${calls.map(({ method }) => method).join()}`)
      return reach({ self, of, place: 'after request', where: calls[0]?.method ?? '' }) ? never() : replies
    },
  }
}

function start(self: Self): void {
  const { options, name, state, disk } = self
  if (self.life !== undefined) return
  const born: Life = { isDead: false, watcher: undefined }
  self.life = born
  state.starts++
  options.trace(`${name} starts`)
  const config = { ...options.config, dataDir: disk.dataDir() }
  startWatcher({ config, environment: {}, outside: outsideOf(self, born) }).then(
    (watcher) => {
      born.watcher = watcher
    },
    (error: unknown) => {
      if (born.isDead) return
      state.lastError = messageOf(error)
      options.trace(`${name} does not start: ${state.lastError.split('\n')[0]}`)
      kill(self, { isPowerCut: false, why: 'at its start' })
      options.clock.after(2_000, () => start(self))
    },
  )
}

async function restart(self: Self): Promise<void> {
  const of = self.life
  if (of?.watcher === undefined) return
  self.options.trace(`${self.name} is told to stop`)
  await of.watcher.stop().catch((error: unknown) => {
    // It died while it stopped: nothing that a dead process finds counts.
    if (!of.isDead) throw error
  })
  if (of.isDead) return
  kill(self, { isPowerCut: false, why: 'told to' })
  start(self)
}

export function createProcess(options: ProcessOptions) {
  const name = nameOf(options.index)
  const disk = createDisk(join(options.root, name))
  const state = { skewMs: 0, isFull: false, starts: 0, lastError: '' }
  const self: Self = { options, name, disk, state, life: undefined, armed: undefined }
  return {
    index: options.index,
    name,
    state,
    disk,
    start: () => start(self),
    kill: (how: Parameters<typeof kill>[1]) => kill(self, how),
    restart: () => void restart(self),
    arm: (next: Armed) => {
      if (next.place !== 'now') self.armed = next
      else if (self.life !== undefined) {
        kill(self, { isPowerCut: next.isPowerCut, why: 'at once' })
        options.clock.after(next.downMs, () => start(self))
      }
    },
    disarm: () => {
      self.armed = undefined
    },
    running: (): Watcher | undefined => self.life?.watcher,
    end: () => {
      if (self.life !== undefined) self.life.isDead = true
      disk.remove()
    },
  }
}
