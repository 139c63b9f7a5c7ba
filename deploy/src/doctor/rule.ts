import type { Facts } from './facts.ts'

/** Something that a rule found. */
export type Finding = {
  /** What it is about: a chain, a contract, a watcher. */
  readonly subject: string
  readonly fact: string
  readonly expectation: string
  /** What to do. */
  readonly fix: string
}

/** One thing that the doctor looks for. */
export type Rule = {
  /** Stable word for programs. */
  readonly code: string
  /** An error stops something; a warning will. */
  readonly severity: 'error' | 'warning'
  /** What it means when it is found, for the documentation. */
  readonly meaning: string
  /** What to do in general, for the documentation. */
  readonly remedy: string
  readonly look: (facts: Facts) => readonly Finding[]
}
