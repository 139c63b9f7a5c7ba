import type { task } from '@hanse/sdk'
import type { Hex } from 'viem'
import { z } from 'zod'
import { defineAct, type Step, step } from '../../act.ts'
import { contentInput, contentOptions, keepContent } from '../../content.ts'
import { StepUselessError } from '../../errors.ts'
import { chainIdOf, type Network, nameOf } from '../../network.ts'
import { count, hex, id, percent } from '../../values.ts'
import { findTask, inCoins } from './find.ts'

const taskArgument = { name: '<task>', summary: 'id of the task' }
const depositOption = { flags: '--deposit', summary: 'put the bond in first, on the home chain', default: false }
const waitOption = { flags: '--wait', summary: 'from another chain: wait until home has answered', default: false }
const chainOption = { flags: '--chain <chain>', summary: 'where you act; default the home of the task' }

/** Claims a task. */
export const claim = defineAct({
  name: 'task claim',
  summary: 'Take an open task, from its own chain or from another one',
  details: 'Example: hanse task claim 0x... --chain 1002 --deposit --wait --as 1',
  arguments: [taskArgument],
  options: [chainOption, depositOption, waitOption],
  input: { task: id, chain: z.string().optional(), deposit: z.boolean(), wait: z.boolean() },
  act: async ({ task: taskId, chain, deposit, wait }, network) => {
    const { task } = await import('@hanse/sdk')
    const { chainId: home, terms } = await findTask(network, taskId)
    const chainId = chain === undefined ? home : chainIdOf(network, chain)
    const sponsor = signerOf(network)
    const place = { chainId, homeChainId: home, taskId, terms }
    const claiming = step(network.client, {
      verb: task.claim,
      parameters: { chainId, homeChainId: home, terms, sponsor },
      effect: chainId === home ? `take task ${taskId}` : `ask ${nameOf(network, home)} for task ${taskId}`,
    })
    return {
      steps: [...(deposit ? await bondSteps(network, place) : []), claiming],
      ...(wait && chainId !== home ? { settle: (events) => answered(network, { chainId, request: events.at(-1) }) } : {}),
      next: () => nextAfterClaim(network, { ...place, wait }),
    }
  },
})

/** Bids in an auction. */
export const bid = defineAct({
  name: 'task bid',
  summary: 'Bid for a task that goes to whoever asks for least',
  arguments: [taskArgument],
  options: [{ flags: '--share <percent>', summary: 'the part of the reward that you ask for' }, depositOption],
  input: { task: id, share: percent, deposit: z.boolean() },
  act: async ({ task: taskId, share, deposit }, network) => {
    const { task } = await import('@hanse/sdk')
    const { chainId, terms, task: now } = await findTask(network, taskId)
    const worker = signerOf(network)
    const offer = { worker, sponsor: worker, token: now.token + 1, expiry: terms.openUntil, share }
    const bidding = step(network.client, {
      verb: task.propose,
      parameters: { chainId, terms, bid: offer },
      effect: `bid ${share / 100} % of the reward for task ${taskId}`,
    })
    const bond = deposit ? await bondSteps(network, { chainId, homeChainId: chainId, taskId, terms }) : []
    return { steps: [...bond, bidding], next: () => [`hanse why ${taskId}   # says until when better bids count`] }
  },
})

/** Accepts an offer. */
export const hire = defineAct({
  name: 'task hire',
  summary: 'Accept the offer of a requester: hanse task open hire prints this command',
  arguments: [taskArgument],
  options: [
    { flags: '--signature <hex>', summary: 'of the requester over the offer' },
    { flags: '--expiry <seconds>', summary: 'until when it counts' },
    depositOption,
  ],
  input: { task: id, signature: hex, expiry: count, deposit: z.boolean() },
  act: async ({ task: taskId, signature, expiry, deposit }, network) => {
    const { task } = await import('@hanse/sdk')
    const { chainId, terms, task: now } = await findTask(network, taskId)
    const worker = signerOf(network)
    const offer = { worker, sponsor: worker, token: now.token + 1, expiry }
    const place = { chainId, homeChainId: chainId, taskId, terms }
    const hiring = step(network.client, {
      verb: task.hire,
      parameters: { chainId, terms, offer, signature },
      effect: `take task ${taskId}`,
    })
    return { steps: [...(deposit ? await bondSteps(network, place) : []), hiring], next: () => [submitLine(taskId)] }
  },
})

