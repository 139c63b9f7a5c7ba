import { resolve } from 'node:path'
import type { agent } from '@hanse/sdk'
import { messageOf } from '@hanse/sdk/errors'
import type { Hex } from 'viem'
import { z } from 'zod'
import { defineAct, step } from '../act.ts'
import type { AnyCommand } from '../command.ts'
import { readBytes } from '../content.ts'
import { IdUnknownError, OptionInvalidError } from '../errors.ts'
import { defineLook, freshnessOf, freshnessSchema } from '../look.ts'
import { chainIdOf, type Network, nameOf } from '../network.ts'
import { duration, id, listOf, table } from '../values.ts'
import { whyOf } from './why.ts'

const agentArgument = { name: '<agent>', summary: 'id of the agent' }
const liveOption = { flags: '--live <time>', summary: 'for how long it says that it lives: at most a year', default: '1d' }
const chainOption = { flags: '--chain <chain>', summary: 'where it is registered' }
const cardOptions = [
  { flags: '--card <file>', summary: 'its card, ready made; otherwise one is made of the rest' },
  { flags: '--card-uri <uri>', summary: 'where the card is served; without it the card itself goes on chain as data: uri' },
  { flags: '--name <name>', summary: 'what it is called' },
  { flags: '--description <text>', summary: 'what it is' },
  { flags: '--url <url>', summary: 'where it answers', default: 'https://agent.invalid' },
  { flags: '--capabilities <names>', summary: 'what it can do, with commas between, as text.report' },
]
const cardInput = {
  card: z.string().optional(),
  cardUri: z.string().optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  url: z.string(),
  capabilities: listOf(z.string()).optional(),
}

type CardOptions = z.output<z.ZodObject<typeof cardInput>>
type AgentPlace = { readonly chainId: number; readonly registry: Hex; readonly agentId: Hex }

/** The profile of an agent, with its card as file or made of the options. */
async function profileOf(
  options: CardOptions,
  { place, cwd, command }: { place: AgentPlace; cwd: string; command: string },
): Promise<agent.Profile> {
  const [{ agent }, { canonicalJson, cardDigest }] = await Promise.all([import('@hanse/sdk'), import('@hanse/sdk/card')])
  const { card, capabilities } = await cardOf(options, { place, cwd, command })
  const cardUri = options.cardUri ?? `data:application/json,${encodeURIComponent(canonicalJson(card))}`
  return agent.createProfile({ capabilities, cardDigest: cardDigest(card), cardUri })
}

async function cardOf(options: CardOptions, { place, cwd, command }: { place: AgentPlace; cwd: string; command: string }) {
  const { buildCard, checkCard } = await import('@hanse/sdk/card')
  if (options.card !== undefined) {
    const text = new TextDecoder().decode(readBytes(resolve(cwd, options.card)))
    const { card, agents } = checkCard({ text, agent: place })
    return { card, capabilities: agents.capabilities }
  }
  const { name, capabilities } = options
  if (name === undefined || capabilities === undefined) {
    const problem = 'is needed, or a --card'
    const missing = [...(name === undefined ? ['--name'] : []), ...(capabilities === undefined ? ['--capabilities'] : [])]
    throw new OptionInvalidError({ command, problems: missing.map((option) => ({ option, problem })) })
  }
  const card = buildCard({ name, description: options.description ?? name, url: options.url, capabilities, agents: [place] })
  return { card, capabilities }
}

/** The chain and the registry of an agent that is there. */
async function placeOf({ client, chains }: Network, agentId: Hex): Promise<AgentPlace> {
  const { agent } = await import('@hanse/sdk')
  const found = await agent.findAgent(client, { agentId })
  const registry = found && client.chains.get(found.chainId)?.deployment.agentRegistry
  if (registry === undefined) throw new IdUnknownError({ what: 'agent', id: agentId, known: chains.map(({ name }) => name) })
  return { chainId: found?.chainId ?? 0, registry, agentId }
}

