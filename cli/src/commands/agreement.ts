import { z } from 'zod'
import { defineAct, step } from '../act.ts'
import { type AgreementFile, callsSchema, newAgreement, parse, proposalOf, readAgreement, writeAgreement } from '../agreementFile.ts'
import { type AnyCommand, defineCommand } from '../command.ts'
import { FileUnusableError, IdUnknownError, OptionInvalidError } from '../errors.ts'
import { defineLook } from '../look.ts'
import { accountInput, accountOptions, chainIdOf, networkInput, networkOptions, openNetwork } from '../network.ts'
import { address, count, duration, id, listOf, table, toJson } from '../values.ts'

const fileArgument = { name: '<file>', summary: 'the agreement, as hanse charter adopt or hanse agreement create wrote it' }
const noCharter = `0x${'00'.repeat(32)}` as const

/** Where a file stands: who signed, who may. */
const signaturesSchema = z.object({
  file: z.string(),
  intentHash: z.string(),
  signed: z.array(z.string()),
  participants: z.array(z.string()),
})

async function signaturesOf(file: string, content: AgreementFile): Promise<z.input<typeof signaturesSchema>> {
  const { intentHash } = await proposalOf(content)
  return { file, intentHash, signed: content.acceptances.map(({ participant }) => participant), participants: [...content.participants] }
}

const renderSignatures = ({ file, intentHash, signed, participants }: z.output<typeof signaturesSchema>) =>
  [
    `${file}: ${signed.length} of ${participants.length} have signed ${intentHash}.`,
    ...participants.map((participant) => `  ${signed.includes(participant) ? 'signed' : '      '}  ${participant}`),
    `Next: hanse agreement sign ${file}, and with enough signatures hanse agreement agree ${file}`,
  ].join('\n')

const create = defineLook({
  name: 'agreement create',
  summary: 'Write a plan of calls as a file, for the members of a charter or for some accounts to sign',
  details: 'The calls are a JSON list of { "target", "value", "data" }; they come from the account of the party.',
  arguments: [{ name: '<calls>', summary: 'file with the calls' }],
  options: [
    { flags: '--chain <chain>', summary: 'where it is agreed on; for a charter its home' },
    { flags: '--charter <id>', summary: 'its members and its quorum count' },
    { flags: '--participants <addresses>', summary: 'without a charter: who may sign, with commas between' },
    { flags: '--threshold <n>', summary: 'without a charter: how many of them bind all' },
    { flags: '--expires <time>', summary: 'until when it may be done', default: '1d' },
    { flags: '--note <text>', summary: 'what it is for, for people', default: '' },
    { flags: '--out <file>', summary: 'where it is written', default: 'agreement.json' },
  ],
  input: {
    ...{ calls: z.string(), chain: z.string().optional(), charter: id.optional(), participants: listOf(address).optional() },
    ...{ threshold: count.optional(), expires: duration, note: z.string(), out: z.string() },
  },
  result: signaturesSchema,
  look: async ({ calls: file, chain, charter: charterId, participants, threshold, expires, note, out }, network, { cwd }) => {
    const parsed = await callsSchema.safeParseAsync(parse(file, cwd))
    if (!parsed.success)
      throw new FileUnusableError({ file, fact: `is no list of calls: ${parsed.error.issues[0]?.message}`, next: 'See --help.' })
    const chainId = chainIdOf(network, chain)
    const party =
      charterId === undefined
        ? {
            charter: noCharter,
            epoch: 0,
            threshold: needed(threshold, '--threshold'),
            participants: needed(participants, '--participants'),
          }
        : await partyOf(charterId)
    const { participants: all, ...rest } = party
    const expiry = Math.floor(Date.now() / 1000) + expires
    const content = newAgreement({ chainId, note, expiry, participants: all, plan: { ...rest, calls: parsed.data } })
    writeAgreement(out, cwd, content)
    return await signaturesOf(out, content)

    async function partyOf(of: `0x${string}`) {
      const { charter } = await import('@hanse/sdk')
      const { value } = await charter.getCharter(network.client, { chainId, charterId: of })
      const document = value && (await charter.getDocument(network.client, { chainId, charterId: of, epoch: value.epoch })).value
      if (value === undefined || document === undefined)
        throw new IdUnknownError({ what: 'charter', id: of, known: network.chains.map(({ name }) => name) })
      return { charter: of, epoch: value.epoch, threshold: 0, participants: document.members }
    }
  },
  render: renderSignatures,
})

