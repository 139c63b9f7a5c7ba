import type { Point } from './fit.ts'
import type { Chart } from './series.ts'

const [width, height] = [720, 420]
const box = { left: 78, right: 470, top: 44, bottom: 366 }
const colors = ['#1f6f8b', '#c8553d', '#588157', '#8a5a9e', '#b08900', '#444444']

type Scale = { readonly to: (value: number) => number; readonly ticks: readonly number[] }

/** Powers of ten when the line is fitted on logarithms, else five even steps. */
function scale(values: readonly number[], isLog: boolean, [from, to]: readonly [number, number]): Scale {
  if (isLog) {
    const used = values.filter((value) => value > 0)
    const [low, high] = [
      Math.floor(Math.log10(Math.min(...used))),
      Math.max(Math.ceil(Math.log10(Math.max(...used))), Math.floor(Math.log10(Math.min(...used))) + 1),
    ]
    const ticks = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index))
    return { to: (value) => from + ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * (to - from), ticks }
  }
  const high = Math.max(1, ...values)
  const ticks = Array.from({ length: 6 }, (_, index) => Math.round((high * index) / 5))
  return { to: (value) => from + (value / high) * (to - from), ticks }
}

const text = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const place = (value: number) => value.toFixed(1)

function label(value: number): string {
  if (value >= 1_000_000_000) return `${value / 1_000_000_000}G`
  if (value >= 1_000_000) return `${value / 1_000_000}M`
  return value >= 1_000 ? `${value / 1_000}k` : String(value)
}

/** A chart as an image: points, the lines fitted through them, and beside each way its slope. */
export function svgOf({ title, x, y, fit: kind, lines }: Chart): string {
  const isLog = kind === 'log-log'
  const points = lines.flatMap((line) => line.points)
  const across = scale(
    points.map(([value]) => value),
    isLog,
    [box.left, box.right],
  )
  const up = scale(
    points.map(([, value]) => value),
    isLog,
    [box.bottom, box.top],
  )
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#222">`,
    `<title>${text(title)}</title><rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${box.left}" y="24" font-size="15" font-weight="600">${text(title)}</text>`,
    ...across.ticks.map(
      (tick) =>
        grid([across.to(tick), box.top], [across.to(tick), box.bottom]) + at(across.to(tick), box.bottom + 18, 'middle', label(tick)),
    ),
    ...up.ticks.map(
      (tick) => grid([box.left, up.to(tick)], [box.right, up.to(tick)]) + at(box.left - 8, up.to(tick) + 4, 'end', label(tick)),
    ),
    at((box.left + box.right) / 2, height - 14, 'middle', x),
    `<text transform="translate(18 ${(box.top + box.bottom) / 2}) rotate(-90)" text-anchor="middle">${text(y)}</text>`,
    ...lines.flatMap((line, index) => {
      const color = colors[index % colors.length] ?? '#444444'
      const slope = line.fit === undefined ? '' : `: slope ${line.fit.slope}`
      const row = box.top + 12 + index * 22
      return [
        fitted(line, { across, up, color }),
        ...line.points.map(([px, py]) => `<circle cx="${place(across.to(px))}" cy="${place(up.to(py))}" r="3.5" fill="${color}"/>`),
        `<circle cx="${box.right + 20}" cy="${row - 4}" r="4" fill="${color}"/>${at(box.right + 30, row, 'start', `${line.way}${slope}`)}`,
      ]
    }),
    at(box.right + 20, box.bottom, 'start', isLog ? 'least squares on logarithms' : 'least squares'),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

const grid = ([x1, y1]: Point, [x2, y2]: Point) => `<path d="M${place(x1)} ${place(y1)}L${place(x2)} ${place(y2)}" stroke="#ddd"/>`
const at = (px: number, py: number, anchor: string, value: string) =>
  `<text x="${place(px)}" y="${place(py)}" text-anchor="${anchor}">${text(value)}</text>`

function fitted({ points, fit }: Chart['lines'][number], { across, up, color }: { across: Scale; up: Scale; color: string }): string {
  if (fit === undefined) return ''
  const ends = [points[0]?.[0] ?? 1, points.at(-1)?.[0] ?? 1]
  const path = ends.map(
    (px) => `${place(across.to(px))} ${place(up.to(fit.kind === 'log-log' ? fit.at * px ** fit.slope : fit.at + fit.slope * px))}`,
  )
  return `<path d="M${path.join('L')}" stroke="${color}" stroke-width="1.5" fill="none"/>`
}
