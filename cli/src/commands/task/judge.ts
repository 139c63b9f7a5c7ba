import type { task, Write, WriteParameters } from '@hanse/sdk'
import type { Hex } from 'viem'
import { z } from 'zod'
import { type ActSpec, defineAct, type Step, step } from '../../act.ts'
import type { AnyCommand } from '../../command.ts'
import type { Network } from '../../network.ts'
import { address, id, listOf, percent } from '../../values.ts'
import { findTask, inCoins, workOf } from './find.ts'

type Sdk = typeof task
type Options = ActSpec<z.ZodRawShape>['options']

const taskArgument = { name: '<task>', summary: 'id of the task' }
const shareOption = [{ flags: '--share <percent>', summary: 'the part of the price that the worker gets' }] as const

/** A verb that takes the terms of a task alone. */
type OnTerms = {
  readonly summary: string
  readonly effect: string
  readonly verb: (sdk: Sdk) => Write<WriteParameters & { readonly terms: task.Terms }, unknown>
}

/** A verb over the work that stands for review. */
type OnWork = {
  readonly summary: string
  readonly effect: string
  readonly verb: (sdk: Sdk) => Write<WriteParameters & { readonly terms: task.Terms; readonly work: task.Work }, unknown>
}

/** A verb that says what work is worth. */
type Verdict = {
  readonly summary: string
  readonly effect: string
  /** Where it is not the user who says how much. */
  readonly share?: number
  readonly verb: (
    sdk: Sdk,
  ) => Write<WriteParameters & { readonly terms: task.Terms; readonly work: task.Work; readonly verdict: number }, unknown>
}

const onTerms: Readonly<Record<string, OnTerms>> = {
  award: {
    summary: 'Give an auctioned task to the standing bid, once better bids no longer count',
    effect: 'award',
    verb: ({ award }) => award,
  },
  cancel: { summary: 'Take back a task of yours that nobody has taken', effect: 'cancel', verb: ({ cancel }) => cancel },
  expire: { summary: 'End a task that nobody took in time; anyone may', effect: 'expire', verb: ({ expire }) => expire },
  'give-up': {
    summary: 'Give a task back before you delivered, at half of what a lapse costs',
    effect: 'give up',
    verb: ({ giveUp }) => giveUp,
  },
  lapse: { summary: 'End the assignment of a worker that let its deadline pass; anyone may', effect: 'lapse', verb: ({ lapse }) => lapse },
  suspect: {
    summary: 'Doubt that the worker of a task is alive, for a bond',
    effect: 'doubt the worker of',
    verb: ({ suspect }) => suspect,
  },
}

const onWork: Readonly<Record<string, OnWork>> = {
  counter: {
    summary: 'Dispute a lesser verdict on your work, before the arbitrator',
    effect: 'counter the verdict on',
    verb: ({ counter }) => counter,
  },
  resolve: { summary: 'End a dispute in which somebody was silent; anyone may', effect: 'resolve', verb: ({ resolve }) => resolve },
  revise: { summary: 'Ask the worker for a revision', effect: 'ask for a revision of', verb: ({ revise }) => revise },
  settle: { summary: 'End a review in which the evaluator was silent; anyone may', effect: 'settle', verb: ({ settle }) => settle },
}

const verdicts: Readonly<Record<string, Verdict>> = {
  approve: {
    summary: 'Find the work good, as its evaluator, and pay the worker',
    effect: 'approve',
    share: 10_000,
    verb: ({ decide }) => decide,
  },
  reject: { summary: 'Find the work worth nothing, as its evaluator', effect: 'reject', share: 0, verb: ({ decide }) => decide },
  decide: { summary: 'Say what the work is worth, as its evaluator', effect: 'decide', verb: ({ decide }) => decide },
  contest: { summary: 'Propose a lesser verdict, as the requester', effect: 'contest', verb: ({ contest }) => contest },
  rule: { summary: 'Decide a dispute, as the arbitrator', effect: 'rule on', verb: ({ rule }) => rule },
}

/** What to do once a verb is through. */
const after = (taskId: string) => [`hanse task show ${taskId}`]

function judging([name, { summary, effect, share, verb }]: readonly [string, Verdict]): readonly [string, AnyCommand] {
  const options: Options = share === undefined ? shareOption : []
  const command = defineAct({
    ...{ name: `task ${name}`, summary, options },
    arguments: [taskArgument],
    input: { task: id, share: share === undefined ? percent : percent.optional() },
    act: async ({ task: taskId, share: asked }, network) => {
      const { task } = await import('@hanse/sdk')
      const found = await findTask(network, taskId)
      const { chainId, terms } = found
      const verdict = share ?? asked ?? 0
      const parameters = { chainId, terms, work: await workOf(network, { taskId, found }), verdict }
      return {
        steps: [
          step(network.client, { verb: verb(task), parameters, effect: `${effect} task ${taskId}: ${verdict / 100} % of the price` }),
        ],
        next: () => after(taskId),
      }
    },
  })
  return [name, command]
}

