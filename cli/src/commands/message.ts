import type { gateway } from '@hanse/sdk'
import type { Hex } from 'viem'
import { z } from 'zod'
import { defineAct, type Step, step } from '../act.ts'
import type { AnyCommand } from '../command.ts'
import { IdUnknownError, StepUselessError } from '../errors.ts'
import { defineLook } from '../look.ts'
import { chainIdOf, type Network, nameOf } from '../network.ts'
import { duration, id, table, toJson } from '../values.ts'
import { whyOf } from './why.ts'

const messageArgument = { name: '<message>', summary: 'id of the message: the sendId of what sent it' }

/** A message by its id, on whichever chain sent it. */
async function findMessage({ client, chains }: Network, sendId: Hex): Promise<gateway.LaneMessage> {
  const { gateway } = await import('@hanse/sdk')
  const looks = await Promise.allSettled(chains.map(({ chainId }) => gateway.getMessage(client, { chainId, sendId })))
  const found = looks.find((look) => look.status === 'fulfilled' && look.value.value !== undefined)
  if (found?.status === 'fulfilled' && found.value.value !== undefined) return found.value.value
  const failed = looks.find((look) => look.status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  throw new IdUnknownError({ what: 'message', id: sendId, known: chains.map(({ name }) => name) })
}

const show = defineLook({
  name: 'message show',
  summary: 'Show a message: from where to where, what it says, how far it is',
  arguments: [messageArgument],
  input: { message: id },
  result: z.object({ sendId: z.string(), status: z.string(), message: z.record(z.string(), z.json()) }),
  look: async ({ message: sendId }, network) => {
    const { gateway } = await import('@hanse/sdk')
    const message = await findMessage(network, sendId)
    const { lane, nonce } = message
    const to = Number(lane.destinationChainId)
    const plain = z.record(z.string(), z.json()).parse(toJson(message))
    if (to === 0) return { sendId, status: 'broadcast', message: plain }
    const { value: status } = await gateway.getStatus(network.client, { chainId: to, lane, nonce })
    return { sendId, status, message: plain }
  },
  render: ({ sendId, status, message }) => `${status}\n${table(message)}\nNext: hanse why ${sendId}`,
})

const follow = defineLook({
  name: 'message follow',
  summary: 'Follow a message to its end',
  arguments: [messageArgument],
  options: [
    { flags: '--for <time>', summary: 'how long to wait', default: '10m' },
    { flags: '--to <chain>', summary: 'of a broadcast: where to look' },
  ],
  input: { message: id, for: duration, to: z.string().optional() },
  result: z.object({ stages: z.array(z.record(z.string(), z.json())) }),
  stopsItself: true,
  look: async ({ message: sendId, for: seconds, to }, network, { progress, signal }) => {
    const { gateway } = await import('@hanse/sdk')
    const chainId = Number((await findMessage(network, sendId)).lane.originChainId)
    const attestationUrls = network.watchers.map(({ url }) => url)
    const stages: Record<string, z.core.util.JSONType>[] = []
    const place = to === undefined ? {} : { destinationChainId: chainIdOf(network, to, '--to') }
    const parameters = {
      chainId,
      sendId,
      ...place,
      timeoutMs: seconds * 1000,
      signal,
      ...(attestationUrls.length > 0 && { attestationUrls }),
    }
    for await (const stage of gateway.track(network.client, parameters)) {
      progress.note(`${stage.stage} on ${nameOf(network, stage.chainId)}`)
      stages.push(z.record(z.string(), z.json()).parse(toJson(stage)))
    }
    return { stages }
  },
  render: ({ stages }) => stages.map(({ stage, chainId }) => `${stage} on chain ${chainId}`).join('\n'),
})

const deliver = defineAct({
  name: 'message deliver',
  summary: 'Deliver what waits between two chains, with signatures of the watchers; anyone may',
  options: [
    { flags: '--from <chain>', summary: 'the origin' },
    { flags: '--to <chain>', summary: 'the destination' },
    { flags: '--message <id>', summary: 'only this message; then neither --from nor --to is needed' },
  ],
  input: { from: z.string().optional(), to: z.string().optional(), message: id.optional() },
  act: async ({ from, to, message: sendId }, network) => {
    const wanted = sendId === undefined ? undefined : await findMessage(network, sendId)
    const originChainId = wanted === undefined ? chainIdOf(network, from ?? '', '--from') : Number(wanted.lane.originChainId)
    const destinationChainId = wanted === undefined ? chainIdOf(network, to ?? '', '--to') : Number(wanted.lane.destinationChainId)
    return { steps: [delivery(network, { originChainId, destinationChainId, ...(wanted && { nonces: [wanted.nonce] }) })] }
  },
})

type Route = { readonly originChainId: number; readonly destinationChainId: number; readonly nonces?: readonly bigint[] }

function delivery(network: Network, route: Route): Step {
  const { client, watchers } = network
  const place = `${nameOf(network, route.originChainId)} to ${nameOf(network, route.destinationChainId)}`
  return {
    chainId: route.destinationChainId,
    effect: `deliver ${route.nonces === undefined ? 'all that waits' : `message ${route.nonces[0]}`} from ${place}`,
    // What there is to deliver, and in how many transactions, is known only from the signatures.
    preview: async () => undefined,
    send: async () => {
      const { gateway } = await import('@hanse/sdk')
      const done = await gateway.deliverPending(client, { ...route, attestationUrls: watchers.map(({ url }) => url) })
      const last = done.deliveries.at(-1)
      const { notVouched, refused, notPending, faults, lies } = done
      if (last !== undefined)
        return { hash: last.hash, receipt: last.receipt, event: { transactions: done.deliveries.length, notVouched, refused } }
      const facts = [
        `${notVouched.length} wait for signatures`,
        `${refused.length} are refused there`,
        `${notPending.length} no longer wait`,
        `${faults.length + lies.length} watchers gave no use`,
      ]
      throw new StepUselessError({
        subject: `From ${place}`,
        fact: `there is nothing to deliver: ${facts.join(', ')}`,
        next: 'Why a message waits: hanse message why <message>',
      })
    },
  }
}

const retry = defineAct({
  name: 'message retry',
  summary: 'Run a message again that failed; anyone may',
  arguments: [messageArgument],
  input: { message: id },
  act: async ({ message: sendId }, network) => {
    const { gateway } = await import('@hanse/sdk')
    const { lane, nonce, message } = await findMessage(network, sendId)
    const parameters = { chainId: Number(lane.destinationChainId), lane, nonce, message }
    return { steps: [step(network.client, { verb: gateway.retry, parameters, effect: `run message ${sendId} again` })] }
  },
})

/** The verbs of messages. */
export const commands: Readonly<Record<string, AnyCommand>> = { show, follow, deliver, retry, why: whyOf('message') }
