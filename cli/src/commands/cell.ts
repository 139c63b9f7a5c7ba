import type { Hex } from 'viem'
import { z } from 'zod'
import { type Act, defineAct, type Step, step } from '../act.ts'
import { bytes32Of, bytesOf, homeOf, textOf, word } from '../board.ts'
import type { AnyCommand } from '../command.ts'
import { OptionInvalidError, StepUselessError } from '../errors.ts'
import { gateInput, gateOptions, makeGate } from '../gate.ts'
import { defineLook, freshnessOf, freshnessSchema } from '../look.ts'
import { chainIdOf, type Network } from '../network.ts'
import { address, count, duration, id, listOf, table } from '../values.ts'
import { renderWhy, whyMirrorOf, whyOutcome, whyResult } from './why.ts'

const place = [
  { name: '<space>', summary: 'id of the space' },
  { name: '<key>', summary: 'the cell: 32 bytes as hex, or a word of up to 31' },
]
const placeInput = { space: id, key: word }

const space = defineAct({
  name: 'cell space',
  summary: 'Open a space, whose writers are the only ones to write its cells and topics',
  options: [
    { flags: '--chain <chain>', summary: 'its home' },
    { flags: '--writers <addresses>', summary: 'with commas between; an account of another chain as 1002:0x...; default you' },
    { flags: '--max-lease <time>', summary: 'for how long a cell may be held', default: '1h' },
    { flags: '--controller <address>', summary: 'who may change the writers; default nobody' },
  ],
  input: { chain: z.string().optional(), writers: z.string().optional(), maxLease: duration, controller: address.optional() },
  act: async ({ chain, writers, maxLease, controller }, network) => {
    const [{ cell }, { bytesToHex }] = await Promise.all([import('@hanse/sdk'), import('viem')])
    const chainId = chainIdOf(network, chain)
    const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
    const authors = await writersOf(writers, { network, chainId })
    const parameters = { chainId, writers: authors, maxLease, salt, ...(controller && { controller }) }
    return {
      steps: [step(network.client, { verb: cell.openSpace, parameters, effect: `open a space for ${authors.length} writers` })],
      next: (events) => {
        const opened = z.object({ space: id }).safeParse(events[0])
        return opened.success ? [`hanse cell write ${opened.data.space} greeting "Hello."`] : []
      },
    }
  },
})

async function writersOf(text: string | undefined, { network, chainId }: { network: Network; chainId: number }) {
  const { isAddress, zeroAddress } = await import('viem')
  if (text === undefined) return [{ chainId, account: network.client.account?.address ?? zeroAddress }]
  return text.split(',').map((part) => {
    const [first = '', second] = part.trim().split(':')
    const account = second ?? first
    if (!isAddress(account))
      throw new OptionInvalidError({ command: 'cell space', problems: [{ option: '--writers', problem: `${account} is no address` }] })
    return { chainId: second === undefined ? chainId : chainIdOf(network, first, '--writers'), account }
  })
}

const read = defineLook({
  name: 'cell read',
  summary: 'Read a cell: its value, who wrote it, its version, who holds it',
  arguments: place,
  input: placeInput,
  result: z.object({
    chainId: z.int(),
    version: z.int(),
    value: z.string().optional(),
    /** The value as text, where it is some. */
    text: z.string().optional(),
    author: z.object({ chainId: z.int(), account: z.string() }).optional(),
    lease: z.object({ holder: z.string(), token: z.int(), end: z.int(), limit: z.int() }).optional(),
    freshness: freshnessSchema,
  }),
  look: async ({ space: of, key }, network) => {
    const { cell } = await import('@hanse/sdk')
    const chainId = await homeOf(network, of)
    const { value, freshness } = await cell.read(network.client, { chainId, space: of, key: await bytes32Of(key) })
    const { version, author, lease } = value
    return { chainId, version, value: value.value, text: await textOf(value.value), author, lease, freshness: freshnessOf(freshness) }
  },
  render: ({ value: _, freshness, ...facts }) => table({ ...facts, isFinal: freshness.isFinal }),
})

const write = defineAct({
  name: 'cell write',
  summary: 'Write a cell, if nobody was faster',
  arguments: [...place, { name: '<value>', summary: 'text, or bytes as hex' }],
  options: [{ flags: '--expect <version>', summary: 'the version that you saw; default the one of now' }],
  input: { ...placeInput, value: z.string(), expect: count.optional() },
  act: async ({ space: of, key, value, expect }, network) => {
    const { cell } = await import('@hanse/sdk')
    const at = { chainId: await homeOf(network, of), space: of, key: await bytes32Of(key) }
    const expectedVersion = expect ?? (await cell.read(network.client, at)).value.version
    const parameters = { ...at, expectedVersion, value: await bytesOf(value) }
    return { steps: [step(network.client, { verb: cell.write, parameters, effect: `write over version ${expectedVersion} of ${key}` })] }
  },
})

const edit = defineAct({
  name: 'cell edit',
  summary: 'Change what is in a cell, again and again until no other was faster',
  details: 'Example: hanse cell edit 0x... notes --append " And more."',
  arguments: place,
  options: [
    { flags: '--append <text>', summary: 'put behind what is there' },
    { flags: '--replace <text>', summary: 'what is to be replaced' },
    { flags: '--with <text>', summary: 'by what' },
  ],
  input: { ...placeInput, append: z.string().optional(), replace: z.string().optional(), with: z.string().optional() },
  act: async ({ space: of, key, append, replace, with: by }, network) => {
    if ((append === undefined) === (replace === undefined || by === undefined)) {
      const problem = 'is needed, or --replace and --with'
      throw new OptionInvalidError({ command: 'cell edit', problems: [{ option: '--append', problem }] })
    }
    const at = { chainId: await homeOf(network, of), space: of, key: await bytes32Of(key) }
    const change = (text: string) => (append === undefined ? text.replaceAll(replace ?? '', () => by ?? '') : text + append)
    return { steps: [await editing(network, { at, key, change })] }
  },
})

