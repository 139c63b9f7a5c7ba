/** Lays rows of words out in columns, the first row as the heading. Numbers stand right, words left. */
export function table(rows: (string | number)[][]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' && !Number.isInteger(cell) ? cell.toFixed(1) : String(cell))))
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const isNumber = (column: number) => typeof rows[1]?.[column] === 'number'
  const line = (row: string[]) =>
    row.map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
  return cells.map((row) => `  ${line(row).join('  ').trimEnd()}`).join('\n')
}
