/**
 * Prints every bar beside our figure and the best one known elsewhere, with where each comes from.
 *
 * Run: npm run bench:check [-- --write]. It fails when a figure that is there misses its bar; `--write` puts the table into docs/comparison.md.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** One bar. `isMost`: our figure may be that at most, otherwise it has to be that at least. */
type Bar = {
  readonly area: string
  readonly what: string
  readonly unit: string
  readonly bar: number
  readonly isMost: boolean
  /** Where our figure stands: a row of a list by its name, a path, or how many items a list has. */
  readonly ours: {
    readonly file: string
    readonly row?: string
    readonly field?: string
    readonly path?: readonly string[]
    readonly count?: boolean
  }
  readonly rival?: string
  readonly theirs?: number
  /** Where the rival's figure comes from. */
  readonly source?: string
}

const bars: readonly Bar[] = JSON.parse(readFileSync(new URL('./bars.json', import.meta.url), 'utf8'))
const page = new URL('../docs/comparison.md', import.meta.url)

const into = (value: unknown, key: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined)

/** Our figure, or undefined where nobody measured it yet. */
function figureOf({ file, row, field = '', path = [], count = false }: Bar['ours']): number | undefined {
  const url = new URL(`./results/${file}`, import.meta.url)
  if (!existsSync(url)) return undefined
  const content: unknown = JSON.parse(readFileSync(url, 'utf8'))
  const list: readonly unknown[] = Array.isArray(content) ? content : []
  if (count) return list.length
  const found =
    row === undefined
      ? path.reduce(into, content)
      : into(
          list.find((item) => into(item, 'name') === row),
          field,
        )
  return typeof found === 'number' ? found : undefined
}

const number = (value: number | undefined) =>
  value === undefined ? 'not measured' : value.toLocaleString('en-US', { maximumFractionDigits: 3 })
const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function verdictOf({ bar, isMost }: Bar, ours: number | undefined): string {
  if (ours === undefined) return '?'
  return (isMost ? ours <= bar : ours >= bar) ? 'yes' : '**no**'
}

const rows = bars.map((bar) => ({ bar, ours: figureOf(bar.ours), verdict: verdictOf(bar, figureOf(bar.ours)) }))
const head = ['what', 'unit', 'ours', 'bar', 'met', 'best known elsewhere', 'their figure is']
const tables = [...new Set(bars.map(({ area }) => area))].map((area) => {
  const body = rows
    .filter(({ bar }) => bar.area === area)
    .map(({ bar, ours, verdict }) =>
      line([
        ...[
          bar.what,
          bar.unit,
          `${number(ours)} (\`${bar.ours.file}\`)`,
          `${bar.isMost ? 'at most' : 'at least'} ${number(bar.bar)}`,
          verdict,
        ],
        ...[bar.rival === undefined ? '' : `${bar.rival}: ${number(bar.theirs)}`, bar.source ?? ''],
      ]),
    )
  return [`## ${area}`, '', line(head), line(head.map(() => '---')), ...body].join('\n')
})
const text = tables.join('\n\n')

console.log(text)
if (process.argv.includes('--write')) {
  const [before = ''] = readFileSync(page, 'utf8').split('<!-- figures -->')
  writeFileSync(page, `${before}<!-- figures -->\n\n${text}\n`)
}
const missed = rows.filter(({ verdict }) => verdict === '**no**')
console.log(`\n${rows.length} bars: ${rows.filter(({ verdict }) => verdict === 'yes').length} met, ${missed.length} missed.`)
process.exitCode = missed.length === 0 ? 0 : 1
