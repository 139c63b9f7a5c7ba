import { afterAll, beforeAll } from 'vitest'
import { chainsOf, startWorld, userAccount, type World } from '../../devnet/src/index.ts'
import { type Client, createClient } from '../../sdk/src/index.ts'

/** A world for the tests of one file, there from the first test on. */
export type TestWorld = {
  readonly now: World
  /** A client over all its chains that signs as its `index`-th user. */
  readonly client: (index: number) => Client
}

/** Starts a world before the tests of a file and ends it after them. */
export function useWorld(parameters: startWorld.Parameters): TestWorld {
  let world: World | undefined
  beforeAll(async () => {
    world = await startWorld(parameters)
  })
  afterAll(() => world?.stop())
  const current = (): World => {
    if (world === undefined) throw new TypeError('the world is there only inside of tests and hooks')
    return world
  }
  return {
    get now() {
      return current()
    },
    client: (index) => createClient({ chains: chainsOf(current().info), account: userAccount(index), pollingIntervalMs: 50 }),
  }
}

/** Looks until there is something, and fails with what it waited for when that takes too long. */
export async function until<result>(what: string, look: () => Promise<result | undefined | false>, limitMs = 30_000): Promise<result> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > end) throw new TypeError(`waited ${limitMs} ms in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
