import type { Patient } from './facts.ts'
import { probe } from './probe.ts'
import type { Finding, Rule } from './rule.ts'
import { rules } from './rules.ts'

/** A finding with its rule. */
export type Diagnosis = Finding & Pick<Rule, 'code' | 'severity'>

/** What the doctor says. */
export type Report = {
  readonly findings: readonly Diagnosis[]
  /** Chains of which nothing but their nodes could be looked at, because none of them answers for it. */
  readonly unseen: readonly string[]
  readonly rules: number
}

/**
 * Looks for everything that stops or will stop a deployment from working. Sends nothing, and never throws for what it finds: a node that
 * fails is a finding.
 *
 * @param nowMs The clock of this machine, in milliseconds.
 * @example
 * ```ts
 * import { committedCreationCodes, diagnose, planSuite } from '@hanse/deploy'
 *
 * const plan = planSuite({ config, creationCodes: committedCreationCodes() })
 * const { findings } = await diagnose({ config, plan, chains, watchers: [] }, Date.now())
 * findings.map(({ code, fix }) => `${code}: ${fix}`)
 * ```
 */
export async function diagnose(patient: Patient, nowMs: number): Promise<Report> {
  const facts = await probe(patient, nowMs)
  const findings = rules.flatMap(({ code, severity, look }) => look(facts).map((finding) => ({ code, severity, ...finding })))
  const unseen = facts.chains.filter(({ suite }) => suite === undefined).map(({ chain }) => chain.name)
  return { findings, unseen, rules: rules.length }
}
