import { readFileSync } from 'node:fs'
import type { Row } from '../gas/row.ts'

/** Gas of one transaction, by the name of its row in the snapshot. */
export type Prices = (row: string) => number

/** A transaction was sent whose price nobody measured. */
export class PriceMissingError extends Error {
  override readonly name = 'PriceMissingError'
  constructor(row: string) {
    super(`bench/results/gas.json has no row "${row}". Measure it in bench/gas and run npm run bench:gas.`)
  }
}

/** The prices of the committed snapshot, which `npm run bench:gas` measures on the production build. A row per message or agent is the whole transaction of one. */
export function snapshotPrices(file = new URL('../results/gas.json', import.meta.url)): Prices {
  const rows: readonly Row[] = JSON.parse(readFileSync(file, 'utf8'))
  const gasOf = new Map(rows.map(({ name, gas, n }) => [name, gas * n]))
  return (row) => {
    const gas = gasOf.get(row)
    if (gas === undefined) throw new PriceMissingError(row)
    return gas
  }
}
