import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { charter } from '@hanse/sdk'
import type { Hex } from 'viem'
import { z } from 'zod'
import { defineAct, step } from '../act.ts'
import { newAgreement, writeAgreement } from '../agreementFile.ts'
import { type AnyCommand, defineCommand } from '../command.ts'
import { readBytes } from '../content.ts'
import { IdUnknownError } from '../errors.ts'
import { exitCodes } from '../exitCodes.ts'
import { defineLook } from '../look.ts'
import { chainIdOf, type Network, nameOf, networkInput, networkOptions, openNetwork } from '../network.ts'
import { address, count, duration, id, listOf, table, toJson } from '../values.ts'

const charterArgument = { name: '<charter>', summary: 'id of the charter' }
const documentArgument = { name: '<document>', summary: 'file with the document, as hanse charter create prints it' }
const planOptions = [
  { flags: '--expires <time>', summary: 'until when it may be agreed on', default: '1d' },
  { flags: '--out <file>', summary: 'where the agreement is written that its members sign', default: 'agreement.json' },
]
const planResult = z.object({ charterId: z.string(), file: z.string(), quorum: z.int(), members: z.array(z.string()) })

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

async function readDocument(file: string, cwd: string): Promise<charter.CharterDocument> {
  const { charter } = await import('@hanse/sdk')
  return charter.documentFromJson(new TextDecoder().decode(readBytes(resolve(cwd, file))))
}

type Known = { readonly view: charter.CharterView; readonly document: charter.CharterDocument | undefined }

/** A charter as its home has it. */
async function findCharter({ client, chains }: Network, charterId: Hex): Promise<Known> {
  const { charter } = await import('@hanse/sdk')
  const looks = await Promise.allSettled(chains.map(({ chainId }) => charter.getCharter(client, { chainId, charterId })))
  const views = looks.flatMap((look) => (look.status === 'fulfilled' && look.value.value !== undefined ? [look.value] : []))
  const found = views.find(({ value, freshness }) => value?.homeChainId === freshness.chainId) ?? views[0]
  if (found?.value === undefined) throw new IdUnknownError({ what: 'charter', id: charterId, known: chains.map(({ name }) => name) })
  const { homeChainId: chainId, epoch } = found.value
  const { value: document } = client.chains.has(chainId)
    ? await charter.getDocument(client, { chainId, charterId, epoch })
    : { value: undefined }
  return { view: found.value, document }
}

const create = defineCommand({
  name: 'charter create',
  summary: 'Print the document of a charter, to be put into a file and adopted',
  details: 'Example: hanse charter create --name Guild --members 0x...,0x...,0x... > charter.json. All fields: docs/concepts.md',
  options: [
    { flags: '--name <name>', summary: 'of the group' },
    { flags: '--members <addresses>', summary: 'with commas between' },
    { flags: '--quorum <n>', summary: 'how many members bind all; default more than half' },
    { flags: '--members-only', summary: 'only members may claim tasks under it, and need no bond', default: false },
  ],
  input: z.object({ name: z.string(), members: listOf(address), quorum: count.optional(), membersOnly: z.boolean() }),
  result: z.json(),
  run: async ({ name, members, quorum, membersOnly }) => {
    const { charter } = await import('@hanse/sdk')
    const policies = { isMembersOnly: membersOnly }
    const document = charter.createDocument({ name, members, policies, ...(quorum === undefined ? {} : { quorum }) })
    return z.json().parse(JSON.parse(charter.documentToJson(document)))
  },
  render: (document) => JSON.stringify(document, undefined, 2),
})

const show = defineLook({
  name: 'charter show',
  summary: 'Show a charter: its epoch, its quorum, its members, its rules',
  arguments: [charterArgument],
  input: { charter: id },
  result: z.object({ charterId: z.string(), charter: z.record(z.string(), z.json()), document: z.json().optional() }),
  look: async ({ charter: charterId }, network) => {
    const { view, document } = await findCharter(network, charterId)
    const plain = z.record(z.string(), z.json()).parse(toJson(view))
    return { charterId, charter: plain, document: document === undefined ? undefined : z.json().parse(toJson(document)) }
  },
  render: ({ charterId, charter, document }) =>
    `${table({ charter: charterId, ...charter })}\ndocument\n${table(document ?? 'not known here', '  ')}`,
})

