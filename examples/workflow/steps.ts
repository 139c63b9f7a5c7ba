// The work itself: twelve steps that make one report of a folder of texts. Each is a plain function, and has nothing to do with chains.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, task } from '@hanse/sdk'
import type { ContentStore } from '@hanse/sdk/content'
import type { Assignment, TaskHandler } from '@hanse/sdk/runtime'
import type { WorkflowStep } from '@hanse/sdk/workflow'
import { type Address, type Hex, parseEther } from 'viem'

/** In how many parts the texts are read, each on a chain of its own. */
export const parts = [0, 1, 2] as const

/** What every step says of its task: short windows, a bond, and a doubt that anyone may raise. */
export const terms = {
  ...{ reward: parseEther('0.1'), workerBond: parseEther('0.05'), openFor: 300, workWindow: 300, reviewWindow: 300 },
  // Whoever is doubted has this long to say that it lives.
  ...{ suspectBond: parseEther('0.001'), answerWindow: 2 },
}

/** The twelve steps: one lists the texts, three count words, three look for links, and the rest makes one report of it. */
export function stepsOn([a = 0, b = 0, c = 0]: readonly number[], evaluator: Address): Readonly<Record<string, WorkflowStep>> {
  const chains = [a, b, c]
  const step = (chain: number, capability: string, after: readonly string[], input?: number): WorkflowStep => ({
    ...{ ...terms, chain, capability, title: capability, evaluator, after },
    ...(input === undefined ? {} : { input }),
  })
  const each = (name: string) =>
    parts.map((part) => [`${name}-${part}`, step(chains[part] ?? a, `docs.${name}`, ['collect'], part)] as const)
  const namesOf = (name: string) => parts.map((part) => `${name}-${part}`)
  return {
    collect: step(a, 'docs.collect', []),
    ...Object.fromEntries([...each('words'), ...each('links')]),
    vocabulary: step(b, 'docs.vocabulary', namesOf('words')),
    linked: step(c, 'docs.linked', namesOf('links')),
    index: step(a, 'docs.index', ['vocabulary', 'linked']),
    abstracts: step(b, 'docs.abstracts', ['index', 'collect']),
    publish: step(c, 'docs.publish', ['abstracts', 'index', 'vocabulary']),
  }
}

type Listed = { readonly name: string; readonly hash: Hex }
type Words = { readonly name: string; readonly words: number; readonly most: Readonly<Record<string, number>> }
type Links = { readonly name: string; readonly to: readonly string[] }
type Vocabulary = { readonly words: number; readonly most: Readonly<Record<string, number>> }
type Linked = Readonly<Record<string, readonly string[]>>

/** What the work is told: where its texts lie, and how long each of them takes, as if a slow tool or a model had to read it. */
export type Workshop = {
  readonly client: Client
  readonly folder: string
  /** Milliseconds that each text takes. */
  readonly paceMs: number
  /** Told of work that begins and of work that is done. */
  readonly say: (event: 'began' | 'worked', told: { readonly step: string; readonly taskId: Hex; readonly ms: number }) => void
}

/** What of an assignment the work needs. A judge that does the same again has as much. */
export type Job = Pick<Assignment, 'spec' | 'content'> & { readonly each: (name: string, work: () => Promise<void>) => Promise<void> }

const texts = new TextDecoder()

/** A handler for each capability. Every text is a part that is done once, and the pace makes it slow. */
export function handlersOf(workshop: Workshop): Readonly<Record<string, TaskHandler>> {
  const handler =
    (work: (job: Job, shop: Workshop) => Promise<unknown>): TaskHandler =>
    async ({ spec, content, step, signal, taskId }) => {
      const began = performance.now()
      const told = () => ({ step: spec.capability, taskId, ms: Math.round(performance.now() - began) })
      workshop.say('began', told())
      const each: Job['each'] = async (name, part) => {
        // What is slow is done once. What is quick is done again after a restart.
        await step(name, async () => {
          await pause(workshop.paceMs, undefined, { signal })
          return true
        })
        await part()
      }
      const body = JSON.stringify(await work({ spec, content, each }, workshop))
      workshop.say('worked', told())
      return body
    }
  return Object.fromEntries(Object.entries(works).map(([name, work]) => [`docs.${name}`, handler(work)]))
}

/** What the steps do, by the name after `docs.`. */
export const works: Readonly<Record<string, (job: Job, shop: Pick<Workshop, 'client' | 'folder'>) => Promise<unknown>>> = {
  collect,
  words,
  links,
  vocabulary,
  linked,
  index,
  abstracts,
  publish,
}

async function collect({ content, each }: Job, { folder }: Pick<Workshop, 'folder'>): Promise<readonly Listed[]> {
  const found: Listed[] = []
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'))
  await each('all', async () => {
    found.length = 0
    for (const name of names.sort()) found.push({ name, hash: await content.put(readFileSync(join(folder, name))) })
  })
  return found
}

async function words(job: Job, { client }: Pick<Workshop, 'client'>): Promise<readonly Words[]> {
  const found = new Map<string, Words>()
  for (const { name, hash } of await partOf(job, client)) {
    await job.each(name, async () => {
      const all =
        texts
          .decode(await job.content.get(hash))
          .toLowerCase()
          .match(/[a-z]{4,}/g) ?? []
      const counts = new Map<string, number>()
      for (const word of all) counts.set(word, (counts.get(word) ?? 0) + 1)
      found.set(name, { name, words: all.length, most: mostOf(counts, 50) })
    })
  }
  return [...found.values()]
}

