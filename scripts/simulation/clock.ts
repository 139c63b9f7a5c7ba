/** Time that passes only when everything that can happen now has happened. */
export type Clock = {
  /** Milliseconds. */
  now(): number
  /** Does something after `ms`. Gives a way to call it off. */
  after(ms: number, run: () => void): () => void
  /** Resolves after `ms`, or at once when aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
  /** Lets time pass until `isDone`, or until `limit` (milliseconds). */
  runUntil(limit: number, isDone: () => boolean): Promise<void>
  /** How often something happened. */
  steps(): number
}

type Timer = { readonly at: number; readonly order: number; readonly run: () => void; isOff: boolean }

/** All promises that can go on without time going on have done so when this resolves. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

export function createClock(start: number): Clock {
  const heap: Timer[] = []
  let time = start
  let order = 0
  let steps = 0

  function after(ms: number, run: () => void): () => void {
    const timer = { at: time + Math.max(0, Math.round(ms)), order: order++, run, isOff: false }
    push(heap, timer)
    return () => {
      timer.isOff = true
    }
  }

  async function runUntil(limit: number, isDone: () => boolean): Promise<void> {
    await settled()
    for (;;) {
      const timer = heap[0]
      if (isDone() || timer === undefined || timer.at > limit) return
      pop(heap)
      if (timer.isOff) continue
      time = timer.at
      steps++
      timer.run()
      await settled()
    }
  }

  return {
    now: () => time,
    after,
    runUntil,
    steps: () => steps,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const done = () => {
          off()
          signal?.removeEventListener('abort', done)
          resolve()
        }
        const off = after(ms, done)
        signal?.addEventListener('abort', done, { once: true })
      }),
  }
}

const isBefore = (a: Timer, b: Timer) => a.at < b.at || (a.at === b.at && a.order < b.order)

function push(heap: Timer[], timer: Timer): void {
  let place = heap.push(timer) - 1
  while (place > 0) {
    const up = (place - 1) >> 1
    const parent = heap[up]
    if (parent === undefined || !isBefore(timer, parent)) break
    heap[place] = parent
    place = up
  }
  heap[place] = timer
}

function pop(heap: Timer[]): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  let place = 0
  for (;;) {
    let child = 2 * place + 1
    const [left, right] = [heap[child], heap[child + 1]]
    if (left === undefined) break
    let best = left
    if (right !== undefined && isBefore(right, left)) {
      best = right
      child++
    }
    if (!isBefore(best, last)) break
    heap[place] = best
    place = child
  }
  heap[place] = last
}
