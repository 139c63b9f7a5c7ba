import type { TracerProvider } from '@opentelemetry/api'
import type { Hex } from 'viem'
import { TracingMissingError } from '../errors.ts'

/** Where OpenTelemetry's own tools look for a collector too. */
const endpointVariables = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']

/** Ends tracing: what was seen is sent first. */
export type Tracing = { stop(): Promise<void> }

/** What sends spans to the collector that the environment names. */
type Sender = { readonly provider: TracerProvider; shutdown(): Promise<void> }

type Api = typeof import('@opentelemetry/api')

/** OpenTelemetry's own state is one for a process, and so is this. Undefined while nobody traces. */
let api: Api | undefined

/** 25 MB that most watchers never load: whoever wants traces installs it. */
async function loadSender(name: string): Promise<Sender> {
  const [spans, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ])
  const resource = resourceFromAttributes({ 'service.name': 'hanse-watcher', 'service.instance.id': name })
  const spanProcessors = [new spans.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })]
  const provider = new spans.TracerProvider({ resource, spanProcessors })
  return { provider, shutdown: () => provider.shutdown() }
}

/** A package that is not there; any other failure of loading it is a defect of its own. */
const isAbsent = (cause: unknown) => cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'

/**
 * Sends traces to a collector when the environment names one, as OpenTelemetry's variables do. Only then is any of it loaded. Each message is one
 * trace, whose id is the start of the message's own: so the spans of all watchers that worked on it meet in one picture.
 *
 * @throws TracingMissingError when a collector is named and the packages that send to it are not installed.
 */
export async function startTracing({ name, environment, load = loadSender }: startTracing.Parameters): Promise<Tracing | undefined> {
  const variable = endpointVariables.find((candidate) => (environment[candidate] ?? '') !== '')
  if (variable === undefined) return undefined
  const [sender, loaded] = await Promise.all([load(name), import('@opentelemetry/api')]).catch((cause: unknown) => {
    throw isAbsent(cause) ? new TracingMissingError({ variable, cause }) : cause
  })
  loaded.trace.setGlobalTracerProvider(sender.provider)
  api = loaded
  return {
    async stop() {
      loaded.trace.disable()
      api = undefined
      await Promise.race([sender.shutdown(), new Promise((resolve) => setTimeout(resolve, 2_000).unref())]).catch(() => undefined)
    },
  }
}

export declare namespace startTracing {
  type Parameters = {
    name: string
    environment: Readonly<Record<string, string | undefined>>
    /** Loads what sends; given by tests. */
    load?: (name: string) => Promise<Sender>
  }
}

/** Notes a step of a message's way. Costs next to nothing while nobody traces. */
export function traceMessage({ id, name, from, to, attributes = {}, failure }: traceMessage.Parameters): void {
  if (api === undefined) return
  const { ROOT_CONTEXT, SpanStatusCode, TraceFlags, trace } = api
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
