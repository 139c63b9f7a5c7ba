/** A number from 0 up to, but without, 1 for each tuple of whole numbers: the same one whoever asks and whenever, so both back ends draw alike. */
export function draw(...parts: readonly number[]): number {
  let state = 0x9e3779b9
  for (const part of parts) {
    state = Math.imul(state ^ (part + 0x7f4a7c15), 0x85ebca6b)
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
    state ^= state >>> 16
  }
  return (state >>> 0) / 2 ** 32
}

/** How many of a Poisson process fall into one step, from one draw. */
export function poisson(mean: number, uniform: number): number {
  let [count, term] = [0, Math.exp(-mean)]
  for (let sum = term; uniform > sum && term > 0 && count < 100_000; sum += term) {
    count += 1
    term *= mean / count
  }
  return count
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** So many digits after the point: what is written to a file should not differ in the last bit. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toFixed(digits))
}

/** The i-th of the items, by Zipf's law: item 0 twice as often as item 1, three times as often as item 2. */
export function zipf(items: number, uniform: number): number {
  let left = 0
  for (let item = 1; item <= items; item++) left += 1 / item
  left *= uniform
  for (let item = 1; item <= items; item++) {
    left -= 1 / item
    if (left <= 0) return item - 1
  }
  return items - 1
}

/** The items in an order of their own for each key. */
export function shuffled<item>(items: readonly item[], ...key: readonly number[]): item[] {
  const result = [...items]
  for (let at = result.length - 1; at > 0; at--) {
    const other = Math.floor(draw(...key, at) * (at + 1))
    const [one, two] = [result[at], result[other]]
    if (one === undefined || two === undefined) continue
    result[at] = two
    result[other] = one
  }
  return result
}

/** Powers of ten of a mean so large underflow: then a sum of smaller ones. */
export function arrivals(perStep: number, ...key: readonly number[]): number {
  const parts = Math.max(1, Math.ceil(perStep / 50))
  let sum = 0
  for (let part = 0; part < parts; part++) sum += poisson(perStep / parts, draw(...key, part))
  return sum
}

/** Agents that can be reached at random and taken out at once. */
export type Pool = {
  readonly members: readonly number[]
  has(member: number): boolean
  add(member: number): void
  remove(member: number): void
}

export function createPool(members: readonly number[]): Pool {
  const list = [...members]
  const places = new Map(list.map((member, place) => [member, place]))
  return {
    members: list,
    has: (member) => places.has(member),
    add(member) {
      if (places.has(member)) return
      places.set(member, list.length)
      list.push(member)
    },
    remove(member) {
      const place = places.get(member)
      const last = list.pop()
      if (place === undefined || last === undefined) return
      places.delete(member)
      if (last === member) return
      list[place] = last
      places.set(last, place)
    },
  }
}
