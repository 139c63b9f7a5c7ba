/**
 * Agents that run by themselves: how soon a task of a dead worker goes on, whether more agents ever take longer, and a fleet over three chains of which
 * a third is killed and started again. Writes bench/results/agents.json.
 *
 * Run: npm run bench:agents [-- --tasks 1000 --deaths 20 --only recovery,scaling,fleet]. Small sizes write nothing. All by the clock, which wants
 * a quiet machine.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measureFleet } from './agents/fleet.ts'
import { measureRecovery } from './agents/recovery.ts'
import { measureScaling } from './agents/scaling.ts'
import { machine } from './machine.ts'

const whole = { tasks: 1_000, deaths: 20, shared: 32 }
const options = {
  tasks: { type: 'string', default: String(whole.tasks) },
  deaths: { type: 'string', default: String(whole.deaths) },
  shared: { type: 'string', default: String(whole.shared) },
  only: { type: 'string', default: 'recovery,scaling,fleet' },
} as const
const { values } = parseArgs({ options })
const [tasks, deaths, shared] = [Number(values.tasks), Number(values.deaths), Number(values.shared)]
const wanted = values.only.split(',')
const file = new URL('./results/agents.json', import.meta.url)

const found = {
  ...(wanted.includes('recovery') ? { recovery: await measureRecovery({ deaths }) } : {}),
  ...(wanted.includes('scaling') ? { scaling: await measureScaling({ tasks: shared, workMs: 4_000, sizes: [1, 2, 4, 8, 16, 32] }) } : {}),
  ...(wanted.includes('fleet') ? { fleet: await measureFleet({ tasks, agents: 30, workMs: 300 }) } : {}),
}
console.log(JSON.stringify(found, undefined, 2))
const { recovery, scaling, fleet } = found
const faults = [
  ...(recovery === undefined || recovery.blocksP95 <= 2
    ? []
    : [`p95 of recovery is ${recovery.blocksP95} blocks after the window, at most 2`]),
  ...(recovery === undefined || recovery.transactionsBeforeDoubt === 0 ? [] : ['somebody paid gas before anybody doubted']),
  ...(scaling === undefined || scaling.worstRatio <= 1 ? [] : [`more agents took ${scaling.worstRatio} x as long`]),
  ...(fleet === undefined || fleet.settled === tasks ? [] : [`${fleet.settled} of ${tasks} tasks settled`]),
  ...(fleet === undefined || fleet.duplicates === 0 ? [] : [`${fleet.duplicates} works were done twice`]),
]
const isWhole = tasks >= whole.tasks && deaths >= whole.deaths && shared >= whole.shared
if (isWhole) {
  const before: object = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  writeFileSync(file, `${JSON.stringify({ ...before, ...found, machine: machine() }, undefined, 2)}\n`)
}
for (const fault of faults) console.error(fault)
process.exit(faults.length === 0 ? 0 : 1)
