import { z } from 'zod'
import { defineAct, step } from '../act.ts'
import { bytes32Of, bytesOf, homeOf, textOf, word } from '../board.ts'
import type { AnyCommand } from '../command.ts'
import { gateInput, gateOptions, makeGate } from '../gate.ts'
import { defineLook } from '../look.ts'
import { count, id } from '../values.ts'
import { renderWhy, whyMirrorOf, whyResult } from './why.ts'

const place = [
  { name: '<space>', summary: 'id of the space' },
  { name: '<topic>', summary: '32 bytes as hex, or a word of up to 31' },
]
const placeInput = { space: id, topic: word }

const append = defineAct({
  name: 'topic append',
  summary: 'Add an entry to a topic',
  arguments: [...place, { name: '<entry>', summary: 'text, or bytes as hex' }],
  input: { ...placeInput, entry: z.string() },
  act: async ({ space, topic: name, entry }, network) => {
    const { topic } = await import('@hanse/sdk')
    const parameters = { chainId: await homeOf(network, space), space, topic: await bytes32Of(name), data: await bytesOf(entry) }
    return {
      steps: [step(network.client, { verb: topic.append, parameters, effect: `add to ${name}` })],
      next: () => [`hanse topic follow ${space} ${name}`],
    }
  },
})

const entrySchema = z.object({
  sequence: z.string(),
  author: z.object({ chainId: z.int(), account: z.string() }),
  data: z.string(),
  text: z.string().optional(),
})

const follow = defineLook({
  name: 'topic follow',
  summary: 'Follow a topic from its first entry, each one proved and final',
  details: 'Until Ctrl-C; with --entries until it has seen as many; with --once until it has seen what is final now.',
  arguments: place,
  options: [
    { flags: '--entries <n>', summary: 'end after as many' },
    { flags: '--once', summary: 'end with the last entry that is final now', default: false },
  ],
  input: { ...placeInput, entries: count.optional(), once: z.boolean() },
  result: z.object({ entries: z.array(entrySchema) }),
  stopsItself: true,
  look: async ({ space, topic: name, entries: wanted, once }, network, { progress, signal }) => {
    const { topic } = await import('@hanse/sdk')
    const chainId = await homeOf(network, space)
    const chain = network.client.chains.get(chainId)
    const at = { space, topic: await bytes32Of(name) }
    const limit = once ? Number((await topic.getTopic(network.client, { chainId, ...at, at: 'final' })).value.length) : wanted
    const entries: z.input<typeof entrySchema>[] = []
    if (chain?.deployment.blackboard === undefined || limit === 0) return { entries }
    const end = new AbortController()
    await topic.subscribe({
      ...{ chainId, ...at, board: chain.deployment.blackboard, rpcUrls: chain.rpcUrls, finality: chain.finality },
      startBlock: BigInt(chain.deployment.startBlock),
      signal: AbortSignal.any([signal, end.signal]),
      onFault: (error) => progress.note(String(error)),
      onEntry: async ({ sequence, author, data }) => {
        const text = await textOf(data)
        progress.note(`${sequence}  ${author.account} (chain ${author.chainId}): ${text}`)
        entries.push({ sequence: String(sequence), author, data, text })
        if (entries.length === limit) end.abort()
      },
    })
    return { entries }
  },
  render: ({ entries }) =>
    entries.map(({ sequence, author, text }) => `${sequence}  ${author.account}  ${text}`).join('\n') || 'No entries.',
})

const gate = defineAct({
  name: 'topic gate',
  summary: 'Close tasks to claims until a topic has so many entries: makes the gate that they name',
  details: 'Example: hanse topic gate 0x... votes --at-least 3, then hanse task open bounty --gate 0x... --text "Count the votes."',
  arguments: place,
  options: [{ flags: '--at-least <n>', summary: 'entries' }, ...gateOptions],
  input: { ...placeInput, atLeast: count, ...gateInput },
  act: async ({ space, topic: name, atLeast, ...input }, network) => {
    const topic = await bytes32Of(name)
    const place = { homeChainId: await homeOf(network, space), space, key: topic, isTopic: true }
    const atHome = { kind: 'length', space, topic, atLeast: BigInt(atLeast) } as const
    return await makeGate(network, { place, input, atHome, atLeast: atHome.atLeast })
  },
})

const why = defineLook({
  name: 'topic why',
  summary: 'Say why another chain knows of a topic what it knows, and who has to act',
  details: 'All codes: docs/why.md',
  arguments: place,
  options: [{ flags: '--on <chain>', summary: 'its mirror on this chain' }],
  input: { ...placeInput, on: z.string('is missing: the chain whose mirror is meant') },
  result: whyResult,
  look: async ({ space, topic: name, on }, network) => {
    const homeChainId = await homeOf(network, space)
    return await whyMirrorOf(network, { command: 'topic why', homeChainId, space, key: await bytes32Of(name), on }, true)
  },
  render: renderWhy,
})

/** The verbs of topics. */
export const commands: Readonly<Record<string, AnyCommand>> = { append, follow, gate, why }