async function newPlace({ client }: Network, { chainId, salt }: { chainId: number; salt: Hex }): Promise<AgentPlace> {
  const [{ agent }, { zeroAddress }] = await Promise.all([import('@hanse/sdk'), import('viem')])
  const registry = client.chains.get(chainId)?.deployment.agentRegistry ?? zeroAddress
  const controller = client.account?.address ?? zeroAddress
  return { chainId, registry, agentId: agent.agentIdOf({ chainId, registry, controller, salt }) }
}

const noSalt: Hex = `0x${'00'.repeat(32)}`
const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

const register = defineAct({
  name: 'agent register',
  summary: 'Register an agent: who it is, what it can do, where it answers',
  details: 'Example: hanse agent register --name Ada --capabilities text.report,text.count. The vocabulary: docs/capabilities.md',
  options: [chainOption, liveOption, { flags: '--salt <hex>', summary: '32 bytes that tell agents of one key apart' }, ...cardOptions],
  input: { chain: z.string().optional(), live: duration, salt: id.optional(), ...cardInput },
  act: async ({ chain, live, salt = noSalt, ...options }, network, { cwd }) => {
    const { agent } = await import('@hanse/sdk')
    const place = await newPlace(network, { chainId: chainIdOf(network, chain), salt })
    const profile = await profileOf(options, { place, cwd, command: 'agent register' })
    const parameters = { chainId: place.chainId, profile, salt, liveUntil: secondsFromNow(live) }
    return {
      steps: [step(network.client, { verb: agent.register, parameters, effect: `register agent ${place.agentId}` })],
      next: () => [`hanse agent show ${place.agentId}`, `hanse agent heartbeat ${place.agentId}   # before it counts as silent`],
    }
  },
})

const update = defineAct({
  name: 'agent update',
  summary: 'Change the card and the capabilities of an agent',
  arguments: [agentArgument],
  options: cardOptions,
  input: { agent: id, ...cardInput },
  act: async ({ agent: agentId, ...options }, network, { cwd }) => {
    const { agent } = await import('@hanse/sdk')
    const place = await placeOf(network, agentId)
    const profile = await profileOf(options, { place, cwd, command: 'agent update' })
    const parameters = { chainId: place.chainId, agentId, profile }
    return { steps: [step(network.client, { verb: agent.update, parameters, effect: `change the card of agent ${agentId}` })] }
  },
})

const heartbeat = defineAct({
  name: 'agent heartbeat',
  summary: 'Say that an agent goes on living',
  arguments: [agentArgument],
  options: [liveOption],
  input: { agent: id, live: duration },
  act: async ({ agent: agentId, live }, network) => {
    const { agent } = await import('@hanse/sdk')
    const { chainId } = await placeOf(network, agentId)
    const parameters = { chainId, agentId, liveUntil: secondsFromNow(live) }
    return { steps: [step(network.client, { verb: agent.heartbeat, parameters, effect: `say that agent ${agentId} lives` })] }
  },
})

const retire = defineAct({
  name: 'agent retire',
  summary: 'End an agent for good',
  arguments: [agentArgument],
  input: { agent: id },
  act: async ({ agent: agentId }, network) => {
    const { agent } = await import('@hanse/sdk')
    const { chainId } = await placeOf(network, agentId)
    return {
      steps: [step(network.client, { verb: agent.retire, parameters: { chainId, agentId }, effect: `end agent ${agentId} for good` })],
    }
  },
})

const entry = z.object({
  chainId: z.int(),
  agentId: z.string(),
  controller: z.string(),
  liveUntil: z.int(),
  capabilities: z.array(z.string()),
  cardUri: z.string(),
})

