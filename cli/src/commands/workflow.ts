import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CompiledWorkflow, StepStatus, WorkflowAction, WorkflowStatus } from '@hanse/sdk/workflow'
import type { Address } from 'viem'
import { z } from 'zod'
import { defineAct, type Step, step } from '../act.ts'
import { type AnyCommand, type Context, defineCommand } from '../command.ts'
import { keptContent, readBytes } from '../content.ts'
import { OptionInvalidError, StepUselessError } from '../errors.ts'
import { defineLook, freshnessOf, freshnessSchema } from '../look.ts'
import { accountInput, accountOptions, type Network, networkInput, networkOptions, openNetwork } from '../network.ts'
import { listOf, table, toJson } from '../values.ts'

const fileArgument = { name: '<file>', summary: 'the workflow, as YAML: see docs/workflows.md' }
const fileInput = { file: z.string() }

/** The tasks of a file. Only a plan may leave its date open: all else has to come to the same tasks each time. */
async function compiledFrom(
  file: string,
  { client }: Network,
  { cwd, startAt }: { cwd: string; startAt?: number },
): Promise<CompiledWorkflow> {
  const { compileWorkflow, parseWorkflow } = await import('@hanse/sdk/workflow')
  const text = new TextDecoder().decode(readBytes(resolve(cwd, file)))
  return await compileWorkflow(client, { workflow: parseWorkflow(text, startAt === undefined ? {} : { startAt }) })
}

const amountsSchema = z.array(z.object({ token: z.string(), amount: z.string() }))
const amountsOf = (amounts: ReadonlyMap<Address, bigint>) => [...amounts].map(([token, amount]) => ({ token, amount: String(amount) }))

const taskSchema = z.object({
  name: z.string(),
  chainId: z.int(),
  taskId: z.string(),
  after: z.array(z.string()),
  capability: z.string(),
  reward: z.string(),
  token: z.string(),
  /** Absolute seconds. */
  openUntil: z.int(),
  latestEnd: z.int(),
})

const plan = defineLook({
  name: 'workflow plan',
  summary: 'Check a workflow, and say what it costs at most and when it is over at the latest',
  arguments: [fileArgument],
  input: fileInput,
  result: z.object({
    ...{ name: z.string(), requester: z.string(), startAt: z.int(), steps: z.array(taskSchema), cost: amountsSchema },
    ...{ compensationCost: amountsSchema, latestEnd: z.int(), latestCompensationEnd: z.int() },
  }),
  look: async ({ file }, network, { cwd }) => {
    const compiled = await compiledFrom(file, network, { cwd, startAt: Math.floor(Date.now() / 1_000) })
    const { workflow, cost, compensationCost, latestEnd, latestCompensationEnd } = compiled
    const steps = compiled.steps.map(({ name, step: { after = [], capability }, task: { chain, taskId, terms, latestEnd: end } }) => ({
      ...{ name, chainId: chain, taskId, after: [...after], capability, latestEnd: end },
      ...{ reward: String(terms.reward), token: terms.token, openUntil: terms.openUntil },
    }))
    return {
      ...{ name: workflow.name, requester: workflow.requester, startAt: workflow.startAt, steps, latestEnd, latestCompensationEnd },
      ...{ cost: amountsOf(cost), compensationCost: amountsOf(compensationCost) },
    }
  },
  render: ({ name, steps, cost, compensationCost, latestEnd, latestCompensationEnd }) =>
    [
      `${name}: ${steps.length} steps`,
      ...steps.map(
        (one) =>
          `  ${one.name} on chain ${one.chainId}, ${one.capability}${one.after.length === 0 ? '' : `, after ${one.after.join(', ')}`}`,
      ),
      ...cost.map(({ token, amount }) => `costs at most ${amount} base units of ${token}`),
      ...compensationCost.map(({ token, amount }) => `undoing it at most ${amount} base units of ${token}`),
      `over at the latest ${dateOf(latestEnd)}${latestCompensationEnd === latestEnd ? '' : `, undone ${dateOf(latestCompensationEnd)}`}`,
    ].join('\n'),
})

