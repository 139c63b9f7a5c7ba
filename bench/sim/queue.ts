/** What is due when: the earliest first, and of those due at once the one that was put in first. */
export type Queue<item> = {
  push(due: number, item: item): void
  /** The earliest, taken out. */
  pop(): { readonly due: number; readonly item: item } | undefined
  /** When the earliest is due. */
  next(): number | undefined
}

type Entry<item> = { readonly due: number; readonly order: number; readonly item: item }

/** A heap. The order of what is due at once depends on nothing but the order of the pushes. */
export function createQueue<item>(): Queue<item> {
  const heap: Entry<item>[] = []
  let pushed = 0
  return {
    push(due, item) {
      heap.push({ due, order: pushed++, item })
      rise(heap, heap.length - 1)
    },
    pop() {
      const [first] = heap
      const last = heap.pop()
      if (first === undefined || last === undefined) return undefined
      if (heap.length > 0) {
        heap[0] = last
        sink(heap)
      }
      return { due: first.due, item: first.item }
    },
    next: () => heap[0]?.due,
  }
}

function isBefore<item>(one: Entry<item> | undefined, other: Entry<item> | undefined): boolean {
  if (one === undefined || other === undefined) return one !== undefined
  return one.due < other.due || (one.due === other.due && one.order < other.order)
}

function swap<item>(heap: Entry<item>[], one: number, other: number): void {
  const [a, b] = [heap[one], heap[other]]
  if (a === undefined || b === undefined) return
  heap[one] = b
  heap[other] = a
}

function rise<item>(heap: Entry<item>[], from: number): void {
  for (let at = from; at > 0; ) {
    const parent = (at - 1) >> 1
    if (!isBefore(heap[at], heap[parent])) return
    swap(heap, at, parent)
    at = parent
  }
}

function sink<item>(heap: Entry<item>[]): void {
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2]
    const child = isBefore(heap[right], heap[left]) ? right : left
    if (!isBefore(heap[child], heap[at])) return
    swap(heap, at, child)
    at = child
  }
}
