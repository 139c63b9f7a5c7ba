import { type Address, getAddress, isAddress, isHex, parseEther } from 'viem'
import { isMap, isNode, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import { WorkflowInvalidError, type WorkflowProblem } from '../errors/workflow.ts'
import type { Json } from '../task/spec.ts'
import type { Workflow, WorkflowStep } from './types.ts'

type Kind = 'amount' | 'seconds' | 'number' | 'address' | 'hex' | 'text' | 'names' | 'numbers' | 'flag' | 'outcomes' | 'json' | 'step'

const taskFields: Readonly<Record<string, Kind>> = {
  ...{ chain: 'number', capability: 'text', title: 'text', input: 'json', openFor: 'seconds' },
  ...{ evaluator: 'address', token: 'address', arbitrator: 'address', allocation: 'address', allocationParams: 'hex' },
  ...{
    reward: 'amount',
    workerBond: 'amount',
    suspectBond: 'amount',
    evaluatorFee: 'amount',
    triggerReward: 'amount',
    disputeBond: 'amount',
  },
  ...{ workWindow: 'seconds', reviewWindow: 'seconds', grace: 'seconds', challengeWindow: 'seconds', answerWindow: 'seconds' },
  ...{ disputeWindow: 'seconds', arbitrationWindow: 'seconds', chains: 'numbers', charter: 'hex', epoch: 'number' },
  ...{ slashShare: 'number', floor: 'number', silence: 'number', defaultSplit: 'number', maxRevisions: 'number', handoffRule: 'number' },
}

const stepFields: Readonly<Record<string, Kind>> = {
  ...taskFields,
  ...{
    after: 'names',
    need: 'number',
    when: 'outcomes',
    minVerdict: 'number',
    isOptional: 'flag',
    isCancelled: 'flag',
    compensate: 'step',
  },
}

const needed = ['chain', 'capability', 'evaluator', 'reward', 'workerBond', 'openFor', 'workWindow', 'reviewWindow']
const topFields = ['name', 'requester', 'startAt', 'until', 'budget', 'accounts', 'defaults', 'steps']
const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

type Reading = {
  readonly problems: WorkflowProblem[]
  readonly accounts: Readonly<Record<string, Address>>
  readonly lines: LineCounter
}

/**
 * Reads a workflow from YAML. Amounts are base units or `1.5 ether`, durations seconds or `90s`, `10m`, `2h`, `1d`, dates seconds or ISO 8601.
 * `accounts` gives names to addresses, `defaults` what all steps share.
 *
 * @param text The file.
 * @param parameters.startAt Absolute seconds, for a file that names no date.
 * @throws WorkflowInvalidError naming all that is wrong, each with its line.
 * @example
 * ```ts
 * import { parseWorkflow } from '@hanse/sdk/workflow'
 * import { readFileSync } from 'node:fs'
 *
 * const workflow = parseWorkflow(readFileSync('workflow.yaml', 'utf8'), { startAt: Math.floor(Date.now() / 1000) })
 * ```
 */
export function parseWorkflow(text: string, { startAt }: { readonly startAt?: number } = {}): Workflow {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true })
  const problems: WorkflowProblem[] = document.errors.map(({ message }) => ({ reason: message.split('\n')[0] ?? message }))
  const stop = (name: string) => {
    if (problems.length > 0) throw new WorkflowInvalidError({ workflow: name, problems })
  }
  stop('in the file')
  const root = document.contents
  if (!isMap(root)) throw new WorkflowInvalidError({ workflow: 'in the file', problems: [{ reason: 'it is no map of names and values' }] })
  const reading: Reading = { problems, accounts: accountsOf(root, problems), lines }
  for (const { key } of root.items) {
    const name = String(isScalar(key) ? key.value : key)
    if (!topFields.includes(name)) problems.push({ reason: `${name} is no field of a workflow${at(reading, key)}` })
  }
  const name = String(root.get('name') ?? '')
  const defaults = fieldsOf(reading, { map: root.get('defaults', true), step: 'defaults', kinds: taskFields })
  const steps = stepsOf(reading, { map: root.get('steps', true), defaults })
  const requester = readValue(reading, { kind: 'address', node: root.get('requester', true), where: 'requester' })
  const begin = root.has('startAt') ? dateOf(reading, root.get('startAt', true)) : startAt
  if (begin === undefined) problems.push({ reason: 'it has no `startAt`' })
  const until = root.has('until') ? dateOf(reading, root.get('until', true)) : undefined
  const budget = budgetOf(reading, root.get('budget', true))
  stop(name)
  return {
    // All that is not what it should be was refused above.
    ...{ name, requester: requester as Address, startAt: begin ?? 0, steps },
    ...(until === undefined ? {} : { until }),
    ...(budget === undefined ? {} : { budget }),
  }
}