const dateOf = (seconds: number) => new Date(seconds * 1_000).toISOString()

/** What is due, as steps of a command. Bodies are kept where workers of this project find them. */
async function stepsOf(network: Network, compiled: CompiledWorkflow, actions: readonly WorkflowAction[]): Promise<readonly Step[]> {
  const { client } = network
  const { task } = await import('@hanse/sdk')
  const steps: Step[] = []
  for (const parameters of totals(actions)) {
    const effect = `let the escrow take ${parameters.amount} base units of ${parameters.token}`
    steps.push(step(client, { verb: task.approve, parameters, effect }))
  }
  for (const { kind, name, isCompensation, task: one } of actions) {
    const { chain: chainId, terms, prerequisites } = one
    const what = isCompensation ? `what undoes ${name}` : name
    const body = compiled.bodies.get(terms.specHash)
    if (kind === 'open' && body !== undefined) await keptContent(body, network.directory)
    if (kind === 'open') steps.push(step(client, { verb: task.open, parameters: { chainId, terms }, effect: `post ${what}` }))
    else if (kind === 'confirm')
      steps.push(
        step(client, {
          verb: task.confirmPrerequisites,
          parameters: { chainId, terms, prerequisites },
          effect: `show that ${what} may begin`,
        }),
      )
    else if (kind === 'cancel') steps.push(step(client, { verb: task.cancel, parameters: { chainId, terms }, effect: `take ${what} back` }))
    else steps.push(step(client, { verb: task.expire, parameters: { chainId, terms }, effect: `end ${what}, which nobody took` }))
  }
  return steps
}

type Total = { readonly chainId: number; readonly token: Address; readonly amount: bigint }

/** What all that is to be posted costs together, by chain and coin. The native coin goes along by itself. */
function totals(actions: readonly WorkflowAction[]): readonly Total[] {
  const sums = new Map<string, Total>()
  for (const { kind, task: one } of actions) {
    const { token, reward, evaluatorFee, triggerReward } = one.terms
    if (kind !== 'open' || BigInt(token) === 0n) continue
    const place = `${one.chain} ${token}`
    const amount = (sums.get(place)?.amount ?? 0n) + reward + evaluatorFee + triggerReward
    sums.set(place, { chainId: one.chain, token, amount })
  }
  return [...sums.values()]
}

const post = defineAct({
  name: 'workflow post',
  summary: 'Post the steps of a workflow that are due now; hanse workflow resume does all of it',
  arguments: [fileArgument],
  input: fileInput,
  act: async ({ file }, network, { cwd }) => {
    const { getWorkflow } = await import('@hanse/sdk/workflow')
    const compiled = await compiledFrom(file, network, { cwd })
    const { actions, state } = await getWorkflow(network.client, compiled)
    if (actions.length === 0)
      throw new StepUselessError({
        subject: `The workflow ${compiled.workflow.name}`,
        fact: `is ${state}, and nothing is due`,
        next: `hanse workflow why ${file}`,
      })
    return { steps: await stepsOf(network, compiled, actions), next: () => [`hanse workflow resume ${file}`] }
  },
})

const cancel = defineAct({
  name: 'workflow cancel',
  summary: 'Take back steps that nobody has claimed, and mark them in the file; work that has begun goes on',
  arguments: [fileArgument],
  options: [{ flags: '--steps <names>', summary: 'which, with commas between' }],
  input: { ...fileInput, steps: listOf(z.string()) },
  act: async ({ file, steps: names }, network, { cwd }) => {
    const { cancelSteps, getWorkflow } = await import('@hanse/sdk/workflow')
    const before = await compiledFrom(file, network, { cwd })
    const compiled = await cancelSteps(network.client, { compiled: before, names })
    const { actions } = await getWorkflow(network.client, compiled)
    const due = actions.filter(({ kind, name }) => kind === 'cancel' && names.includes(name))
    return {
      steps: await stepsOf(network, compiled, due),
      // From here on every look at the file knows that they are not wanted.
      settle: () => markCancelled(resolve(cwd, file), names),
      next: () => [`hanse workflow follow ${file}`],
    }
  },
})