/** Where a task stands and what it promises, when the user names its id. */
type Named = { readonly taskId: Hex; readonly found: task.FoundTask; readonly network: Network }

/** A command that takes one step on the task whose id it is given. */
function oneStep(name: string, summary: string, stepOf: (sdk: Sdk, named: Named) => Promise<Step>): AnyCommand {
  return defineAct({
    ...{ name: `task ${name}`, summary },
    arguments: [taskArgument],
    input: { task: id },
    act: async ({ task: taskId }, network) => {
      const { task } = await import('@hanse/sdk')
      const found = await findTask(network, taskId)
      return { steps: [await stepOf(task, { taskId, found, network })], next: () => after(taskId) }
    },
  })
}

function working([name, { summary, effect, verb }]: readonly [string, OnWork]): readonly [string, AnyCommand] {
  const command = oneStep(name, summary, async (sdk, { taskId, found, network }) => {
    const { chainId, terms } = found
    const parameters = { chainId, terms, work: await workOf(network, { taskId, found }) }
    return step(network.client, { verb: verb(sdk), parameters, effect: `${effect} task ${taskId}` })
  })
  return [name, command]
}

function stepping([name, { summary, effect, verb }]: readonly [string, OnTerms]): readonly [string, AnyCommand] {
  const command = oneStep(name, summary, async (sdk, { taskId, found: { chainId, terms }, network }) =>
    step(network.client, { verb: verb(sdk), parameters: { chainId, terms }, effect: `${effect} task ${taskId}` }),
  )
  return [name, command]
}

const alive = oneStep('alive', 'Answer somebody who doubts that you work on a task', async (sdk, { taskId, found: { chainId }, network }) =>
  step(network.client, { verb: sdk.alive, parameters: { chainId, taskId }, effect: `say that you work on task ${taskId}` }),
)

const panel = defineAct({
  name: 'task panel',
  summary: 'Make a panel of judges, for hanse task open quorum',
  options: [
    { flags: '--judges <addresses>', summary: 'with commas between' },
    { flags: '--quorum <n>', summary: 'how many of them give a verdict' },
    { flags: '--chain <chain>', summary: 'the home of its tasks' },
  ],
  input: { judges: listOf(address), quorum: z.coerce.number().int().positive(), chain: z.string().optional() },
  act: async ({ judges, quorum, chain }, network) => {
    const [{ task }, { chainIdOf }] = await Promise.all([import('@hanse/sdk'), import('../../network.ts')])
    const parameters = { chainId: chainIdOf(network, chain), judges, quorum }
    const next = (events: readonly unknown[]) => {
      const made = z.object({ panel: z.string() }).safeParse(events[0])
      return made.success ? [`hanse task open quorum --panel ${made.data.panel} --text "..."`] : []
    }
    return {
      steps: [step(network.client, { verb: task.createPanel, parameters, effect: `make a panel, ${quorum} of ${judges.length}` })],
      next,
    }
  },
})

const withdraw = defineAct({
  name: 'task withdraw',
  summary: 'Take what an escrow owes you because a payment to you failed',
  options: [
    { flags: '--chain <chain>', summary: 'the chain of the escrow' },
    { flags: '--token <address>', summary: 'of the coin; default the native coin' },
    { flags: '--to <address>', summary: 'where it goes; default to you' },
  ],
  input: { chain: z.string().optional(), token: address.optional(), to: address.optional() },
  act: async ({ chain, token, to }, network) => {
    const [{ task }, { chainIdOf }, { zeroAddress }] = await Promise.all([import('@hanse/sdk'), import('../../network.ts'), import('viem')])
    const chainId = chainIdOf(network, chain)
    const account = accountOf(network)
    const coin = { chainId, token: token ?? zeroAddress }
    const { value: amount } = await task.getCredit(network.client, { ...coin, account })
    const parameters = { ...coin, to: to ?? account }
    const effect = `take ${await inCoins(network, { ...coin, amount })} of credit`
    return { steps: [step(network.client, { verb: task.withdraw, parameters, effect })] }
  },
})

const accountOf = ({ client }: Network) => client.account?.address ?? '0x0000000000000000000000000000000000000000'

/** What happens to a task besides being opened, claimed and delivered. */
export const judgements: Readonly<Record<string, AnyCommand>> = {
  ...Object.fromEntries(Object.entries(verdicts).map(judging)),
  ...Object.fromEntries(Object.entries(onWork).map(working)),
  ...Object.fromEntries(Object.entries(onTerms).map(stepping)),
  ...{ alive, panel, withdraw },
}
