// Counters, gauges and histograms, and the page that Prometheus reads: its text format 0.0.4. Small enough to be here, instead of four megabytes of packages.

type Labels<label extends string> = Readonly<Record<label, string>>
type Sample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number }
type Declared<label extends string> = { readonly name: string; readonly help: string; readonly labelNames: readonly label[] }

/** One metric: what it is, and what it holds now. */
export type Metric = {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  samples(): readonly Sample[]
}

/** Only goes up, until the process ends. */
export type Counter<label extends string> = Metric & { inc(labels: Labels<label>, by?: number): void }
/** Is what it was set to last. */
export type Gauge<label extends string> = Metric & { set(labels: Labels<label>, value: number): void; reset(): void }
/** Counts how many values were at most so much. */
export type Histogram<label extends string> = Metric & { observe(labels: Labels<label>, value: number): void }

/** The metrics of one watcher. */
export type Registry = {
  readonly contentType: string
  counter<label extends string>(declared: Declared<label>): Counter<label>
  gauge<label extends string>(declared: Declared<label>): Gauge<label>
  /** `buckets` in rising order, without infinity. */
  histogram<label extends string>(declared: Declared<label> & { readonly buckets: readonly number[] }): Histogram<label>
  /** Calls it whenever somebody reads, before anything is read. */
  onRead(listener: () => void): void
  list(): readonly Metric[]
  /** The page. */
  text(): string
}

/** Values by their labels, in the order in which they came. */
function createSeries<label extends string, value>({ labelNames }: Declared<label>, first: () => value) {
  const all = new Map<string, { labels: Labels<label>; value: value }>()
  return {
    at(labels: Labels<label>) {
      const key = labelNames.map((name) => labels[name]).join('\u0000')
      const known = all.get(key) ?? { labels: { ...labels }, value: first() }
      all.set(key, known)
      return known
    },
    all: () => [...all.values()],
    clear: () => all.clear(),
  }
}

function createCounter<label extends string>(declared: Declared<label>): Counter<label> {
  const series = createSeries(declared, () => 0)
  const { name, help } = declared
  return {
    ...{ name, help, type: 'counter' },
    inc(labels, by = 1) {
      // What is no amount is left out: a count that went down or became NaN would say nothing ever after.
      if (by >= 0) series.at(labels).value += by
    },
    samples: () => series.all().map((item) => ({ name, ...item })),
  }
}

function createGauge<label extends string>(declared: Declared<label>): Gauge<label> {
  const series = createSeries(declared, () => 0)
  const { name, help } = declared
  return {
    ...{ name, help, type: 'gauge' },
    set(labels, value) {
      series.at(labels).value = value
    },
    reset: series.clear,
    samples: () => series.all().map((item) => ({ name, ...item })),
  }
}

function createHistogram<label extends string>(declared: Declared<label> & { readonly buckets: readonly number[] }): Histogram<label> {
  const { name, help, buckets } = declared
  const series = createSeries(declared, () => ({ sum: 0, count: 0, within: buckets.map(() => 0) }))
  return {
    ...{ name, help, type: 'histogram' },
    observe(labels, value) {
      if (Number.isNaN(value)) return
      const { value: found } = series.at(labels)
      found.sum += value
      found.count += 1
      found.within = found.within.map((count, index) => (value <= (buckets[index] ?? 0) ? count + 1 : count))
    },
    samples: () =>
      series
        .all()
        .flatMap(({ labels, value: { sum, count, within } }) => [
          ...within.map((value, index) => ({ name: `${name}_bucket`, labels: { ...labels, le: String(buckets[index]) }, value })),
          { name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
          { name: `${name}_sum`, labels, value: sum },
          { name: `${name}_count`, labels, value: count },
        ]),
  }
}

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}

function lineOf({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text).replaceAll('"', '\\"')}"`)
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`
}

/**
 * Opens a registry.
 *
 * @example
 * ```ts
 * import { createRegistry } from './registry.ts'
 *
 * const registry = createRegistry()
 * const seen = registry.counter({ name: 'seen_total', help: 'What was seen', labelNames: ['kind'] })
 * seen.inc({ kind: 'ship' })
 * registry.text() // '# HELP seen_total What was seen\n# TYPE seen_total counter\nseen_total{kind="ship"} 1\n'
 * ```
 */
export function createRegistry(): Registry {
  const metrics: Metric[] = []
  const listeners: (() => void)[] = []
  const add = <metric extends Metric>(metric: metric): metric => {
    metrics.push(metric)
    return metric
  }
  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    counter: (declared) => add(createCounter(declared)),
    gauge: (declared) => add(createGauge(declared)),
    histogram: (declared) => add(createHistogram(declared)),
    onRead: (listener) => void listeners.push(listener),
    list: () => metrics,
    text() {
      for (const listener of listeners) listener()
      const sections = metrics.map(({ name, help, type, samples }) =>
        [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...samples().map(lineOf)].join('\n'),
      )
      return `${sections.join('\n\n')}\n`
    },
  }
}
