/** Timers that code under test starts from now on, until `leave`. */
export function watchTimers(): { readonly pending: () => readonly string[]; readonly leave: () => void } {
  const waiting = new Map<unknown, string>()
  const { setTimeout: start, clearTimeout: stop, setInterval: repeat, clearInterval: end } = globalThis
  const where = () => String(new TypeError().stack).split('\n').slice(3).join('\n')
  const watched = {
    setTimeout: (work: (...values: unknown[]) => void, ms?: number, ...values: unknown[]) => {
      const timer: unknown = start(() => {
        waiting.delete(timer)
        work(...values)
      }, ms)
      waiting.set(timer, where())
      return timer
    },
    setInterval: (work: () => void, ms?: number) => {
      const timer = repeat(work, ms)
      waiting.set(timer, where())
      return timer
    },
    clearTimeout: (timer: NodeJS.Timeout) => {
      waiting.delete(timer)
      stop(timer)
    },
    clearInterval: (timer: NodeJS.Timeout) => {
      waiting.delete(timer)
      end(timer)
    },
  }
  Object.assign(globalThis, watched)
  return {
    // The test itself waits too.
    pending: () => [...waiting.values()].filter((stack) => /sdk\/src|tanstack/.test(stack)),
    leave: () => void Object.assign(globalThis, { setTimeout: start, clearTimeout: stop, setInterval: repeat, clearInterval: end }),
  }
}
