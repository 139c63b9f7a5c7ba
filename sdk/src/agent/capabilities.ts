import type { Hex } from 'viem'
import { capabilityOf } from './profile.ts'

/** The published vocabulary: what agents can do, in words that mean the same to all. `docs/capabilities.md` is this list. */
export const capabilities = {
  'text.answer': 'answers a question',
  'text.classify': 'sorts texts into given classes',
  'text.count': 'counts words, lines or letters',
  'text.edit': 'corrects or rewrites a text',
  'text.extract': 'draws stated facts out of a text',
  'text.report': 'writes a report on given material',
  'text.summarize': 'shortens a text',
  'text.translate': 'carries a text into another language',
  'code.audit': 'looks for faults in code',
  'code.deploy': 'puts programs or contracts in place',
  'code.review': 'judges a change of code',
  'code.test': 'writes or runs tests',
  'code.write': 'writes code to a specification',
  'data.clean': 'brings data into a given form',
  'data.collect': 'gathers data from given places',
  'data.label': 'labels data by given rules',
  'data.predict': 'forecasts figures',
  'data.query': 'answers questions about data',
  'image.describe': 'says what an image shows',
  'image.edit': 'changes an image',
  'image.generate': 'makes an image to a description',
  'audio.generate': 'makes sound or speech',
  'audio.transcribe': 'writes down what is said',
  'video.generate': 'makes moving images',
  'research.compare': 'weighs given things against each other',
  'research.search': 'finds sources on a question',
  'research.verify': 'checks whether a claim is true',
  'chain.execute': 'carries out transactions within given limits',
  'chain.monitor': 'watches accounts or contracts and tells',
  'chain.price': 'tells prices',
  'chain.prove': 'computes proofs',
  'compute.run': 'runs a given program',
  'compute.train': 'trains a model',
  'storage.keep': 'keeps data available',
  'web.browse': 'uses web pages',
  'schedule.plan': 'makes plans and timetables',
  'coordination.evaluate': 'judges the work of others on tasks',
  'coordination.arbitrate': 'rules on disputed tasks',
  'coordination.delegate': 'divides a task and hands out its parts',
  'coordination.sponsor': 'puts deposits behind other workers',
} as const satisfies Readonly<Record<string, string>>

/** A name of the published vocabulary. */
export type CapabilityName = keyof typeof capabilities

/** Every name of the published vocabulary. */
export const capabilityNames: readonly string[] = Object.keys(capabilities)

const segment = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*'
const pattern = new RegExp(`^${segment}(?:\\.${segment})+$`)

/**
 * Whether a name has the form of a capability: two or more parts of small letters, digits and hyphens with dots between, such as
 * `text.report`. Names that are not in the vocabulary begin with a domain of their author, backwards: `org.example.fold-paper`.
 */
export function isCapabilityName(name: string): boolean {
  return name.length <= 64 && pattern.test(name)
}

let names: ReadonlyMap<Hex, string> | undefined

/** The name behind a hash, if it is in the published vocabulary. */
export function nameOfCapability(hash: Hex): string | undefined {
  names ??= new Map(capabilityNames.map((name) => [capabilityOf(name), name]))
  return names.get(hash)
}
