import { type Fit, fitLine, type Point } from './fit.ts'
import type { ScenarioRow } from './types.ts'

/** One chart: what is drawn over what, a line for each way. */
export type Chart = {
  /** Of its file. */
  readonly name: string
  readonly title: string
  readonly x: string
  readonly y: string
  readonly fit: Fit['kind']
  readonly lines: readonly { readonly way: string; readonly points: readonly Point[]; readonly fit: Fit | undefined }[]
}

type Plan = Omit<Chart, 'lines'> & {
  readonly scenario: string
  readonly of: (row: ScenarioRow) => Point
  /** Which rows of the scenario. Default: all. */
  readonly only?: (row: ScenarioRow) => boolean
}

const gasPer = (figure: string) => (row: ScenarioRow) => row.gas / Math.max(1, row.figures[figure] ?? 0)
const settingIs = (name: string, value: number) => (row: ScenarioRow) => row.settings[name] === value
const isUsual = (row: ScenarioRow) => row.settings.stale === 0.05 && (row.way !== 'public rank' || row.settings.load === 0.8)

const plans: readonly Plan[] = [
  {
    ...{ name: 'market-gas', scenario: 'S7', title: 'Open market: gas of a task', x: 'agents', y: 'gas per task', fit: 'log-log' },
    ...{ of: (row) => [row.agents, gasPer('tasks')(row)], only: isUsual },
  },
  {
    ...{
      name: 'market-claims',
      scenario: 'S7',
      title: 'Open market: claims for a task',
      x: 'agents',
      y: 'claims per task',
      fit: 'log-log',
    },
    ...{ of: (row) => [row.agents, row.figures.claimsPerTask ?? 0], only: (row) => isUsual(row) && !row.way.includes('scheduler') },
  },
  {
    ...{
      name: 'document-gas',
      scenario: 'S1',
      title: 'Shared document: gas of a change, 10 sections',
      x: 'editors',
      y: 'gas per commit',
      fit: 'log-log',
    },
    ...{ of: (row) => [row.agents, row.figures.gasPerCommit ?? 0], only: settingIs('sections', 10) },
  },
  {
    ...{
      name: 'document-seconds',
      scenario: 'S1',
      title: 'Shared document: time to a commit, 10 sections',
      x: 'editors',
      y: 'seconds',
      fit: 'log-log',
    },
    ...{ of: (row) => [row.agents, row.figures.commitSeconds ?? 0], only: settingIs('sections', 10) },
  },
  {
    ...{ name: 'bidding-gas', scenario: 'S2', title: 'Bidding: gas of a task', x: 'bidders', y: 'gas per task', fit: 'log-log' },
    ...{
      of: (row) => [row.agents, row.figures.gasPerTask ?? 0],
      only: (row) => row.settings.collude === 0 && row.settings.costModel === 0,
    },
  },
  {
    ...{ name: 'feed-gas', scenario: 'S3', title: 'Feed: gas of an event', x: 'subscribers', y: 'gas per event', fit: 'log-log' },
    ...{
      of: (row) => [row.agents, row.figures.gasPerEvent ?? 0],
      only: (row) => row.settings.perSecond === 1 && row.blockSeconds.length === 1,
    },
  },
  {
    ...{
      name: 'hierarchy-seconds',
      scenario: 'S5',
      title: 'Hierarchy: time to the end, nobody dies',
      x: 'leaves',
      y: 'seconds',
      fit: 'log-log',
    },
    ...{ of: (row) => [row.figures.leaves ?? 0, row.figures.seconds ?? 0], only: settingIs('kill', 0) },
  },
  {
    ...{ name: 'hierarchy-gas', scenario: 'S5', title: 'Hierarchy: gas in all, nobody dies', x: 'leaves', y: 'gas', fit: 'log-log' },
    ...{ of: (row) => [row.figures.leaves ?? 0, row.gas], only: settingIs('kill', 0) },
  },
  {
    ...{
      name: 'conflict-double',
      scenario: 'S10',
      title: 'Conflict: objects that went to two, of 500',
      x: 'seconds apart',
      y: 'objects',
      fit: 'linear',
    },
    ...{
      of: (row) => [row.settings.partition ?? 0, row.figures.doubleGrants ?? 0],
      only: (row) => row.settings.finalityBlocks === undefined,
    },
  },
  {
    ...{
      name: 'conflict-seconds',
      scenario: 'S10',
      title: 'Conflict: time to know, on average',
      x: 'seconds apart',
      y: 'seconds',
      fit: 'linear',
    },
    ...{
      of: (row) => [row.settings.partition ?? 0, row.figures.decisionSeconds ?? 0],
      only: (row) => row.settings.finalityBlocks === undefined,
    },
  },
]

/** All charts of the rows that there are, with their lines fitted. */
export function chartsOf(rows: readonly ScenarioRow[]): Chart[] {
  return plans.flatMap(({ scenario, of, only = () => true, ...chart }) => {
    const used = rows.filter((row) => row.scenario === scenario && only(row))
    const lines = [...Map.groupBy(used, ({ way }) => way)].map(([way, ones]) => {
      const points = ones.map(of).sort(([one], [other]) => one - other)
      return { way, points, fit: fitLine(chart.fit, points) }
    })
    return lines.length === 0 ? [] : [{ ...chart, lines }]
  })
}
