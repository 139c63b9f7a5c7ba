import { describe, expect, it } from 'vitest'
import type { AbiItem, Artifact } from '../../scripts/contracts/compile.ts'
import { enumsOf } from '../../scripts/contracts/enums.ts'
import { abiFile, buildFile, type Compiled, enumsFile, errorsFile } from '../../scripts/contracts/generate.ts'

const item = (name: string, type: string, input?: string): AbiItem => ({
  type,
  name,
  inputs: input === undefined ? [] : [{ name: 'value', type: input }],
})

function compiled(name: string, abi: AbiItem[], changes: Partial<Artifact> = {}): Compiled {
  const artifact = { contractName: name, abi, bytecode: '0x60', deployedBytecode: '0x', errorNotices: {}, ...changes }
  return { contract: { name, abi: name.toLowerCase(), buildDir: 'build' }, artifact }
}

describe('build-contracts', () => {
  it('reads enums, and none out of comments', () => {
    const source = '/* enum Old { X } */ enum State {\n /// Fresh, unused.\n None,\n Open // enum Inner { Y }\n}'
    expect(enumsOf(source)).toEqual([{ name: 'State', values: ['None', 'Open'] }])
    expect(enumsFile(enumsOf(source)).text).toContain("stateValues = ['None', 'Open'] as const")
  })

  it('writes the same for the same contract, whatever the order of its items', () => {
    const items = [item('b', 'function'), item('a', 'function', 'uint256'), item('A', 'event')]
    expect(abiFile(compiled('Thing', items)).text).toBe(abiFile(compiled('Thing', [...items].reverse())).text)
  })

  it('names each item of an ABI by itself, and the second of one name by its number', () => {
    const { text } = abiFile(compiled('Thing', [item('open', 'function'), item('open', 'function', 'uint256'), item('Open', 'event')]))
    expect([...text.matchAll(/^export const (\w+)/gm)].map(([, name]) => name)).toEqual([
      'openEvent',
      'openFunction',
      'openFunction2',
      'thingAbi',
    ])
    expect(text).toMatch(
      /thingAbi: readonly \[\n {2}typeof openEvent,\n {2}typeof openFunction,\n {2}typeof openFunction2,\n\] = \[\n {2}openEvent,\n {2}openFunction,\n {2}openFunction2,\n\]/,
    )
  })

  it('gives interfaces no creation code', () => {
    expect(buildFile(compiled('Thing', [], { bytecode: '0x' }))).toBeUndefined()
    expect(buildFile(compiled('Thing', []))?.path).toBe('build/Thing.json')
  })

  it('refuses two errors of one name with different arguments, and shares equal ones', () => {
    const [a, b] = [compiled('A', [item('Wrong', 'error', 'uint256')]), compiled('B', [item('Wrong', 'error', 'bytes32')])]
    expect(() => errorsFile([a, b], [])).toThrow(/Wrong has different arguments in A and B/)
    const { text } = errorsFile([a, compiled('C', [item('Wrong', 'error', 'uint256')])], [])
    expect(text.match(/export class Wrong /g)).toHaveLength(1)
    expect(text).toContain('Raised by A, C.')
  })
})
