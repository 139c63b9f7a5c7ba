import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { accountIndex, devPrivateKey } from './accounts.ts'
import { WorldMemberUnknownError } from './errors.ts'
import type { WorldInfo } from './info.ts'
import { freePorts } from './ports.ts'
import { type GuardedProcess, startProcess } from './processes.ts'
import type { CompleteRules } from './rules.ts'

/** The watchers of a world: processes that share nothing but RPC and peer urls. */
export type WatcherGroup = {
  /** Name, url and, while it runs, the pid of each. */
  list: () => readonly { name: string; url: string; pid: number | undefined }[]
  /** SIGKILL. Resolves when the process is gone. */
  kill: (name: string) => Promise<void>
  /** Starts a killed one again, on the same data and port. Does nothing when it runs. */
  restart: (name: string, parameters?: { env?: Record<string, string> }) => Promise<void>
  stop: () => Promise<void>
}

type Member = { name: string; url: string; configPath: string; env: Record<string, string>; process: GuardedProcess | undefined }

/** How often to try again when another process took a port that was free a moment ago. */
const portAttempts = 3

/**
 * Writes a configuration for each watcher and starts them all. Keys come by the environment only.
 *
 * @throws ProcessStartError when one does not come up.
 */
export async function startWatchers(parameters: startWatchers.Parameters): Promise<WatcherGroup> {
  for (let attempt = 1; ; attempt++) {
    const ports = await freePorts(parameters.rules.watchers)
    const members = ports.map((port, index) => memberOf({ ...parameters, ports, port, index }))
    const results = await Promise.allSettled(members.map((member) => start(member, parameters)))
    const failed = results.find((result) => result.status === 'rejected')
    if (failed === undefined) return groupOf(members, parameters)
    await stopMembers(members)
    if (attempt === portAttempts || !/EADDRINUSE/.test(String(failed.reason))) throw failed.reason
  }
}

export namespace startWatchers {
  export type Parameters = {
    rules: CompleteRules
    chains: WorldInfo['chains']
    directory: string
    onLine?: ((watcher: string, line: string) => void) | undefined
    /** Changes to every configuration, by its keys. */
    settings?: Readonly<Record<string, unknown>> | undefined
  }
}

function memberOf({
  chains,
  directory,
  ports,
  port,
  index,
  settings,
}: Omit<startWatchers.Parameters, 'rules'> & { ports: readonly number[]; port: number; index: number }): Member {
  const name = `watcher-${index + 1}`
  const dataDir = join(directory, name)
  mkdirSync(dataDir, { recursive: true })
  const config = {
    name,
    dataDir,
    listen: { host: '127.0.0.1', port },
    peers: ports.filter((other) => other !== port).map((other) => `http://127.0.0.1:${other}`),
    roles: ['sync', 'attest', 'gossip', 'deliver', 'keep', 'api'],
    attester: { env: 'HANSE_ATTESTER_KEY' },
    deliverer: { env: 'HANSE_DELIVERER_KEY' },
    gossipMs: 500,
    chains: chains.map(({ chainId, rpcUrls, finality, deployment }) => ({ chainId, rpcUrls, finality, deployment })),
    ...settings,
  }
  const configPath = join(directory, `${name}.json`)
  writeFileSync(configPath, JSON.stringify(config, undefined, 2))
  const env = {
    HANSE_ATTESTER_KEY: devPrivateKey(accountIndex.attester + index),
    HANSE_DELIVERER_KEY: devPrivateKey(accountIndex.deliverer + index),
  }
  return { name, url: `http://127.0.0.1:${port}`, configPath, env, process: undefined }
}

async function start(
  member: Member,
  { onLine }: Pick<startWatchers.Parameters, 'onLine'>,
  extra: Record<string, string> = {},
): Promise<void> {
  const child = await startProcess({
    name: member.name,
    command: process.execPath,
    arguments: [fileURLToPath(import.meta.resolve('@hanse/watcher/main')), '--config', member.configPath],
    env: { ...member.env, ...extra },
    ipc: true,
    orphanGraceSeconds: 1,
    onLine: (line) => onLine?.(member.name, line),
  })
  member.process = child
  child.ended.then(() => {
    if (member.process === child) member.process = undefined
  })
  await child.firstLine({ select: (line) => line.includes('"listening"') || undefined, timeoutMs: 30_000 })
}

function groupOf(members: readonly Member[], parameters: startWatchers.Parameters): WatcherGroup {
  const find = (name: string): Member => {
    const member = members.find((candidate) => candidate.name === name)
    if (member === undefined) throw new WorldMemberUnknownError({ member: `watcher ${name}`, known: members.map((known) => known.name) })
    return member
  }
  return {
    list: () => members.map((member) => ({ name: member.name, url: member.url, pid: member.process?.pid })),
    async kill(name) {
      const { process: child } = find(name)
      child?.signal('SIGKILL')
      await child?.ended
    },
    async restart(name, { env = {} } = {}) {
      const member = find(name)
      if (member.process === undefined) await start(member, parameters, env)
    },
    stop: () => stopMembers(members),
  }
}

async function stopMembers(members: readonly Member[]): Promise<void> {
  await Promise.all(members.map((member) => member.process?.stop({ graceMs: 1_000 })))
}