type Editing = { readonly at: { chainId: number; space: Hex; key: Hex }; readonly key: string; readonly change: (text: string) => string }

async function editing({ client }: Network, { at, key, change }: Editing): Promise<Step> {
  const [{ cell }, { hexToString, stringToHex }] = await Promise.all([import('@hanse/sdk'), import('viem')])
  const changed = (value: Hex | undefined) => stringToHex(change(value === undefined ? '' : hexToString(value)))
  return {
    chainId: at.chainId,
    effect: `change ${key}`,
    preview: async () => {
      const { value: seen } = await cell.read(client, at)
      return await cell.write.preview(client, { ...at, expectedVersion: seen.version, value: changed(seen.value) })
    },
    send: async () => {
      const change = (current: { readonly value: Hex | undefined }) => {
        const next = changed(current.value)
        return next === current.value ? undefined : next
      }
      const { event, receipt, attempts } = await cell.edit(client, { ...at, change })
      if (receipt !== undefined) return { hash: receipt.transactionHash, receipt, event: { ...event, attempts } }
      throw new StepUselessError({
        subject: `Cell ${key}`,
        fact: 'has nothing to change',
        next: `What is there: hanse cell read ${at.space} ${key}`,
      })
    },
  }
}

const acquire = defineAct({
  name: 'cell acquire',
  summary: 'Hold a cell for a while: nobody else writes it meanwhile',
  arguments: place,
  options: [{ flags: '--for <time>', summary: 'how long', default: '10m' }],
  input: { ...placeInput, for: duration },
  act: async ({ space: of, key, for: seconds }, network): Promise<Act> => {
    const { cell } = await import('@hanse/sdk')
    const parameters = { chainId: await homeOf(network, of), space: of, key: await bytes32Of(key), duration: seconds }
    return { steps: [step(network.client, { verb: cell.acquire, parameters, effect: `hold ${key} for ${seconds} s` })] }
  },
})

const writers = defineAct({
  name: 'cell writers',
  summary: 'Let accounts write in a space, or no longer, as its controller',
  arguments: [place[0] ?? { name: '<space>', summary: '' }],
  options: [
    { flags: '--accounts <addresses>', summary: 'with commas between' },
    { flags: '--remove', summary: 'they may no longer', default: false },
  ],
  input: { space: id, accounts: listOf(z.string()), remove: z.boolean() },
  act: async ({ space: of, accounts, remove }, network): Promise<Act> => {
    const { cell } = await import('@hanse/sdk')
    const chainId = await homeOf(network, of)
    const authors = await writersOf(accounts.join(','), { network, chainId })
    const parameters = { chainId, space: of, writers: authors, isWriter: !remove }
    const effect = `${remove ? 'stop' : 'let'} ${authors.length} accounts ${remove ? 'from writing' : 'write'}`
    return { steps: [step(network.client, { verb: cell.setWriters, parameters, effect })] }
  },
})

const gate = defineAct({
  name: 'cell gate',
  summary: 'Close tasks to claims until a cell says something: makes the gate that they name',
  details: 'Example: hanse cell gate 0x... draft --at-least 3, then hanse task open bounty --gate 0x... --text "Review the draft."',
  arguments: place,
  options: [
    { flags: '--at-least <version>', summary: 'it was written so often' },
    { flags: '--value <value>', summary: 'it says exactly this: text, or bytes as hex' },
    ...gateOptions,
  ],
  input: { ...placeInput, atLeast: count.optional(), value: z.string().optional(), ...gateInput },
  act: async ({ space: of, key: name, atLeast, value, ...input }, network) => {
    if ((atLeast === undefined) === (value === undefined)) {
      const problem = value === undefined ? 'is needed, or --value' : 'cannot be had together with --value'
      throw new OptionInvalidError({ command: 'cell gate', problems: [{ option: '--at-least', problem }] })
    }
    const at = { space: of, key: await bytes32Of(name) }
    const atHome =
      value === undefined
        ? ({ kind: 'version', ...at, atLeast: atLeast ?? 0 } as const)
        : ({ kind: 'value', ...at, value: await bytesOf(value) } as const)
    const place = { homeChainId: await homeOf(network, of), ...at, isTopic: false }
    return await makeGate(network, { place, input, atHome, atLeast: atLeast === undefined ? undefined : BigInt(atLeast) })
  },
})

const why = defineLook({
  name: 'cell why',
  summary: 'Say why a cell stands where it stands, or what another chain knows of it, and who has to act',
  details: 'All codes: docs/why.md',
  arguments: place,
  options: [{ flags: '--on <chain>', summary: 'its mirror on this chain' }],
  input: { ...placeInput, on: z.string().optional() },
  result: whyResult,
  look: async ({ space: of, key, on }, network) => {
    const at = { space: of, key: await bytes32Of(key) }
    const homeChainId = await homeOf(network, of)
    if (on !== undefined) return await whyMirrorOf(network, { command: 'cell why', homeChainId, ...at, on }, false)
    const { why: reasons } = await import('@hanse/sdk')
    return whyOutcome(
      { kind: 'cell', chainId: homeChainId, id: at.key },
      await reasons.whyCell(network.client, { chainId: homeChainId, ...at }),
    )
  },
  render: renderWhy,
})

/** The verbs of cells and their spaces. */
export const commands: Readonly<Record<string, AnyCommand>> = { space, read, write, edit, acquire, writers, gate, why }