async function markCancelled(file: string, names: readonly string[]): Promise<void> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(new TextDecoder().decode(readBytes(file)))
  for (const name of names) document.setIn(['steps', name, 'isCancelled'], true)
  writeFileSync(file, document.toString({ lineWidth: 0 }))
}

const statusSchema = z.object({
  name: z.string(),
  state: z.enum(['running', 'succeeded', 'failing', 'compensating', 'failed']),
  steps: z.array(
    z.object({ name: z.string(), outcome: z.string(), isFinal: z.boolean(), because: z.string(), chainId: z.int(), taskId: z.string() }),
  ),
  fatal: z.array(z.string()),
  compensations: z.array(z.object({ name: z.string(), outcome: z.string(), because: z.string() })),
})

function statusOf(compiled: CompiledWorkflow, { state, steps, fatal, compensations }: WorkflowStatus): z.input<typeof statusSchema> {
  const taskOf = ({ name }: StepStatus) => compiled.steps.find((one) => one.name === name)?.task
  return {
    ...{ name: compiled.workflow.name, state, fatal: [...fatal] },
    steps: steps.map((one) => ({ ...one, chainId: taskOf(one)?.chain ?? 0, taskId: taskOf(one)?.taskId ?? '' })),
    compensations: compensations.map(({ name, outcome, because }) => ({ name, outcome, because })),
  }
}

const renderStatus = ({ name, state, steps, compensations }: z.output<typeof statusSchema>) =>
  [
    `${name}: ${state}`,
    ...steps.map((one) => `  ${one.outcome.padEnd(9)}  ${one.name}: ${one.because}`),
    ...compensations.map((one) => `  ${one.outcome.padEnd(9)}  undoes ${one.name}: ${one.because}`),
  ].join('\n')

const exitCodeOf = ({ state }: z.output<typeof statusSchema>) => (state === 'succeeded' || state === 'running' ? 0 : 3)

/** Says each change of a step once. */
function teller({ progress }: Pick<Context, 'progress'>) {
  const said = new Map<string, string>()
  return ({ steps, compensations }: WorkflowStatus) => {
    for (const { name, outcome, because } of [...steps, ...compensations.map((one) => ({ ...one, name: `undoing ${one.name}` }))]) {
      if (said.get(name) === outcome) continue
      said.set(name, outcome)
      if (outcome !== 'waiting') progress.note(`${name} ${outcome}: ${because}`)
    }
  }
}

const followInput = z.object({ ...fileInput, ...networkInput, ...accountInput, yes: z.boolean() })

/** Looks until it is over or interrupted; one that runs it does what is due, too. */
const following = (name: string, summary: string, runs: boolean) =>
  defineCommand({
    ...{ name, summary, arguments: [fileArgument], result: statusSchema, stopsItself: true, input: followInput },
    options: [
      ...networkOptions,
      ...accountOptions,
      { flags: '--yes', summary: runs ? 'do not ask before sending; a devnet never asks' : 'nothing: it sends nothing', default: false },
    ],
    run: async ({ file, network: wanted, as, yes }, context) => {
      const { cwd, env, signal } = context
      const network = await openNetwork({ command: name, cwd, env, network: wanted, as, signs: runs })
      const compiled = await compiledFrom(file, network, { cwd })
      const { getWorkflow } = await import('@hanse/sdk/workflow')
      let last = await getWorkflow(network.client, compiled)
      const isAgreed =
        !runs || network.kind === 'devnet' || (await context.confirm('Send what is due until it is over?', { yes, flag: '--yes' }))
      const tell = teller(context)
      const onStatus = (status: WorkflowStatus) => {
        last = status
        tell(status)
      }
      if (isAgreed) await (runs ? running : watching)({ network, compiled, signal, onStatus })
      return statusOf(compiled, last)
    },
    render: renderStatus,
    exitCode: exitCodeOf,
  })

