import { describe, expect, it } from 'vitest'
import { unmirrored, unmodelled } from '../../scripts/proofs/models.ts'

const contract = 'contract Purse {\n    function pay() external {\n        _push(owner, owner, token, 1);\n    }\n}\n'
const model = (line: string) => ({
  file: 'test/proofs/Purse.sol',
  text: `contract PurseModel {\n    // mirrors tasks/Purse.sol: ${line}\n}\n`,
})
const read = () => contract

describe('proof models', () => {
  it('quote every line that moves money', () => {
    expect(unmodelled([model('_push(owner, owner, token, 1);')], ['tasks/Purse.sol'], read)).toEqual([])
    expect(unmodelled([model('function pay() external {')], ['tasks/Purse.sol'], read)).toEqual([
      'no model quotes what moves money in contracts/tasks/Purse.sol: _push(owner, owner, token, 1);',
    ])
  })

  it('quote no line that is gone', () => {
    expect(unmirrored(model('_push(owner, owner, token, 1);'), read)).toEqual([])
    expect(unmirrored(model('_push(owner, owner, token, 2);'), read)).toHaveLength(1)
  })
})
