import { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api'
import type { Hex } from 'viem'

/** Where OpenTelemetry's own tools look for a collector too. */
const endpointVariables = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']

/** Ends tracing: what was seen is sent first. */
export type Tracing = { stop(): Promise<void> }

/**
 * Sends traces to a collector when the environment names one, as OpenTelemetry's variables do. Only then is any of it loaded. Each message is one
 * trace, whose id is the start of the message's own: so the spans of all watchers that worked on it meet in one picture.
 */
export async function startTracing({ name, environment }: startTracing.Parameters): Promise<Tracing | undefined> {
  if (endpointVariables.every((variable) => (environment[variable] ?? '') === '')) return undefined
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ])
  const { resourceFromAttributes } = await import('@opentelemetry/resources')
  const resource = resourceFromAttributes({ 'service.name': 'hanse-watcher', 'service.instance.id': name })
  const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] })
  trace.setGlobalTracerProvider(provider)
  return {
    async stop() {
      trace.disable()
      await Promise.race([provider.shutdown(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]).catch(() => undefined)
    },
  }
}

export declare namespace startTracing {
  type Parameters = { name: string; environment: Readonly<Record<string, string | undefined>> }
}

/** Notes a step of a message's way. Costs next to nothing while nobody traces. */
export function traceMessage({ id, name, from, to, attributes = {}, failure }: traceMessage.Parameters): void {
  const parent = { traceId: id.slice(2, 34), spanId: id.slice(34, 50), traceFlags: TraceFlags.SAMPLED, isRemote: true }
  const tracer = trace.getTracer('@hanse/watcher')
  // Dates: a number from before this process started would count from its start.
  const span = tracer.startSpan(
    name,
    { startTime: new Date(from), attributes: { 'hanse.message': id, ...attributes } },
    trace.setSpanContext(ROOT_CONTEXT, parent),
  )
  if (failure !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: failure })
  span.end(new Date(to))
}

export declare namespace traceMessage {
  type Parameters = {
    /** Of the message. */
    id: Hex
    name: 'final' | 'delivery' | 'execution' | 'dead letter'
    /** Milliseconds. */
    from: number
    to: number
    attributes?: Readonly<Record<string, string | number>>
    /** Why it went wrong, where it did. */
    failure?: string | undefined
  }
}
