/** Hands items from one side to the other, one at a time: `put` resolves when the item was dealt with, which is when the next one is asked for. */
export function createChannel<item>() {
  let waiting: { item: item; done: () => void } | undefined
  let wake: (() => void) | undefined
  let isClosed = false

  async function put(item: item): Promise<void> {
    if (isClosed) return
    await new Promise<void>((resolve) => {
      waiting = { item, done: resolve }
      wake?.()
    })
  }

  function close(): void {
    isClosed = true
    waiting?.done()
    wake?.()
  }

  async function* items(): AsyncGenerator<item, void, void> {
    while (!isClosed) {
      const next = waiting
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      yield next.item
      waiting = undefined
      next.done()
    }
  }

  return { put, close, items }
}