function needed<Value>(value: Value | undefined, option: string): Value {
  if (value !== undefined) return value
  throw new OptionInvalidError({ command: 'agreement create', problems: [{ option, problem: 'is needed where there is no --charter' }] })
}

const sign = defineCommand({
  name: 'agreement sign',
  summary: 'Sign an agreement, in its file; nothing is sent',
  arguments: [fileArgument],
  options: [...networkOptions, ...accountOptions],
  input: z.object({ file: z.string(), ...networkInput, ...accountInput }),
  result: signaturesSchema,
  run: async ({ file, network: wanted, as }, { cwd, env }) => {
    const content = await readAgreement(file, cwd)
    const { client } = await openNetwork({ command: 'agreement sign', cwd, env, network: wanted, as, signs: true })
    const { agreement } = await import('@hanse/sdk')
    const { chainId, expiry, acceptances } = content
    const mine = await agreement.signAcceptance(client, { chainId, proposal: await proposalOf(content), expiry })
    const others = acceptances.filter(({ participant }) => participant.toLowerCase() !== mine.participant.toLowerCase())
    const signed = { ...content, acceptances: [...others, { ...mine }] }
    writeAgreement(file, cwd, signed)
    return await signaturesOf(file, signed)
  },
  render: renderSignatures,
})

const agree = defineAct({
  name: 'agreement agree',
  summary: 'Do what enough members have signed, in one transaction',
  arguments: [fileArgument],
  input: { file: z.string() },
  act: async ({ file }, network, { cwd }) => {
    const [{ agreement }, { zeroAddress }] = await Promise.all([import('@hanse/sdk'), import('viem')])
    const content = await readAgreement(file, cwd)
    const { chainId, expiry, acceptances } = content
    const agreements = network.client.chains.get(chainId)?.deployment.agreements ?? zeroAddress
    const proposal = await proposalOf(content)
    const collected = await agreement.collectAcceptances({ chainId, agreements, proposal, expiry, acceptances })
    const effect = `do what ${acceptances.length} of ${content.participants.length} signed: ${content.note || `${content.plan.calls.length} calls`}`
    return {
      steps: [step(network.client, { verb: agreement.agree, parameters: { chainId, proposal, acceptances: collected }, effect })],
      next: () => [`hanse agreement why ${file}`],
    }
  },
})

const withdraw = defineAct({
  name: 'agreement withdraw',
  summary: 'Make an agreement void that you proposed, whoever signed it',
  arguments: [fileArgument],
  input: { file: z.string() },
  act: async ({ file }, network, { cwd }) => {
    const { agreement } = await import('@hanse/sdk')
    const content = await readAgreement(file, cwd)
    const parameters = { chainId: content.chainId, proposal: await proposalOf(content) }
    return {
      steps: [step(network.client, { verb: agreement.withdraw, parameters, effect: `make ${parameters.proposal.intentHash} void` })],
    }
  },
})

const why = defineLook({
  name: 'agreement why',
  summary: 'Say why an agreement stands where it stands, and who has to act',
  arguments: [fileArgument],
  input: { file: z.string() },
  result: z.object({ intentHash: z.string(), code: z.string(), nextAction: z.string(), evidence: z.record(z.string(), z.string()) }),
  look: async ({ file }, network, { cwd }) => {
    const { why } = await import('@hanse/sdk')
    const content = await readAgreement(file, cwd)
    const proposal = await proposalOf(content)
    const { code, nextAction, evidence } = await why.whyAgreement(network.client, { chainId: content.chainId, proposal })
    return { intentHash: proposal.intentHash, code, nextAction, evidence: { ...evidence } }
  },
  render: ({ intentHash, code, nextAction, evidence }) =>
    `${code}: agreement ${intentHash}\n  what  ${nextAction}\n${table(toJson(evidence), '    ')}`,
})

/** The verbs of agreements. */
export const commands: Readonly<Record<string, AnyCommand>> = { create, sign, agree, withdraw, why }
