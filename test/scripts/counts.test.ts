import { describe, expect, it } from 'vitest'
import { faultsOf } from '../../scripts/run/counts.ts'

const ran = (runner: string, passed: number, failed = 0) => ({ runner, passed, failed, skipped: 0 })

describe('faultsOf', () => {
  it('accepts runners that ran and passed', () => {
    expect(faultsOf({ recorded: [ran('solidity', 3), ran('vitest', 1)], expected: ['solidity', 'vitest'] })).toEqual([])
  })

  it('refuses a runner that never ran', () => {
    expect(faultsOf({ recorded: [ran('solidity', 3)], expected: ['solidity', 'vitest'] })).toEqual(['vitest: ran nothing'])
  })

  it('refuses a runner that ran no test', () => {
    expect(faultsOf({ recorded: [ran('mocha', 0)], expected: ['mocha'] })).toEqual(['mocha: ran nothing'])
  })

  it('refuses failed tests even where more was run than expected', () => {
    expect(faultsOf({ recorded: [ran('chaos', 1, 2)], expected: [] })).toEqual(['chaos: 2 failed'])
  })
})