const list = defineLook({
  name: 'agent list',
  summary: 'List the agents that say they live, by what they can do',
  options: [
    chainOption,
    { flags: '--capability <name>', summary: 'only those that have it, as text.report' },
    { flags: '--all', summary: 'silent ones too', default: false },
  ],
  input: { chain: z.string().optional(), capability: z.string().optional(), all: z.boolean() },
  result: z.object({ agents: z.array(entry), freshness: z.array(freshnessSchema) }),
  look: async ({ chain, capability, all }, network, { progress }) => {
    const { agent } = await import('@hanse/sdk')
    const chainIds = chain === undefined ? network.chains.map(({ chainId }) => chainId) : [chainIdOf(network, chain)]
    progress.step(`Reading the agents of ${chainIds.map((chainId) => nameOf(network, chainId)).join(', ')}`)
    const filter = {
      ...(capability === undefined ? {} : { capability: agent.capabilityOf(capability) }),
      ...(all ? {} : { aliveAt: secondsFromNow(0) }),
    }
    const perChain = await Promise.all(chainIds.map((chainId) => agent.getAgents(network.client, { chainId, ...filter })))
    const agents = perChain.flatMap(({ value, freshness: { chainId } }) =>
      value.map(({ agentId, controller, liveUntil, profile }) => ({
        ...{ chainId, agentId, controller, liveUntil, cardUri: profile.cardUri },
        capabilities: profile.capabilities.map((hash) => agent.nameOfCapability(hash) ?? hash),
      })),
    )
    return { agents, freshness: perChain.map(({ freshness }) => freshnessOf(freshness)) }
  },
  render: ({ agents }) =>
    agents.length === 0
      ? 'No such agents. To register one: hanse agent register --name Ada --capabilities text.report'
      : agents.map(({ agentId, chainId, capabilities }) => `${agentId}  chain ${chainId}  ${capabilities.join(', ')}`).join('\n'),
})

const show = defineLook({
  name: 'agent show',
  summary: 'Show an agent, with its card fetched and checked',
  arguments: [agentArgument],
  input: { agent: id },
  result: z.object({
    chainId: z.int(),
    agentId: z.string(),
    agent: z.record(z.string(), z.json()),
    card: z.json().optional(),
    cardProblem: z.string().optional(),
  }),
  look: async ({ agent: agentId }, network) => {
    const [{ agent }, { fetchCard }, { toJson }] = await Promise.all([
      import('@hanse/sdk'),
      import('@hanse/sdk/card'),
      import('../values.ts'),
    ])
    const place = await placeOf(network, agentId)
    const { value } = await agent.getAgents(network.client, { chainId: place.chainId })
    const found = value.find((candidate) => candidate.agentId === agentId)
    const plain = z.record(z.string(), z.json()).parse(toJson(found ?? {}))
    const rest = { chainId: place.chainId, agentId, agent: plain }
    if (found === undefined) return rest
    try {
      const { card } = await fetchCard({ profile: found.profile, agent: place })
      return { ...rest, card: z.json().parse(toJson(card)) }
    } catch (error) {
      return { ...rest, cardProblem: messageOf(error) }
    }
  },
  render: ({ chainId, agent: { profile: _, ...facts }, card, cardProblem }) =>
    [table({ chain: chainId, ...facts }), cardProblem === undefined ? `card\n${table(card, '  ')}` : `card: ${cardProblem}`].join('\n'),
})

const card = defineLook({
  name: 'agent card',
  summary: 'Make the card of an agent that is there or to come, to serve it yourself',
  details: 'Serve what it prints, and register it: hanse agent register --card card.json --card-uri https://...',
  options: [
    chainOption,
    { flags: '--controller <address>', summary: 'whose agent it is' },
    { flags: '--salt <hex>', summary: 'as for register' },
    ...cardOptions.slice(2),
  ],
  input: {
    chain: z.string().optional(),
    controller: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'is no address'),
    salt: id.optional(),
    ...cardInput,
  },
  result: z.json(),
  look: async ({ chain, controller, salt = noSalt, ...options }, network, { cwd }) => {
    const [{ agent }, { getAddress, zeroAddress }, { toJson }] = await Promise.all([
      import('@hanse/sdk'),
      import('viem'),
      import('../values.ts'),
    ])
    const chainId = chainIdOf(network, chain)
    const registry = network.client.chains.get(chainId)?.deployment.agentRegistry ?? zeroAddress
    const agentId = agent.agentIdOf({ chainId, registry, controller: getAddress(controller), salt })
    const made = await cardOf(options, { place: { chainId, registry, agentId }, cwd, command: 'agent card' })
    return z.json().parse(toJson(made.card))
  },
  render: (result) => JSON.stringify(result, undefined, 2),
})

/** The verbs of agents. */
export const commands: Readonly<Record<string, AnyCommand>> = {
  ...{ register, update, heartbeat, retire, list, show, card, why: whyOf('agent') },
}