function accountsOf(root: YAMLMap, problems: WorkflowProblem[]): Readonly<Record<string, Address>> {
  const map = root.get('accounts', true)
  if (!isMap(map)) return {}
  const found: Record<string, Address> = {}
  for (const [name, value] of Object.entries(map.toJSON())) {
    if (typeof value === 'string' && isAddress(value)) found[name] = getAddress(value)
    else problems.push({ reason: `the account ${name} is ${String(value)}, must be an address` })
  }
  return found
}

function at({ lines }: Pick<Reading, 'lines'>, node: unknown): string {
  const offset = isNode(node) ? node.range?.[0] : undefined
  return offset === undefined ? '' : ` (line ${lines.linePos(offset).line})`
}

type Fields = { readonly map: unknown; readonly step: string; readonly kinds: Readonly<Record<string, Kind>> }

function fieldsOf(reading: Reading, { map, step, kinds }: Fields): Readonly<Record<string, unknown>> {
  if (!isMap(map)) return {}
  const found: Record<string, unknown> = {}
  for (const { key, value } of map.items) {
    const name = String(isScalar(key) ? key.value : key)
    const kind = kinds[name]
    if (kind === undefined) reading.problems.push({ step, reason: `${name} is no field of it${at(reading, key)}` })
    else found[name] = readValue(reading, { kind, node: value, where: name, step })
  }
  return found
}

type Steps = { readonly map: unknown; readonly defaults: Readonly<Record<string, unknown>> }

function stepsOf(reading: Reading, { map, defaults }: Steps): Workflow['steps'] {
  if (!isMap(map)) {
    reading.problems.push({ reason: 'it has no `steps`' })
    return {}
  }
  const entries = map.items.map(({ key, value }): [string, WorkflowStep] => {
    const name = String(isScalar(key) ? key.value : key)
    const given = { ...defaults, ...fieldsOf(reading, { map: value, step: name, kinds: stepFields }) }
    const { compensate } = { compensate: undefined, ...given }
    const whole = compensate === undefined ? given : { ...given, compensate: { ...defaults, ...Object(compensate) } }
    for (const part of compensate === undefined ? [given] : [given, { ...defaults, ...Object(compensate) }]) {
      const missing = needed.filter((field) => Reflect.get(part, field) === undefined)
      if (missing.length > 0) reading.problems.push({ step: name, reason: `lacks ${missing.join(', ')}${at(reading, key)}` })
    }
    // Every field was read by its kind, and those that a step needs are there, or the whole is refused.
    return [name, whole as unknown as WorkflowStep]
  })
  return Object.fromEntries(entries)
}

type Value = { readonly kind: Kind; readonly node: unknown; readonly where: string; readonly step?: string }

function readValue(reading: Reading, { kind, node, where, step }: Value): unknown {
  if (kind === 'step') return fieldsOf(reading, { map: node, step: `${step} (compensation)`, kinds: taskFields })
  const raw = rawOf(kind, node)
  const value = readers[kind](raw, reading)
  if (value === undefined) {
    const place = step === undefined ? {} : { step }
    reading.problems.push({ ...place, reason: `${where} is ${JSON.stringify(raw)}, must be ${expectations[kind]}${at(reading, node)}` })
  }
  return value
}

