import type { Client, Preview, Write, WriteParameters } from '@hanse/sdk'
import { z } from 'zod'
import { type AnyCommand, type Context, defineCommand } from './command.ts'
import { accountInput, accountOptions, type Network, nameOf, networkInput, networkOptions, openNetwork } from './network.ts'
import { table, toJson } from './values.ts'

/** One transaction of a command. */
export type Step = {
  readonly chainId: number
  /** What it does, in one sentence. */
  readonly effect: string
  /** Undefined: what it costs is known only while it is done. */
  readonly preview: () => Promise<Preview | undefined>
  readonly send: () => Promise<Sent>
}

type Sent = {
  readonly hash: string
  readonly receipt: { readonly blockNumber: bigint; readonly gasUsed: bigint; readonly effectiveGasPrice: bigint }
  readonly event: unknown
}

/** A verb of the SDK with its parameters as a step. */
export function step<parameters extends WriteParameters, event>(
  client: Client,
  { verb, parameters, effect }: { verb: Write<parameters, event>; parameters: parameters; effect: string },
): Step {
  return {
    chainId: parameters.chainId,
    effect,
    preview: () => verb.preview(client, parameters),
    send: () => verb.sync(client, parameters),
  }
}

/** What an act comes to before anything is sent. */
export type Act = {
  readonly steps: readonly Step[]
  /** What has to be true before the command ends, such as that home has answered. */
  readonly settle?: (events: readonly unknown[]) => Promise<void>
  /** Commands that come next, by what the steps emitted. In a dry run there is nothing. */
  readonly next?: (events: readonly unknown[]) => readonly string[] | Promise<readonly string[]>
}

/** What `--json` prints of every command that sends. */
export const actSchema = z.object({
  /** False: a dry run, or the user said no. */
  isSent: z.boolean(),
  network: z.enum(['devnet', 'suite']),
  account: z.string(),
  steps: z.array(
    z.object({
      chainId: z.int(),
      effect: z.string(),
      to: z.string().optional(),
      /** Native coin that goes along, in wei. */
      value: z.string().optional(),
      /** Missing in a dry run where it depends on the step before. */
      gas: z.string().optional(),
      /** In wei: what the gas cost, or would at the gas price of now. */
      fee: z.string().optional(),
      hash: z.string().optional(),
      blockNumber: z.string().optional(),
      /** What the contract said it did; amounts and other long numbers as decimal strings. */
      event: z.json().optional(),
    }),
  ),
  next: z.array(z.string()),
})

type Outcome = z.input<typeof actSchema>
type StepOutcome = Outcome['steps'][number]

/** What a command that sends is made of. */
export type ActSpec<Shape extends z.ZodRawShape> = {
  readonly name: string
  readonly summary: string
  readonly details?: string
  readonly arguments?: readonly { readonly name: string; readonly summary: string }[]
  readonly options?: readonly { readonly flags: string; readonly summary: string; readonly default?: string | boolean }[]
  readonly input: Shape
  /** Looks up what is needed and says what to send. */
  readonly act: (input: z.output<z.ZodObject<Shape>>, network: Network, context: Context) => Promise<Act>
}

const actInput = { ...networkInput, ...accountInput, dryRun: z.boolean(), yes: z.boolean() }

/** Defines a command that sends transactions: with a dry run that says effect and cost, and a question before anything that costs real coins. */
export function defineAct<Shape extends z.ZodRawShape>(spec: ActSpec<Shape>): AnyCommand {
  const { act, input, options = [], ...rest } = spec
  return defineCommand({
    ...rest,
    options: [
      ...options,
      ...networkOptions,
      ...accountOptions,
      { flags: '--dry-run', summary: 'say what it would do and cost, and send nothing', default: false },
      { flags: '--yes', summary: 'do not ask before sending; a devnet never asks', default: false },
    ],
    input: z.object(actInput).and(z.object(input)),
    result: actSchema,
    run: async (given, context) => {
      const { network: wanted, as, dryRun, yes } = given
      const { cwd, env, progress } = context
      const network = await openNetwork({ command: spec.name, cwd, env, network: wanted, as, signs: true })
      progress.step(`Looking at ${network.kind === 'devnet' ? 'the devnet' : network.chains.map(({ name }) => name).join(', ')}`)
      const todo = await act(given, network, context)
      if (dryRun) return { ...outcomeOf(network, await previews(todo.steps)), isSent: false }
      if (network.kind === 'suite' && !yes) {
        const rows = await previews(todo.steps)
        progress.end('done')
        progress.note(rows.map((row) => renderStep(row, network)).join('\n'))
        if (!(await context.confirm('Send this?', { yes, flag: '--yes' }))) return { ...outcomeOf(network, rows), isSent: false }
      }
      return await perform({ todo, network, context })
    },
    render: (result) => renderAct(result),
  })
}