type Following = {
  readonly network: Network
  readonly compiled: CompiledWorkflow
  readonly signal: AbortSignal
  readonly onStatus: (status: WorkflowStatus) => void
}

async function running({ network, compiled, signal, onStatus }: Following): Promise<void> {
  const { runWorkflow } = await import('@hanse/sdk/workflow')
  requireRequester(network, compiled)
  const loop = runWorkflow({ client: network.client, workflow: compiled, content: await contentIn(network.directory), onStatus })
  signal.addEventListener('abort', () => void loop.stop(), { once: true })
  await loop.start()
}

async function watching({ network, compiled, signal, onStatus }: Following): Promise<void> {
  const [{ getWorkflow }, { setTimeout: pause }] = await Promise.all([import('@hanse/sdk/workflow'), import('node:timers/promises')])
  for (;;) {
    const status = await getWorkflow(network.client, compiled)
    onStatus(status)
    if (status.state === 'succeeded' || status.state === 'failed' || signal.aborted) return
    await pause(network.client.pollingIntervalMs, undefined, { signal }).catch(() => {})
  }
}

function requireRequester({ client }: Network, { workflow: { requester, name } }: CompiledWorkflow): void {
  const account = client.account?.address
  if (account?.toLowerCase() === requester.toLowerCase()) return
  const problem = `${name} is that of ${requester}, and only it can run it; this is ${account}`
  throw new OptionInvalidError({ command: 'workflow resume', problems: [{ option: '--as', problem }] })
}

async function contentIn(directory: string) {
  const { directoryStore } = await import('@hanse/sdk/node')
  return directoryStore({ path: resolve(directory, '.hanse', 'content') })
}

const why = defineLook({
  name: 'workflow why',
  summary: 'Say why a workflow stands where it stands, and who has to act',
  details: 'All codes: docs/why.md',
  arguments: [fileArgument],
  input: fileInput,
  result: z.object({
    ...{ code: z.string(), owner: z.object({ kind: z.string(), account: z.string().optional(), chainId: z.int().optional() }) },
    ...{
      nextAction: z.string(),
      deadline: z.int().optional(),
      evidence: z.record(z.string(), z.string()),
      freshness: z.array(freshnessSchema),
    },
  }),
  look: async ({ file }, network, { cwd }) => {
    const { whyWorkflow } = await import('@hanse/sdk/workflow')
    const answer = await whyWorkflow(network.client, await compiledFrom(file, network, { cwd }))
    const { code, owner, nextAction, deadline, evidence, freshness } = answer
    return { code, owner, nextAction, deadline, evidence: { ...evidence }, freshness: freshness.map(freshnessOf) }
  },
  render: ({ code, owner, nextAction, deadline, evidence }) =>
    [
      code,
      `  who acts  ${[owner.kind, owner.account, owner.chainId && `on chain ${owner.chainId}`].filter(Boolean).join(' ')}`,
      `  what      ${nextAction}`,
      ...(deadline === undefined ? [] : [`  until     ${dateOf(deadline)}`]),
      table(toJson(evidence), '    '),
    ].join('\n'),
})

/** The verbs of workflows. */
export const commands: Readonly<Record<string, AnyCommand>> = {
  ...{ plan, post, cancel, why },
  follow: following('workflow follow', 'Watch a workflow to its end; sends nothing', false),
  resume: following('workflow resume', 'Do what is due until the workflow is over; may be stopped and started anywhere', true),
}