async function links(job: Job, { client }: Pick<Workshop, 'client'>): Promise<readonly Links[]> {
  const found = new Map<string, Links>()
  for (const { name, hash } of await partOf(job, client)) {
    await job.each(name, async () => {
      const to = [...texts.decode(await job.content.get(hash)).matchAll(/\]\(([^)#\s]+)/g)].map(([, target = '']) => target)
      found.set(name, { name, to: [...new Set(to)].sort() })
    })
  }
  return [...found.values()]
}

async function vocabulary(job: Job, { client }: Pick<Workshop, 'client'>): Promise<Vocabulary> {
  const read = Object.values(await resultsOf<Readonly<Record<string, readonly Words[]>>>(job, client)).flat()
  const counts = new Map<string, number>()
  await job.each('all', async () => {
    counts.clear()
    for (const { most } of read) for (const [word, count] of Object.entries(most)) counts.set(word, (counts.get(word) ?? 0) + count)
  })
  return { words: read.reduce((sum, { words: count }) => sum + count, 0), most: mostOf(counts, 20) }
}

async function linked(job: Job, { client }: Pick<Workshop, 'client'>): Promise<Linked> {
  const read = Object.values(await resultsOf<Readonly<Record<string, readonly Links[]>>>(job, client)).flat()
  const from = new Map<string, string[]>()
  await job.each('all', async () => {
    from.clear()
    for (const { name, to } of read) for (const target of to) from.set(target, [...(from.get(target) ?? []), name])
  })
  return Object.fromEntries([...from].sort(([one], [other]) => (one < other ? -1 : 1)))
}

async function index(job: Job, { client }: Pick<Workshop, 'client'>): Promise<readonly string[]> {
  const { vocabulary: counted, linked: from } = await resultsOf<{ vocabulary: Vocabulary; linked: Linked }>(job, client)
  const lines: string[] = []
  await job.each('all', async () => {
    lines.length = 0
    lines.push(`${counted.words} words`, ...Object.entries(from).map(([target, names]) => `${target}: ${names.join(', ')}`))
  })
  return lines
}

async function abstracts(job: Job, { client }: Pick<Workshop, 'client'>): Promise<Readonly<Record<string, string>>> {
  const { collect: list } = await resultsOf<{ collect: readonly Listed[] }>(job, client)
  const found: Record<string, string> = {}
  for (const { name, hash } of list.slice(0, 8)) {
    await job.each(name, async () => {
      const [, said = ''] = /^# .*\n+([^\n]+)/m.exec(texts.decode(await job.content.get(hash))) ?? []
      found[name] = said
    })
  }
  return found
}

async function publish(job: Job, { client }: Pick<Workshop, 'client'>): Promise<string> {
  type Before = { abstracts: Readonly<Record<string, string>>; index: readonly string[]; vocabulary: Vocabulary }
  const { abstracts: said, index: lines, vocabulary: counted } = await resultsOf<Before>(job, client)
  let page = ''
  await job.each('all', async () => {
    const heads = Object.entries(said).map(([name, text]) => `- ${name}: ${text}`)
    page = ['# What the texts say', '', ...heads, '', `Most used: ${Object.keys(counted.most).join(', ')}`, '', ...lines].join('\n')
  })
  return page
}

type Inputs = { readonly input?: number; readonly inputs?: Readonly<Record<string, { readonly chainId: number; readonly taskId: Hex }>> }

/** What the steps before this one handed in, by their names: the description names their tasks, and the chains what was handed in for them. */
async function resultsOf<results extends Readonly<Record<string, unknown>>>(
  { spec, content }: Pick<Job, 'spec' | 'content'>,
  client: Client,
): Promise<results> {
  const { inputs = {} }: Inputs = Object(spec.input)
  const entries = Object.entries(inputs).map(async ([name, place]) => {
    const { value: hash = '0x' } = await task.getDeliverable(client, place)
    return `${JSON.stringify(name)}: ${texts.decode(await content.get(hash))}`
  })
  return JSON.parse(`{${(await Promise.all(entries)).join()}}`)
}

/** The texts of the part that the step is told to read. */
async function partOf(job: Job, client: Client): Promise<readonly Listed[]> {
  const { collect: list } = await resultsOf<{ collect: readonly Listed[] }>(job, client)
  const { input: part = 0 }: Inputs = Object(job.spec.input)
  return list.filter((_, place) => place % parts.length === part)
}

function mostOf(counts: ReadonlyMap<string, number>, limit: number): Readonly<Record<string, number>> {
  return Object.fromEntries([...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).slice(0, limit))
}

/** Does the work of a step again, at once, and says whether it comes to the same. */
export async function isRight({ spec, body, content }: { spec: task.TaskSpec; body: Uint8Array; content: ContentStore }, shop: Workshop) {
  const work = works[spec.capability.slice('docs.'.length)]
  const again = await work?.({ spec, content, each: (_, part) => part() }, shop)
  return texts.decode(body) === JSON.stringify(again)
}
