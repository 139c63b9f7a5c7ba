// What somebody who knew everything beforehand could have done with the same tasks at the same times.

/** Work that was done: who did it is left out, as that is what is looked for. */
export type Work = {
  readonly task: number
  /** The first and last block in which whoever does it can do nothing else. */
  readonly from: number
  readonly to: number
}

type Costs = (row: number, column: number) => number

/** Rows and columns count from one; zero is none. */
type Assigning = {
  readonly columns: number
  readonly cost: Costs
  /** By column: the row that has it. */
  readonly rowOf: Int32Array
  /** Potentials: the cost of a pair is never less than those of its row and column together. */
  readonly ofRow: Float64Array
  readonly ofColumn: Float64Array
}

/** A search for a free column for one row: by column what it would cost more, and from which column one comes to it. */
type Search = { readonly slack: Float64Array; readonly before: Int32Array; readonly isUsed: Uint8Array }

/**
 * The least sum of costs when each row gets a column of its own: the Hungarian method with potentials, rows * rows * columns steps.
 *
 * @param cost Not more rows than columns.
 */
export function leastAssignment(rows: number, columns: number, cost: Costs): number {
  const rowOf = new Int32Array(columns + 1)
  const state: Assigning = { columns, cost, rowOf, ofRow: new Float64Array(rows + 1), ofColumn: new Float64Array(columns + 1) }
  for (let row = 1; row <= rows; row++) assign(state, row)
  let sum = 0
  for (const [column, row] of rowOf.entries()) if (column !== 0 && row !== 0) sum += cost(row - 1, column - 1)
  return sum
}

/** Gives one more row a column, and others another one where that is cheaper. */
function assign(state: Assigning, row: number): void {
  const { columns, rowOf } = state
  const slack = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY)
  const search: Search = { slack, before: new Int32Array(columns + 1), isUsed: new Uint8Array(columns + 1) }
  rowOf[0] = row
  let column = 0
  do {
    search.isUsed[column] = 1
    const next = nearest(state, search, column)
    shift(state, search, slack[next] ?? 0)
    column = next
  } while (rowOf[column] !== 0)
  while (column !== 0) {
    const from = search.before[column] ?? 0
    rowOf[column] = rowOf[from] ?? 0
    column = from
  }
}

/** The column that costs least more, of those that were not used. */
function nearest({ columns, cost, rowOf, ofRow, ofColumn }: Assigning, { slack, before, isUsed }: Search, from: number): number {
  const row = rowOf[from] ?? 0
  let next = 0
  for (let to = 1; to <= columns; to++) {
    if (isUsed[to] === 1) continue
    const reduced = cost(row - 1, to - 1) - (ofRow[row] ?? 0) - (ofColumn[to] ?? 0)
    if (reduced < (slack[to] ?? 0)) {
      slack[to] = reduced
      before[to] = from
    }
    if (next === 0 || (slack[to] ?? 0) < (slack[next] ?? 0)) next = to
  }
  return next
}

function shift({ columns, rowOf, ofRow, ofColumn }: Assigning, { slack, isUsed }: Search, by: number): void {
  for (let column = 0; column <= columns; column++) {
    if (isUsed[column] === 1) {
      const row = rowOf[column] ?? 0
      ofRow[row] = (ofRow[row] ?? 0) + by
      ofColumn[column] = (ofColumn[column] ?? 0) - by
    } else slack[column] = (slack[column] ?? 0) - by
  }
}

/**
 * What all of the work costs at least, whoever does it: work that is under way at one moment needs different agents. Work is cut into groups that
 * share a moment, and each group is assigned at best. Between groups anything goes, so the true optimum may be dearer, and never cheaper.
 */
export function leastCost(work: readonly Work[], agents: number, cost: (task: number, agent: number) => number): number {
  const groups: Work[][] = []
  let until = Number.NEGATIVE_INFINITY
  for (const one of work.toSorted((a, b) => a.from - b.from)) {
    const group = groups.at(-1)
    if (group === undefined || one.from > until) {
      groups.push([one])
      until = one.to
    } else {
      group.push(one)
      until = Math.min(until, one.to)
    }
  }
  const costs = groups.map((group) => leastAssignment(group.length, agents, (row, agent) => cost(group[row]?.task ?? 0, agent)))
  return costs.reduce((sum, each) => sum + each, 0)
}
