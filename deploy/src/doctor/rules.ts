import { contractRules } from './contractRules.ts'
import { governanceRules } from './governanceRules.ts'
import { operatorRules } from './operatorRules.ts'
import { rpcRules } from './rpcRules.ts'
import type { Rule } from './rule.ts'
import { suiteRules } from './suiteRules.ts'
import { watcherRules } from './watcherRules.ts'

/** All rules, in the order in which findings are told: what comes first is often the reason for the rest. */
export const rules: readonly Rule[] = [...suiteRules, ...rpcRules, ...contractRules, ...governanceRules, ...watcherRules, ...operatorRules]

/** The page of all rules. */
export function renderRules(): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    row(['code', 'is', 'means', 'what to do']),
    row(['---', '---', '---', '---']),
    ...rules.map(({ code, severity, meaning, remedy }) => row([`\`${code}\``, severity, meaning, remedy])),
  ].join('\n')
}
