import type { Answer } from '../outside.ts'
import type { Context } from '../watcherContext.ts'

/** Most listeners at once: each holds a connection open. */
const maxListeners = 256

/** Listeners of a watcher. */
export type Stream = {
  /** Answers `/v1/events`: server-sent events `chain` and `lane` as they happen, after one of each as things stand. */
  open(): Answer
}

/**
 * Tells listeners when a chain moved and when a lane grew or was vouched for. What is told are numbers to look things up by, so that one who was away
 * misses nothing: a lane is contiguous.
 */
export function createStream(context: Context): Stream {
  const listeners = new Set<(name: string, data: unknown) => void>()
  const told = new Map<string, string>()

  function tellChanges(send: (name: string, data: unknown) => void, isNews: (key: string, text: string) => boolean): void {
    for (const { name, key, data } of standing(context)) {
      if (
        isNews(
          key,
          JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)),
        )
      )
        send(name, data)
    }
  }

  function tellAll(): void {
    if (listeners.size === 0) return
    tellChanges(
      (name, data) => {
        for (const send of listeners) send(name, data)
      },
      (key, text) => {
        const isNew = told.get(key) !== text
        told.set(key, text)
        return isNew
      },
    )
  }

  for (const happening of ['finalized', 'head', 'attested', 'reorg'] as const) context.events.on(happening, tellAll)
  return {
    open() {
      if (listeners.size >= maxListeners) return { status: 503, value: { error: `${maxListeners} listen already` } }
      return {
        status: 200,
        value: undefined,
        stream: (send) => {
          listeners.add(send)
          tellChanges(send, () => true)
          return () => listeners.delete(send)
        },
      }
    },
  }
}

/** How everything stands that is told of. */
function standing({ chains, lanes, store }: Context) {
  const ofChains = [...chains.values()].map(({ chainId, sync }) => {
    const { head, final, halt } = sync.status()
    return { name: 'chain', key: `chain ${chainId}`, data: { chainId, head, final: final?.number, halt: halt?.reason } }
  })
  const ofLanes = [...lanes.values()].map(({ laneKey, originChainId, destinationChainId }) => {
    const nonce = store.messages.count(laneKey)
    const data = { laneKey, originChainId, destinationChainId, nonce, head: store.messages.headAt({ laneKey, nonce }) }
    return { name: 'lane', key: laneKey, data }
  })
  return [...ofChains, ...ofLanes]
}
