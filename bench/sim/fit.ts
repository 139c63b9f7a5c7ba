import { rounded } from './numbers.ts'

/** A straight line through points, by least squares; on logarithms the slope is an exponent. */
export type Fit = {
  readonly kind: 'log-log' | 'linear'
  readonly slope: number
  /** Of the line: what y is at x = 1 (log-log) or x = 0 (linear). */
  readonly at: number
  /** The share of the variance that the line explains. */
  readonly r2: number
  readonly points: number
}

export type Point = readonly [x: number, y: number]

/** Undefined: fewer than two different places. Log-log leaves out what is not positive. */
export function fitLine(kind: Fit['kind'], points: readonly Point[]): Fit | undefined {
  const isLog = kind === 'log-log'
  const used = isLog ? points.filter(([x, y]) => x > 0 && y > 0).map(([x, y]): Point => [Math.log(x), Math.log(y)]) : points
  const count = used.length
  const [meanX, meanY] = [0, 1].map((axis) => used.reduce((sum, point) => sum + (point[axis] ?? 0), 0) / count)
  if (meanX === undefined || meanY === undefined || new Set(used.map(([x]) => x)).size < 2) return undefined
  let [xx, xy, yy] = [0, 0, 0]
  for (const [x, y] of used) {
    xx += (x - meanX) ** 2
    xy += (x - meanX) * (y - meanY)
    yy += (y - meanY) ** 2
  }
  const slope = xy / xx
  const at = meanY - slope * meanX
  const r2 = yy === 0 ? 1 : (slope * xy) / yy
  return { kind, slope: rounded(slope), at: rounded(isLog ? Math.exp(at) : at, 2), r2: rounded(r2, 3), points: count }
}