const diff = defineCommand({
  name: 'charter diff',
  summary: 'Say in words in which rules two charters differ; each is a file or an id',
  details: 'Ends with code 3 when they do.',
  arguments: [
    { name: '<one>', summary: 'a document or the id of a charter' },
    { name: '<other>', summary: 'another' },
  ],
  options: networkOptions,
  input: z.object({ one: z.string(), other: z.string(), ...networkInput }),
  result: z.object({ differences: z.array(z.object({ rule: z.string(), one: z.string(), other: z.string(), text: z.string() })) }),
  run: async ({ one, other, network: wanted }, { cwd, env }) => {
    const { charter } = await import('@hanse/sdk')
    const documentOf = async (word: string) => {
      if (existsSync(resolve(cwd, word)) || !id.safeParse(word).success) return await readDocument(word, cwd)
      const network = await openNetwork({ command: 'charter diff', cwd, env, network: wanted })
      const { document } = await findCharter(network, id.parse(word))
      if (document === undefined) throw new IdUnknownError({ what: 'charter', id: word, known: network.chains.map(({ name }) => name) })
      return document
    }
    return { differences: [...charter.diff(await documentOf(one), await documentOf(other))] }
  },
  render: ({ differences }) => differences.map(({ text }) => text).join('\n') || 'They have the same rules.',
  exitCode: ({ differences }) => (differences.length === 0 ? exitCodes.done : exitCodes.found),
})

const renderPlan = ({ charterId, file, quorum, members }: z.output<typeof planResult>) =>
  `Charter ${charterId}\n${quorum} of ${members.length} members have to sign ${file}.\nNext: hanse agreement sign ${file}, then hanse agreement agree ${file}`

const adopt = defineLook({
  name: 'charter adopt',
  summary: 'Write the agreement by which a quorum of its members adopts a charter',
  arguments: [documentArgument],
  options: [{ flags: '--chain <chain>', summary: 'its home' }, ...planOptions],
  input: { document: z.string(), chain: z.string().optional(), expires: duration, out: z.string() },
  result: planResult,
  look: async ({ document: file, chain, expires, out }, network, { cwd }) => {
    const [{ charter }, { zeroAddress, zeroHash }] = await Promise.all([import('@hanse/sdk'), import('viem')])
    const document = await readDocument(file, cwd)
    const chainId = chainIdOf(network, chain)
    const { participants, plan } = charter.adoption(network.client, { chainId, document })
    const note = `Adopt the charter "${document.name}" on ${nameOf(network, chainId)}`
    writeAgreement(out, cwd, newAgreement({ chainId, note, participants, plan, expiry: secondsFromNow(expires) }))
    const charters = network.client.chains.get(chainId)?.deployment.charters ?? zeroAddress
    const charterId = charter.charterIdOf({ homeChainId: chainId, charters, document, salt: zeroHash })
    return { charterId, file: out, quorum: document.quorum, members: [...participants] }
  },
  render: renderPlan,
})

const amend = defineLook({
  name: 'charter amend',
  summary: 'Write the agreement by which a quorum of its members amends a charter',
  arguments: [charterArgument, documentArgument],
  options: planOptions,
  input: { charter: id, document: z.string(), expires: duration, out: z.string() },
  result: planResult,
  look: async ({ charter: charterId, document: file, expires, out }, network, { cwd }) => {
    const { charter } = await import('@hanse/sdk')
    const [{ view, document: before }, document] = await Promise.all([findCharter(network, charterId), readDocument(file, cwd)])
    if (before === undefined) throw new IdUnknownError({ what: 'charter', id: charterId, known: network.chains.map(({ name }) => name) })
    const { homeChainId: chainId, epoch, quorum } = view
    const { participants, plan } = charter.amendment(network.client, { chainId, charterId, epoch, before, document })
    const note = `Amend the charter "${before.name}" to epoch ${epoch + 1}`
    writeAgreement(out, cwd, newAgreement({ chainId, note, participants, plan, expiry: secondsFromNow(expires) }))
    return { charterId, file: out, quorum, members: [...participants] }
  },
  render: renderPlan,
})

const announce = defineAct({
  name: 'charter announce',
  summary: 'Send the current epoch of a charter to all chains; anyone may',
  arguments: [charterArgument],
  input: { charter: id },
  act: async ({ charter: charterId }, network) => {
    const { charter } = await import('@hanse/sdk')
    const { view } = await findCharter(network, charterId)
    const parameters = { chainId: view.homeChainId, charterId }
    return { steps: [step(network.client, { verb: charter.announce, parameters, effect: `announce epoch ${view.epoch} to all chains` })] }
  },
})

const members = defineAct({
  name: 'charter members',
  summary: 'Tell another chain, which knows only their hash, who the members are; anyone may',
  arguments: [charterArgument],
  options: [{ flags: '--chain <chain>', summary: 'the chain to be told' }],
  input: { charter: id, chain: z.string() },
  act: async ({ charter: charterId, chain }, network) => {
    const { charter } = await import('@hanse/sdk')
    const { view, document } = await findCharter(network, charterId)
    const parameters = { chainId: chainIdOf(network, chain), charterId, epoch: view.epoch, members: document?.members ?? [] }
    return {
      steps: [step(network.client, { verb: charter.writeMembers, parameters, effect: `name ${parameters.members.length} members` })],
    }
  },
})

/** The verbs of charters. */
export const commands: Readonly<Record<string, AnyCommand>> = { create, show, diff, adopt, amend, announce, members }
