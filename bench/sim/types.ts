import type { ChainState, TaskRules } from './state.ts'

/** One verb of the SDK, with objects and agents by number. */
export type Action =
  | { readonly kind: 'write'; readonly cell: number; readonly expectedVersion: number; readonly value: number }
  | { readonly kind: 'acquire'; readonly cell: number; readonly seconds: number }
  | { readonly kind: 'release'; readonly cell: number; readonly token: number }
  | { readonly kind: 'append'; readonly topic: number; readonly data: number }
  | { readonly kind: 'open'; readonly task: number; readonly terms: TaskRules }
  | { readonly kind: 'openChild'; readonly task: number; readonly parent: number; readonly terms: TaskRules }
  | { readonly kind: 'claim'; readonly task: number }
  | { readonly kind: 'hire'; readonly task: number; readonly worker: number }
  | { readonly kind: 'propose'; readonly task: number; readonly bidder: number; readonly share: number }
  | { readonly kind: 'award'; readonly task: number }
  | { readonly kind: 'submit'; readonly task: number }
  | { readonly kind: 'accept'; readonly task: number }
  | { readonly kind: 'lapse'; readonly task: number }
  | { readonly kind: 'send'; readonly proposal: Proposal }
  | { readonly kind: 'deliver'; readonly proposal: Proposal }
  | { readonly kind: 'answer'; readonly proposal: Proposal }

/** A write to a cell that is at home on another chain. */
export type Proposal = { readonly id: number; readonly cell: number; readonly expectedVersion: number; readonly value: number }

/** A transaction on its way. */
export type Sent = {
  readonly from: number
  readonly chain: number
  readonly action: Action
  /** Sent without asking first, as by an agent whose node is behind, and whose simulation therefore says yes. */
  readonly isBlind?: boolean
}

/** What became of it. */
export type Outcome = Sent & {
  /** `refused`: its sender's own simulation said no, so it was never sent and cost nothing. */
  readonly result: 'done' | 'failed' | 'refused'
  /** The row of the snapshot that prices it. */
  readonly row: string
  readonly gas: number
}

/** A block of one chain, after which its agents look again. */
export type Block = { readonly chain: number; readonly number: number; readonly seconds: number; readonly outcomes: readonly Outcome[] }

/** The chains of one run. Scenarios know nothing else, so they run on both back ends. */
export type Net = {
  readonly blockSeconds: readonly number[]
  /** What each chain says after its newest block, and said before. */
  readonly states: readonly ChainState[]
  /** Puts a transaction into the next block of its chain, behind those that were sent before. */
  send(sent: Sent): void
  /** Waits for the next block of any chain. */
  next(): Promise<Block>
}

/** What a run brought: figures by name. Those of the ledger come on top. */
export type Figures = Readonly<Record<string, number>>

/** One thing to play: a scenario, a way to coordinate in it, and its size, as plain data. */
export type Case = {
  readonly scenario: string
  /** Hanse's way, or the baseline. */
  readonly way: string
  /** How many agents. */
  readonly agents: number
  /** What the scenario makes of it, by name. */
  readonly settings: Readonly<Record<string, number>>
  readonly blockSeconds: readonly number[]
  readonly seed: number
}

/** How one scenario is played, on whatever back end. */
export type Play = (parameters: { readonly net: Net; readonly case: Case }) => Promise<Figures>

/** What has to hold of the rows of a scenario, one line for each thing that does not. */
export type Judge = (rows: readonly ScenarioRow[]) => readonly string[]

/** A case with what came of it. */
export type ScenarioRow = Case & { readonly transactions: number; readonly failed: number; readonly gas: number; readonly figures: Figures }

/** A scenario with its baselines. */
export type Scenario = {
  readonly id: string
  readonly title: string
  readonly play: Play
  readonly judge: Judge
  /** `full`: all sizes. `quick`: the same bars in small. `local`: what real chains play, too. */
  readonly cases: (size: Size) => readonly Case[]
  /** The figure that is a latency, in seconds, which both back ends must agree on. */
  readonly latency: string
}

export type Size = 'full' | 'quick' | 'local'
