import { describe, expect, it } from 'vitest'
import { inTurn, type Turns } from '../../sdk/src/turns.ts'

describe('inTurn', () => {
  it('starts what one account sends only when the one before is sent, also when that failed', async () => {
    const turns: Turns = new Map()
    const running = new Set<number>()
    const most: number[] = []
    const send = (index: number) => async () => {
      running.add(index)
      most.push(running.size)
      await new Promise((done) => setImmediate(done))
      running.delete(index)
      if (index === 1) throw new RangeError('the second fails')
      return `0x${index}` as const
    }
    const results = await Promise.allSettled([0, 1, 2, 3].map((index) => inTurn(turns, '1:0xa', send(index))))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
    expect(most).toEqual([1, 1, 1, 1])
  })

  it('lets accounts and chains go side by side', async () => {
    const turns: Turns = new Map()
    let release = () => {}
    const first = inTurn(turns, '1:0xa', () => new Promise((resolve) => (release = () => resolve('0x1'))))
    expect(await inTurn(turns, '2:0xa', async () => '0x2')).toBe('0x2')
    await Promise.resolve()
    release()
    expect(await first).toBe('0x1')
  })
})