const outcomeOf = ({ kind, client }: Network, steps: StepOutcome[]) => ({
  network: kind,
  account: client.account?.address ?? '',
  steps,
  next: [],
})

async function previews(steps: readonly Step[]): Promise<StepOutcome[]> {
  const rows: StepOutcome[] = []
  for (const { chainId, effect, preview } of steps) {
    // What comes after the first may need what the first does, so its refusal says nothing.
    const seen = rows.length === 0 ? await preview() : await preview().catch(() => undefined)
    const known = seen && { to: seen.call.to, value: String(seen.call.value), gas: String(seen.gas), fee: String(seen.fee) }
    rows.push({ chainId, effect, ...known })
  }
  return rows
}

async function perform({ todo, network, context }: { todo: Act; network: Network; context: Context }): Promise<Outcome> {
  const rows: StepOutcome[] = []
  const events: unknown[] = []
  for (const { chainId, effect, send } of todo.steps) {
    context.progress.step(`${nameOf(network, chainId)}: ${effect}`)
    const { hash, receipt, event } = await send()
    const { blockNumber, gasUsed, effectiveGasPrice } = receipt
    events.push(event)
    rows.push({
      ...{ chainId, effect, hash },
      ...{ blockNumber: String(blockNumber), gas: String(gasUsed), fee: String(gasUsed * effectiveGasPrice) },
      event: z.json().parse(toJson(event)),
    })
  }
  if (todo.settle) await todo.settle(events)
  return { ...outcomeOf(network, rows), isSent: true, next: [...((await todo.next?.(events)) ?? [])] }
}

function renderStep({ chainId, effect, value, gas, fee }: StepOutcome, network?: Network): string {
  const place = network === undefined ? `chain ${chainId}` : nameOf(network, chainId)
  const cost = fee === undefined ? 'what it costs is known once it is under way' : `${gas} gas, ${coinsOf(BigInt(fee))} coins`
  return `${place}: ${effect}\n  ${cost}${value === undefined || value === '0' ? '' : `, and ${coinsOf(BigInt(value))} coins go along`}`
}

function renderAct({ isSent, steps, next, account }: z.output<typeof actSchema>): string {
  if (!isSent) return [`Nothing was sent. As ${account} it would:`, ...steps.map((row) => renderStep(row))].join('\n')
  const lines = steps.flatMap((row) => [
    renderStep(row),
    `  transaction ${row.hash} in block ${row.blockNumber}`,
    ...(row.event === undefined || row.event === null ? [] : [table(summaryOf(row.event), '  ')]),
  ])
  return [...lines, ...next.map((command) => `Next: ${command}`)].join('\n')
}

/** An event without its terms and other long parts: `--json` has them. */
function summaryOf(event: unknown): unknown {
  if (typeof event !== 'object' || event === null) return { event }
  return Object.fromEntries(Object.entries(event).filter(([name]) => !['terms', 'message', 'profile', 'document'].includes(name)))
}

/** Wei as native coin, with as many digits as say something. */
export function coinsOf(wei: bigint): string {
  const [whole, rest] = [wei / 10n ** 18n, String(wei % 10n ** 18n).padStart(18, '0')]
  const digits = rest.replace(/0+$/, '')
  return digits === '' ? String(whole) : `${whole}.${whole === 0n ? digits.replace(/^(0*\d{1,4}).*$/, '$1') : digits.slice(0, 6)}`
}
