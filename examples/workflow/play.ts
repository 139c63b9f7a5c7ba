// Plays the workflow once on a running world: agents as processes, of which some are killed, while one chain stands still for a while.
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chainsOf, userAccount, type World } from '@hanse/devnet'
import { type Client, chainOf, clientOf as clientOn, createClient, task } from '@hanse/sdk'
import { taskEscrowAbi } from '@hanse/sdk/abis'
import { directoryStore } from '@hanse/sdk/node'
import { createEvaluator } from '@hanse/sdk/runtime'
import { type CompiledWorkflow, compileWorkflow, runWorkflow, type WorkflowStatus } from '@hanse/sdk/workflow'
import { getContractEvents } from 'viem/actions'
import type { AgentConfig } from './agent.ts'
import { isRight, stepsOn } from './steps.ts'

/** How it is played. */
export type PlayParameters = {
  readonly world: World
  /** Sets plays on one world apart. */
  readonly name: string
  /** The first of the users who take part: the requester, the evaluator, then the agents. */
  readonly firstUser: number
  readonly agents: number
  readonly folder: string
  /** Milliseconds that each text takes. */
  readonly paceMs: number
  /** Agents that are killed in the middle of their work. */
  readonly kills: number
  /** Seconds for which the last chain stands still in the middle of the work. 0: it does not. */
  readonly stopSeconds: number
  readonly print?: (line: string) => void
}

/** What came of it. */
export type Played = {
  readonly state: WorkflowStatus['state'] | undefined
  readonly makespanMs: number
  /** The longest chain of work: of handlers that came to an end, one after the other. */
  readonly longestWorkMs: number
  readonly killed: readonly number[]
  readonly stoppedChainId: number | undefined
  /** Receipts that say that a step was settled in full, by steps. */
  readonly receipts: number
  readonly steps: number
  /** Assignments that it took. */
  readonly assignments: number
  /** Events that agents told of, by how often. */
  readonly said: Readonly<Record<string, number>>
  /** What was published in the end. */
  readonly result: string
}

type Said = { readonly event: string; readonly user: number; readonly step?: string; readonly taskId?: string; readonly ms?: number }

/** Starts everybody, runs the workflow to its end, and looks at what is on the chains then. */
export async function play(parameters: PlayParameters): Promise<Played> {
  const { world, name, firstUser, print = () => {} } = parameters
  const directory = mkdtempSync(join(tmpdir(), 'hanse-workflow-'))
  const [requester, evaluator] = [userAccount(firstUser).address, userAccount(firstUser + 1).address]
  const clientOf = (user: number) =>
    createClient({ chains: chainsOf(world.info), account: userAccount(user), pollingIntervalMs: 150, timeoutMs: 2_000 })
  const content = directoryStore({ path: join(directory, 'content') })
  const cast = startCast(parameters, { directory, evaluator })
  const judging = createEvaluator({
    ...{ client: clientOf(firstUser + 1), content },
    judge: async ({ spec, body }) => {
      const shop = { client: clientOf(firstUser + 1), folder: parameters.folder, paceMs: 0, say: () => {} }
      return (await isRight({ spec, body, content }, shop)) ? 10_000 : 0
    },
  })
  try {
    void judging.start()
    await cast.ready
    const chainIds = world.info.chains.map(({ chainId }) => chainId)
    const client = clientOf(firstUser)
    const workflow = { name, requester, startAt: Math.floor(Date.now() / 1_000), steps: stepsOn(chainIds, evaluator) }
    const compiled = await compileWorkflow(client, { workflow, relaySeconds: 2 })
    let status: WorkflowStatus | undefined
    const began = performance.now()
    const ended = runWorkflow({
      ...{ client, workflow: compiled, content },
      onStatus: (next) => {
        const before = status
        status = next
        for (const { name: step, outcome } of next.steps) {
          const isNew = before?.steps.find((one) => one.name === step)?.outcome !== outcome
          if (isNew && outcome !== 'waiting') print(`${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  ${step} ${outcome}`)
        }
      },
      log: ({ level, event, fields }) => level === 'warn' && print(`        runner: ${event} ${JSON.stringify(fields).slice(0, 300)}`),
    }).start()
    const struck = strike(parameters, cast)
    await ended
    const makespanMs = Math.round(performance.now() - began)
    const { killed, stoppedChainId } = await struck
    return {
      ...{ state: status?.state, makespanMs, killed, stoppedChainId, steps: compiled.steps.length, said: cast.counts() },
      longestWorkMs: longestWork(compiled, cast.said),
      ...(await receiptsOf(clientOf(firstUser), compiled)),
      result: await resultOf(clientOf(firstUser), compiled, content),
    }
  } finally {
    await Promise.all([judging.stop(), cast.stop()])
    rmSync(directory, { recursive: true, force: true })
  }
}

type Cast = {
  /** Resolves when all are registered and listen. */
  readonly ready: Promise<void>
  readonly said: readonly Said[]
  readonly counts: () => Readonly<Record<string, number>>
  readonly kill: (user: number) => Promise<void>
  readonly stop: () => Promise<void>
}

