import { describe, expect, it } from 'vitest'
import { type Lane, runLanes } from '../../scripts/run/lanes.ts'

const node = (name: string, program: string): Lane => ({ name, command: [process.execPath, '-e', program] })

describe('runLanes', () => {
  it('prints one lane after the other and keeps their exit codes', async () => {
    const printed: string[] = []
    const lanes = [node('slow', 'setTimeout(() => { console.log("first"); process.exit(3) }, 300)'), node('quick', 'console.log("second")')]
    const results = await runLanes({ lanes, limitSeconds: 30, print: (text) => printed.push(text) })
    expect(printed.join('')).toBe('first\nsecond\n')
    expect(results.map((result) => result.exitCode)).toEqual([3, 0])
  })

  it('stops a lane that overstays and fails it', async () => {
    const results = await runLanes({ lanes: [node('endless', 'setInterval(() => {}, 1000)')], limitSeconds: 0.2, print: () => {} })
    expect(results[0]?.exitCode).toBe(1)
    expect(results[0]?.output).toContain('not done after 0.2 s')
  })

  it('fails a lane whose program does not exist', async () => {
    const results = await runLanes({ lanes: [{ name: 'ghost', command: ['no-such-program'] }], limitSeconds: 30, print: () => {} })
    expect(results[0]?.exitCode).toBe(1)
  })
})
