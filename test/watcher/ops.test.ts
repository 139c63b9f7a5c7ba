import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { keccak256 } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { countRequest, createMetrics } from '../../watcher/src/ops/metrics.ts'
import { startTracing, traceMessage } from '../../watcher/src/ops/traces.ts'
import { gaugeChains } from '../../watcher/src/roles/gauges.ts'
import { loadDriver } from '../../watcher/src/shared/postgres.ts'
import { createTestContext } from './support/context.ts'
import { until } from './support/world.ts'

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const read = (file: string) => readFileSync(path(file), 'utf8')
const alerts = read('watcher/ops/alerts.yml')
const dashboard: { panels: { title: string; targets: { expr: string }[] }[] } = JSON.parse(read('watcher/ops/dashboard.json'))
const promtool = process.env.PATH?.split(':')
  .map((folder) => `${folder}/promtool`)
  .find(existsSync)

/** Names in an expression, as the registry has them. */
const namesIn = (expression: string) =>
  [...expression.matchAll(/\bwatcher_[a-z_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''))

describe('what is watched', () => {
  const exported = new Set(
    createMetrics()
      .registry.list()
      .map(({ name }) => name),
  )
  const rules = [...alerts.matchAll(/alert: (\w+)\n {8}expr: (.+)/g)].map(([, name = '', expr = '']) => ({ name, expr }))

  it('is exported: every metric of every rule and panel', () => {
    expect(rules.length).toBeGreaterThan(15)
    expect(dashboard.panels.length).toBeGreaterThan(15)
    for (const { name, expr } of rules) for (const metric of namesIn(expr)) expect(exported, `${name}: ${metric}`).toContain(metric)
    for (const { title, targets } of dashboard.panels)
      for (const { expr } of targets) for (const metric of namesIn(expr)) expect(exported, `${title}: ${metric}`).toContain(metric)
  })

  it('is shown: every metric has a place on the dashboard', () => {
    const shown = new Set(dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr))))
    expect([...exported].filter((name) => !shown.has(name))).toEqual([])
  })

  it('has a section in docs/operations.md, for every alarm and for nothing else', () => {
    const sections = [...read('docs/operations.md').matchAll(/^### (\w+)\n\n(.+)/gm)].map(([, name]) => name)
    expect(sections).toEqual(rules.map(({ name }) => name))
    for (const { name } of rules) expect(alerts).toContain(`runbook: docs/operations.md#${name.toLowerCase()}`)
  })

  it.skipIf(promtool === undefined)('is valid for Prometheus, as promtool says', async () => {
    const tool = promtool ?? 'promtool'
    expect(execFileSync(tool, ['check', 'rules', path('watcher/ops/alerts.yml')], { encoding: 'utf8' })).toContain('SUCCESS')
    const world = createTestContext()
    const loop = gaugeChains(world.context)
    const event = { endpoint: 'p', calls: [{ method: 'eth_call', params: [] }], outcome: 'ok', seconds: 1, circuit: 'closed' } as const
    countRequest({ metrics: world.context.metrics, event })
    const text = await until('there are figures', async () => {
      const page = world.context.metrics.registry.text()
      return page.includes('watcher_head_block{chain="1"} 9') ? page : undefined
    })
    await loop.stop()
    world.close()
    expect(execFileSync(tool, ['check', 'metrics'], { input: text, encoding: 'utf8' })).toBe('')
  })
})

it('says what to install where a shared store is named and nothing speaks to it', async () => {
  const absent = () => Promise.reject(Object.assign(new Error('no package'), { code: 'ERR_MODULE_NOT_FOUND' }))
  const remedy = [expect.stringContaining('npm install postgres@3')]
  await expect(loadDriver(absent)).rejects.toMatchObject({ name: 'StoreUnusableError', metaMessages: remedy })
  await expect(loadDriver(() => Promise.reject(new SyntaxError('broken')))).rejects.toThrow(SyntaxError)
})

describe('traces', () => {
  const id = keccak256('0x12')

  afterEach(() => trace.disable())

  it('are not loaded unless a collector is named', async () => {
    expect(await startTracing({ name: 'w', environment: {} })).toBeUndefined()
    expect(() => traceMessage({ id, name: 'final', from: 1, to: 2 })).not.toThrow()
  })

  it('say what to install where a collector is named and nothing can send to it', async () => {
    const load = () => Promise.reject(Object.assign(new Error('no package'), { code: 'ERR_MODULE_NOT_FOUND' }))
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
    await expect(startTracing({ name: 'w', environment, load })).rejects.toMatchObject({
      name: 'TracingMissingError',
      metaMessages: [
        expect.stringContaining('npm install @opentelemetry/api@1 @opentelemetry/sdk-trace'),
        expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT'),
      ],
    })
    const broken = () => Promise.reject(new SyntaxError('broken'))
    await expect(startTracing({ name: 'w', environment, load: broken })).rejects.toThrow(SyntaxError)
  })

  it('put the steps of one message, by whoever made them, into one trace with its id', async () => {
    const exporter = new InMemorySpanExporter()
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
    const tracing = await startTracing({ name: 'w', environment, load: async () => ({ provider, shutdown: async () => undefined }) })
    traceMessage({ id, name: 'final', from: 1_000, to: 1_000 })
    traceMessage({ id, name: 'execution', from: 1_000, to: 3_500, attributes: { chain: 7 } })
    traceMessage({ id, name: 'dead letter', from: 1_000, to: 2_000, failure: 'Refused' })
    const spans = exporter.getFinishedSpans()
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([id.slice(2, 34)]))
    expect(spans.map(({ name, duration }) => [name, duration])).toEqual([
      ['final', [0, 0]],
      ['execution', [2, 500_000_000]],
      ['dead letter', [1, 0]],
    ])
    expect(spans[1]?.startTime).toEqual([1, 0])
    expect(spans[1]?.attributes).toEqual({ 'hanse.message': id, chain: 7 })
    expect(spans[2]?.status.message).toBe('Refused')
    await tracing?.stop()
    traceMessage({ id, name: 'final', from: 1_000, to: 1_000 })
    expect(exporter.getFinishedSpans()).toHaveLength(3)
  })

  describe('with a collector', () => {
    const bodies: string[] = []
    const collector = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      bodies.push(`${request.url} ${Buffer.concat(chunks).toString('latin1')}`)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
    beforeEach(() => new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve)))
    afterEach(() => {
      process.env.OTEL_EXPORTER_OTLP_ENDPOINT = ''
      collector.close()
      collector.closeAllConnections()
    })

    it('are sent there before the watcher ends', async () => {
      process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}` // it listens on a port
      const tracing = await startTracing({ name: 'watcher-1', environment: process.env })
      traceMessage({ id, name: 'delivery', from: 1_000, to: 2_000 })
      await tracing?.stop()
      expect(bodies.join()).toContain('/v1/traces')
      for (const word of ['hanse-watcher', 'watcher-1', 'delivery', id]) expect(bodies.join()).toContain(word)
    })
  })
})