function startCast(
  { world, firstUser, agents, folder, paceMs, print = () => {} }: PlayParameters,
  { directory, evaluator }: { readonly directory: string; readonly evaluator: AgentConfig['evaluator'] },
): Cast {
  const users = Array.from({ length: agents }, (_, index) => firstUser + 2 + index)
  const team = users.map((user) => userAccount(user).address)
  const said: Said[] = []
  const children = new Map<number, ChildProcess>()
  const ready = users.map((user) => {
    const config: AgentConfig = {
      ...{ world: world.info, user, team, evaluator, folder, paceMs },
      ...{ content: join(directory, 'content'), notes: join(directory, `${user}.sqlite`) },
    }
    const child = fork(join(import.meta.dirname, 'agent.ts'), [JSON.stringify(config)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    children.set(user, child)
    return new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => reject(new TypeError(`agent ${user} ended with exit code ${code}`)))
      child.on('message', (message: Said) => {
        said.push(message)
        if (['doubt', 'lapse', 'lost', 'work.failed', 'claim.refused'].includes(message.event))
          print(`          ${JSON.stringify(message).slice(0, 300)}`)
        if (message.event === 'registered') resolve()
      })
    })
  })
  const kill = async (user: number) => {
    const child = children.get(user)
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }
  const whole = Promise.all(ready).then(() => undefined)
  // Who dies later was ready once.
  for (const one of ready) one.catch(() => {})
  return {
    ready: whole,
    said,
    counts: () =>
      Object.fromEntries(
        [...new Set(said.map(({ event }) => event))].map((event) => [event, said.filter((one) => one.event === event).length]),
      ),
    kill,
    stop: async () => void (await Promise.all(users.map(kill))),
  }
}

type Struck = { readonly killed: readonly number[]; readonly stoppedChainId: number | undefined }

/** Kills agents in the middle of their work, and stops the last chain for a while when the first of them is dead. */
async function strike({ world, kills, stopSeconds, paceMs, print = () => {} }: PlayParameters, cast: Cast): Promise<Struck> {
  const killed: number[] = []
  // One that counts words, one that looks for links: different steps, and different agents.
  const victims = ['docs.words', 'docs.links']
  while (killed.length < kills) {
    const step = victims[killed.length % victims.length]
    const found = cast.said.find((one) => one.event === 'began' && one.step === step && !killed.includes(one.user))
    if (found === undefined) {
      await pause(20)
      continue
    }
    await pause(killed.length === 0 ? paceMs / 4 : 0)
    await cast.kill(found.user)
    killed.push(found.user)
    print(`          agent ${found.user} is killed`)
  }
  const last = world.info.chains.at(-1)?.chainId
  if (stopSeconds === 0 || last === undefined) return { killed, stoppedChainId: undefined }
  world.halt(last, true)
  print(`          chain ${last} stands still`)
  await pause(stopSeconds * 1_000)
  world.halt(last, false)
  print(`          chain ${last} goes on`)
  return { killed, stoppedChainId: last }
}

/** The longest way through the steps, each as long as its handler took that came to an end first. */
function longestWork({ steps }: CompiledWorkflow, said: readonly Said[]): number {
  const done = new Map<string, number>()
  for (const {
    name,
    step,
    task: { taskId },
  } of steps) {
    const own = said.find((one) => one.event === 'worked' && one.taskId === taskId)?.ms ?? 0
    done.set(name, own + Math.max(0, ...(step.after ?? []).map((other) => done.get(other) ?? 0)))
  }
  return Math.max(...done.values())
}

/** What the chains hold in the end: of each step a receipt that says that it was settled in full, and for which assignment. */
async function receiptsOf(client: Client, { steps }: CompiledWorkflow) {
  const found = steps.map(async ({ task: { chain: chainId, taskId } }) => {
    const { value: view } = await task.getTask(client, { chainId, taskId })
    const { taskEscrow: address, startBlock } = chainOf(client, chainId).deployment
    const range = { address, abi: taskEscrowAbi, eventName: 'TaskReceipt', args: { taskId }, fromBlock: BigInt(startBlock) } as const
    const receipts = (await getContractEvents(clientOn(client, chainId), { ...range, strict: true })).map(({ args }) =>
      task.receiptOf(args),
    )
    // Each assignment that ended without work left one, too.
    const last = receipts.filter(({ fencingToken }) => fencingToken === view.token)
    return { isGood: receipts.length === view.token && last.length === 1 && last[0]?.verdict === 10_000, assignments: view.token }
  })
  const all = await Promise.all(found)
  return { receipts: all.filter(({ isGood }) => isGood).length, assignments: all.reduce((sum, { assignments }) => sum + assignments, 0) }
}

async function resultOf(client: Client, { steps }: CompiledWorkflow, content: ReturnType<typeof directoryStore>) {
  const last = steps.find(({ name }) => name === 'publish')
  if (last === undefined) return ''
  const { value: hash } = await task.getDeliverable(client, { chainId: last.task.chain, taskId: last.task.taskId })
  return hash === undefined ? '' : String(JSON.parse(new TextDecoder().decode(await content.get(hash))))
}
