// What all parts of the bench of agents share: processes to kill, tasks to post, an evaluator, and what is on the chains in the end.
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainsOf, userAccount, type World } from '@hanse/devnet'
import { type Client, createClient, task } from '@hanse/sdk'
import type { ContentStore } from '@hanse/sdk/content'
import { directoryStore } from '@hanse/sdk/node'
import { createEvaluator } from '@hanse/sdk/runtime'
import { type Hex, parseEther } from 'viem'
import type { WorkerConfig, WorkerSaid } from './worker.ts'

/** A task that was posted. */
export type Posted = { readonly chainId: number; readonly taskId: Hex; readonly terms: task.Terms }

/** A place for one part of the bench: the first user posts, the second judges, the others work. */
export type Stage = {
  readonly client: Client
  readonly directory: string
  readonly said: readonly WorkerSaid[]
  readonly post: (count: number, chainIds: readonly number[], changes?: Partial<task.CreateTermsParameters>) => Promise<readonly Posted[]>
  /** Starts a process with agents, once all of them are there. */
  readonly start: (users: readonly number[], changes: Partial<WorkerConfig> & Pick<WorkerConfig, 'team'>) => Promise<Running>
  /** Finished works, by task. */
  readonly done: () => ReadonlyMap<string, number>
  readonly stop: () => Promise<void>
}

export type Running = { readonly users: readonly number[]; readonly kill: () => Promise<void> }

/** Milliseconds between two looks. */
const pollMs = 150

/** Sets a stage on a world. `first` is the first of its users. */
export function setStage(world: World, { first, name }: { readonly first: number; readonly name: string }): Stage {
  const directory = mkdtempSync(join(tmpdir(), `hanse-bench-${name}-`))
  mkdirSync(join(directory, 'notes'))
  const content = directoryStore({ path: join(directory, 'content') })
  const clientOf = (user: number) => createClient({ chains: chainsOf(world.info), account: userAccount(user), pollingIntervalMs: pollMs })
  const [client, judging] = [clientOf(first), createEvaluator({ client: clientOf(first + 1), content, judge: () => 10_000 })]
  void judging.start()
  const children = new Set<ChildProcess>()
  const said: WorkerSaid[] = []
  const doneFile = join(directory, 'done')
  /** Agents that are registered: who starts again says so no more. */
  const known = new Set<number>()
  let posted = 0
  const kill = (child: ChildProcess) =>
    new Promise<void>((resolve) => {
      children.delete(child)
      if (child.exitCode !== null || child.signalCode !== null) return resolve()
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  return {
    ...{ client, directory, said },
    post: (count, chainIds, changes = {}) => {
      const places = Array.from({ length: count }, () => chainIds[posted++ % chainIds.length] ?? 0)
      return Promise.all(places.map((chainId) => postOne(client, { chainId, first, content, changes })))
    },
    async start(users, changes) {
      const config: WorkerConfig = {
        ...{ world: world.info, users, content: join(directory, 'content'), notes: join(directory, 'notes'), doneFile },
        ...{ workMs: 0, concurrency: 1, pollMs, isWatched: false, ...changes },
      }
      const child = fork(join(import.meta.dirname, 'worker.ts'), [JSON.stringify(config)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      children.add(child)
      const ready = config.isWatched && !users.every((user) => known.has(user)) ? 'registered' : 'started'
      for (const user of users) known.add(user)
      const missing = new Set(users)
      await new Promise<void>((resolve, reject) => {
        child.once('exit', (code) => reject(new TypeError(`a process of agents ended with exit code ${code}`)))
        child.on('message', (message: WorkerSaid) => {
          said.push(message)
          if (message.event === ready) missing.delete(message.user)
          if (missing.size === 0) resolve()
        })
      })
      return { users, kill: () => kill(child) }
    },
    done() {
      const lines = existsSync(doneFile) ? readFileSync(doneFile, 'utf8').trim().split('\n') : []
      const found = new Map<string, number>()
      for (const [key = ''] of lines.map((line) => line.split(' '))) if (key !== '') found.set(key, (found.get(key) ?? 0) + 1)
      return found
    },
    async stop() {
      await Promise.all([judging.stop(), ...[...children].map(kill)])
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

type PostOne = {
  readonly chainId: number
  readonly first: number
  readonly content: ContentStore
  readonly changes: Partial<task.CreateTermsParameters>
}

async function postOne(client: Client, { chainId, first, content, changes }: PostOne): Promise<Posted> {
  const terms = task.createTerms({
    ...{ homeChainId: chainId, requester: userAccount(first).address, evaluator: userAccount(first + 1).address },
    specHash: await content.put(task.encodeSpec({ capability: 'bench.work', input: null })),
    ...{ reward: parseEther('0.01'), workerBond: parseEther('0.01'), openUntil: Math.floor(Date.now() / 1_000) + 3_600 },
    ...{ workWindow: 1_800, reviewWindow: 1_800, ...changes },
  })
  const { event } = await task.open.sync(client, { chainId, terms })
  return { chainId, taskId: event.taskId, terms }
}

/** Looks until there is something. */
export async function until<result>(
  what: string,
  look: () => Promise<result | undefined | false> | result | undefined | false,
  limitMs: number,
): Promise<result> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new TypeError(`waited ${limitMs} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** Waits until all tasks are settled. Gives their assignments in all. */
export async function settled(client: Client, posted: readonly Posted[], limitMs: number): Promise<number> {
  const left = new Map(posted.map((one) => [one.taskId, one]))
  let assignments = 0
  await until(
    `${posted.length} tasks settled`,
    async () => {
      // A few at a time: who measures must not be the load.
      for (const { chainId, taskId } of [...left.values()].slice(0, 20)) {
        const { value: view } = await task.getTask(client, { chainId, taskId })
        if (view.state !== 'Settled') break
        assignments += view.token
        left.delete(taskId)
      }
      return left.size === 0
    },
    limitMs,
  )
  return assignments
}
