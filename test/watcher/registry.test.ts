import { describe, expect, it } from 'vitest'
import { createRegistry } from '../../watcher/src/ops/registry.ts'

describe('the registry of metrics', () => {
  it('writes the text that Prometheus reads, with names and labels escaped', () => {
    const registry = createRegistry()
    const seen = registry.counter({ name: 'seen_total', help: 'What was seen\nby whom', labelNames: ['kind', 'by'] })
    seen.inc({ kind: 'a "b" \\ c\nd', by: 'x' })
    seen.inc({ kind: 'a "b" \\ c\nd', by: 'x' }, 1.5)
    seen.inc({ by: 'y', kind: '' })
    registry.gauge({ name: 'height', help: 'How high', labelNames: [] }).set({}, Number.POSITIVE_INFINITY)
    expect(registry.text()).toBe(
      [
        '# HELP seen_total What was seen\\nby whom',
        '# TYPE seen_total counter',
        'seen_total{kind="a \\"b\\" \\\\ c\\nd",by="x"} 2.5',
        'seen_total{by="y",kind=""} 1',
        '',
        '# HELP height How high',
        '# TYPE height gauge',
        'height +Inf',
        '',
      ].join('\n'),
    )
  })

  it('counts what was at most so much, and everything under infinity', () => {
    const registry = createRegistry()
    const size = registry.histogram({ name: 'size', help: 'How large', labelNames: ['chain'], buckets: [1, 2, 5] })
    for (const value of [0.5, 1, 2, 3, 99, Number.NaN]) size.observe({ chain: '7' }, value)
    expect(size.samples().map(({ name, labels, value }) => [name, labels.le, value])).toEqual([
      ['size_bucket', '1', 2],
      ['size_bucket', '2', 3],
      ['size_bucket', '5', 4],
      ['size_bucket', '+Inf', 5],
      ['size_sum', undefined, 105.5],
      ['size_count', undefined, 5],
    ])
  })

  it('never counts down, forgets when told to, and is brought up to date before it is read', () => {
    const registry = createRegistry()
    const sent = registry.counter({ name: 'sent_total', help: 'Sent', labelNames: ['to'] })
    for (const by of [2, -1, Number.NaN]) sent.inc({ to: 'x' }, by)
    expect(sent.samples()).toMatchObject([{ value: 2 }])

    const open = registry.gauge({ name: 'open', help: 'Open', labelNames: ['to'] })
    open.set({ to: 'x' }, 1)
    registry.onRead(() => open.reset())
    registry.onRead(() => open.set({ to: 'y' }, 3))
    expect(registry.text()).toContain('open{to="y"} 3')
    expect(registry.text()).not.toContain('to="x"} 1')
  })
})