/** What stands in the file. Digits of an amount as they were written: a number would lose some. */
function rawOf(kind: Kind, node: unknown): unknown {
  if (isScalar(node)) return kind === 'amount' && typeof node.value === 'number' ? node.source : node.value
  return isNode(node) ? node.toJSON() : node
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

const readers: Readonly<Record<Exclude<Kind, 'step'>, (raw: unknown, reading: Reading) => unknown>> = {
  amount: (raw) => {
    const text = String(raw).replaceAll('_', '')
    const [, ether] = /^(\d+(?:\.\d{1,18})?) ether$/.exec(text) ?? []
    return ether !== undefined ? parseEther(ether) : /^\d+$/.test(text) ? BigInt(text) : undefined
  },
  seconds: (raw) => {
    if (isCount(raw)) return raw
    const [, digits, unit = ''] = /^(\d+)([smhd])$/.exec(String(raw)) ?? []
    return digits === undefined ? undefined : Number(digits) * (units[unit] ?? 1)
  },
  number: (raw) => (isCount(raw) ? raw : undefined),
  address: (raw, { accounts }) => (typeof raw === 'string' ? (accounts[raw] ?? (isAddress(raw) ? getAddress(raw) : undefined)) : undefined),
  hex: (raw) => (isHex(raw, { strict: true }) && raw.length === 66 ? raw : undefined),
  text: (raw) => (typeof raw === 'string' ? raw : undefined),
  names: (raw) => (isList(raw) && raw.every((one) => typeof one === 'string') ? raw : undefined),
  numbers: (raw) => (isList(raw) && raw.every(isCount) ? raw : undefined),
  flag: (raw) => (typeof raw === 'boolean' ? raw : undefined),
  outcomes: (raw) => {
    const isOutcome = (value: unknown) => value === 'succeeded' || value === 'failed' || value === 'skipped'
    return typeof raw === 'object' && raw !== null && !isList(raw) && Object.values(raw).every(isOutcome) ? raw : undefined
  },
  // What YAML gives as a plain value is what JSON can hold; dates and sets are not read as such.
  json: (raw) => raw as Json | undefined,
}

const expectations: Readonly<Record<Exclude<Kind, 'step'>, string>> = {
  amount: 'base units as digits, or such as "1.5 ether"',
  seconds: 'seconds, or such as 90s, 10m, 2h, 1d',
  number: 'a whole number from 0 on',
  address: 'an address, or a name under `accounts`',
  hex: '32 bytes in hex, in quotes',
  text: 'a text',
  names: 'a list of names of steps',
  numbers: 'a list of chain ids',
  flag: 'true or false',
  outcomes: 'names of steps, each with succeeded, failed or skipped',
  json: 'a value',
}

function dateOf(reading: Reading, node: unknown): number | undefined {
  const raw: unknown = isScalar(node) ? node.value : undefined
  if (isCount(raw)) return raw
  const parsed = Date.parse(String(raw))
  if (!Number.isNaN(parsed) && /^\d{4}-\d\d-\d\dT/.test(String(raw))) return Math.floor(parsed / 1000)
  reading.problems.push({
    reason: `${JSON.stringify(raw)} must be absolute seconds or a date such as 2027-01-31T12:00:00Z${at(reading, node)}`,
  })
  return undefined
}

function budgetOf(reading: Reading, node: unknown): Workflow['budget'] {
  if (!isMap(node)) return undefined
  return node.items.map(({ key, value }) => {
    const token = readValue(reading, { kind: 'address', node: key, where: 'a token of `budget`' })
    const amount = readValue(reading, { kind: 'amount', node: value, where: 'an amount of `budget`' })
    // Neither is undefined, or the whole is refused.
    return { token: token as Address, amount: amount as bigint }
  })
}