/** Hands work in. */
export const submit = defineAct({
  name: 'task submit',
  summary: 'Hand in your work',
  details:
    'The work is kept in .hanse/content; its hash goes on chain. Example: hanse task submit 0x... --text "Hello." --chain 1002 --wait --as 1',
  arguments: [taskArgument],
  options: [...contentOptions('the work'), chainOption, waitOption],
  input: { task: id, ...contentInput, chain: z.string().optional(), wait: z.boolean() },
  act: async ({ task: taskId, chain, wait, ...content }, network, { cwd }) => {
    const { task } = await import('@hanse/sdk')
    const { chainId: home, task: now } = await findTask(network, taskId)
    const chainId = chain === undefined ? (now.worker?.chainId ?? home) : chainIdOf(network, chain)
    const deliverable = await keepContent(content, { directory: network.directory, cwd })
    const submitting = step(network.client, {
      verb: task.submit,
      parameters: { chainId, homeChainId: home, taskId, token: now.token, deliverable },
      effect: `hand in ${deliverable} for task ${taskId}`,
    })
    return {
      steps: [submitting],
      ...(wait && chainId !== home ? { settle: (events) => answered(network, { chainId, request: events.at(-1) }) } : {}),
      next: () => [`hanse task approve ${taskId}   # as its evaluator`, `hanse why ${taskId}`],
    }
  },
})

type Place = { readonly chainId: number; readonly homeChainId: number; readonly taskId: Hex; readonly terms: task.Terms }

/** The bond that the terms want, where the worker's deposit at home does not cover it yet. */
async function bondSteps(network: Network, { chainId, homeChainId, terms }: Place): Promise<readonly Step[]> {
  const [{ task }, { zeroAddress }] = await Promise.all([import('@hanse/sdk'), import('viem')])
  const { client } = network
  const sponsor = signerOf(network)
  const actor = { chainId, account: sponsor }
  const { token } = terms
  const { value: there } = await task.getDeposit(client, { chainId: homeChainId, sponsor, actor, token })
  const lacking = terms.workerBond - there
  if (lacking <= 0n) return []
  const coins = await inCoins(network, { chainId: homeChainId, token, amount: lacking })
  const place = { chainId: homeChainId, token, amount: lacking }
  const deposit = step(client, { verb: task.deposit, parameters: { ...place, actor }, effect: `put in ${coins} behind your claims` })
  if (token === zeroAddress) return [deposit]
  return [step(client, { verb: task.approve, parameters: place, effect: `let the escrow take ${coins}` }), deposit]
}

/** Waits until home has answered a request, and says what it said. */
async function answered(network: Network, { chainId, request }: { chainId: number; request: unknown }): Promise<void> {
  const { gateway, task } = await import('@hanse/sdk')
  const { sendId, taskId } = z.object({ sendId: id, taskId: id }).parse(request)
  await gateway.waitForDelivery(network.client, { chainId, sendId, until: 'delivered' })
  const { chainId: home, task: now } = await findTask(network, taskId)
  const me = signerOf(network)
  const isMine = now.worker?.account.toLowerCase() === me.toLowerCase() && now.worker.chainId === chainId
  if (isMine && ['Assigned', 'Submitted'].includes(now.state)) return
  const { value: posted } = await task.getTask(network.client, { chainId: home, taskId })
  throw new StepUselessError({
    subject: `${nameOf(network, home)} refused`,
    fact: `and task ${taskId} is ${posted.state}`,
    next: `Why: hanse why ${taskId}, hanse message why ${sendId}`,
  })
}

function nextAfterClaim(network: Network, { chainId, homeChainId, taskId, wait }: Place & { wait: boolean }): readonly string[] {
  const isAsked = chainId !== homeChainId && !wait
  return [...(isAsked ? [`hanse why ${taskId}   # until ${nameOf(network, homeChainId)} has answered`] : []), submitLine(taskId)]
}

const submitLine = (taskId: Hex) => `hanse task submit ${taskId} --text "..." --wait   # as the worker`

function signerOf({ client }: Network): Hex {
  return client.account?.address ?? '0x0000000000000000000000000000000000000000'
}
