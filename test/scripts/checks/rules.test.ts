import { describe, expect, it } from 'vitest'
import { checkAssembly } from '../../../scripts/checks/assembly.ts'
import { checkDocumented } from '../../../scripts/checks/documented.ts'
import { checkDuplicates, duplicateLines } from '../../../scripts/checks/duplicates.ts'
import { checkLinks } from '../../../scripts/checks/links.ts'
import { checkMap } from '../../../scripts/checks/map.ts'
import { checkSizes, limits } from '../../../scripts/checks/sizes.ts'
import type { Finding, Tree } from '../../../scripts/checks/tree.ts'
import { checkTypedErrors } from '../../../scripts/checks/typedErrors.ts'
import { checkWords } from '../../../scripts/checks/words.ts'
import { plant } from './plant.ts'

const found = (check: (tree: Tree) => Finding[], files: Record<string, string>) =>
  check(plant(files)).map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`)
const lines = (count: number, line = (index: number) => `  call(${index})`) =>
  Array.from({ length: count }, (_, index) => `${line(index)}\n`).join('')

describe('sizes', () => {
  it('accepts what is exactly as long as the limits', () => {
    const files = { 'sdk/src/a.ts': `function f() {\n${lines(limits.function - 2)}}\n`, 'sdk/src/b.ts': lines(limits.file) }
    expect(found(checkSizes, files)).toEqual([])
  })

  it.each([
    ['a long file', { 'sdk/src/b.ts': lines(limits.file + 1) }, '501 lines'],
    ['a long function', { 'sdk/src/a.ts': `function f() {\n${lines(limits.function - 1)}}\n` }, 'a function of 61 lines'],
    ['a long arrow function', { 'sdk/src/a.ts': `export const f = () => {\n${lines(limits.function - 1)}}\n` }, 'a function of 61 lines'],
    ['a long method', { 'sdk/src/a.ts': `const o = { f() {\n${lines(limits.function - 1)}} }\n` }, 'a function of 61 lines'],
    ['a long test', { 'test/a.test.ts': `describe('x', () => {\n it('y', () => {\n${lines(limits.function)} })\n})\n` }, 'a function of'],
    [
      'a long Solidity function',
      { 'contracts/A.sol': `contract A { function f() external {\n${lines(limits.function, () => '  g();')}} }\n` },
      'a function of 62 lines',
    ],
    ['a long Solidity file', { 'contracts/A.sol': lines(limits.file + 1, () => '// x') }, '501 lines'],
  ])('refuses %s', (_, files, expected) => {
    expect(found(checkSizes, files).join('\n')).toContain(expected)
  })

  it('lets a describe be as long as its tests', () => {
    expect(found(checkSizes, { 'test/a.test.ts': `describe('x', () => {\n${lines(80)}})\n` })).toEqual([])
  })
})

describe('documented', () => {
  it('accepts documented exports, the namespace of a function, and what is not offered', () => {
    const files = {
      'sdk/src/a.ts':
        '/** Does it. */\nexport function a() {}\nexport namespace a { export type P = 1 }\nexport type AParameters = 1\nfunction b() {}\nexport { c } from "./c.ts"\n',
      'contracts/A.sol':
        '/// @title A\ncontract A {\n  constructor() {}\n  /// @notice B\n  event B();\n  /** @notice f */\n  function f() external {}\n  function g() internal {}\n}\n',
      'test/contracts/M.sol': 'contract M { function f() external {} }\n',
    }
    expect(found(checkDocumented, files)).toEqual([])
  })

  it.each([
    ['function', 'sdk/src/a.ts', '// no doc\nexport function a() {}\n'],
    ['type', 'watcher/src/a.ts', 'export type A = 1\n'],
    ['const', 'deploy/src/a.ts', '/* plain */\nexport const a = 1\n'],
    ['class', 'devnet/src/a.ts', '/** Other. */\nconst b = 1\nexport class A {}\n'],
    ['namespace without a function', 'sdk/src/a.ts', 'export namespace a { export type P = 1 }\n'],
    ['contract', 'contracts/A.sol', 'contract A {}\n'],
    ['external function', 'contracts/A.sol', '/// A\ncontract A {\n\n  function f() external {}\n}\n'],
    ['event', 'contracts/A.sol', '/// A\ninterface A {\n  event E();\n}\n'],
    ['error', 'contracts/A.sol', 'error E(uint256 x);\n'],
  ])('refuses an undocumented %s', (_, file, text) => {
    expect(found(checkDocumented, { [file]: text })).toHaveLength(1)
  })
})

describe('typed errors', () => {
  it('accepts typed errors, and plain ones outside the packages', () => {
    expect(
      found(checkTypedErrors, {
        'sdk/src/a.ts': 'throw new TaskError()\nconst a = b as const\n// Because.\nconst c = b as C\n',
        'scripts/a.ts': 'throw new Error("x")\n',
      }),
    ).toEqual([])
  })

  it.each(['throw new Error("x")', 'return Promise.reject(new TypeError("x"))', 'const x = y as never', 'const x = y as X'])(
    'refuses %s',
    (code) => {
      expect(found(checkTypedErrors, { 'watcher/src/a.ts': `function f() {\n  ${code}\n}\n` })).toHaveLength(1)
    },
  )
})

describe('words', () => {
  it('accepts ordinary text', () => {
    const files = {
      'a.md': 'See `../root/x` and https://example.org/home/x\n',
      'contracts/A.sol': 'block.timestamp;\n',
      'test/A.t.sol': 'block.number;\n',
    }
    expect(found(checkWords, files)).toEqual([])
  })

  it.each([
    ['sdk/src/a.ts', '// TODO later'],
    ['contracts/A.sol', '// FIXME'],
    ['contracts/A.sol', 'uint256 n = block.number;'],
    ['contracts/A.sol', 'tx.origin;'],
    ['docs/a.md', 'run `/home/me/x`'],
    ['scripts/a.sh', 'cd /tmp/x'],
    ['package.json', '"url": "https://registry.example.org/x"'],
    ['sdk/src/a.ts', '// @ts-ignore'],
    ['test/a.ts', '// @ts-expect-error'],
  ])('refuses in %s: %s', (file, text) => {
    expect(found(checkWords, { [file]: `${text}\n` })).toHaveLength(1)
  })
})

describe('duplicates', () => {
  it('accepts short likenesses, imports, and tests that repeat themselves', () => {
    const files = {
      'sdk/src/a.ts': lines(duplicateLines - 1),
      'sdk/src/b.ts': lines(duplicateLines - 1),
      'test/a.ts': lines(40),
      'test/b.ts': lines(40),
    }
    expect(found(checkDuplicates, files)).toEqual([])
  })

  it('finds a copy in another file once, however it is indented and commented', () => {
    const copy = lines(30, (index) => `        call(${index})\n\n // said again`)
    expect(found(checkDuplicates, { 'sdk/src/a.ts': lines(30), 'watcher/src/b.ts': copy }).length).toBeGreaterThan(0)
  })

  it('finds a copy in the same contract', () => {
    const body = lines(14, (index) => `  step${index}();`)
    expect(found(checkDuplicates, { 'contracts/A.sol': `${body}// between\nother();\n${body}` })).toHaveLength(1)
  })
})

describe('links', () => {
  it('accepts links that lead somewhere', () => {
    expect(found(checkLinks, { 'docs/a.md': '[b](../b.md#part) [c](https://example.org) [d](#d)', 'b.md': '' })).toEqual([])
  })

  it('refuses a dead link', () => {
    expect(found(checkLinks, { 'docs/a.md': 'x\n[b](../gone.md)' })).toEqual(['docs/a.md:2 points at ../gone.md, which is not there'])
  })
})

describe('assembly', () => {
  const block = (comment: string, flag: string) => ({
    'contracts/A.sol': `contract A {\n  /// ${comment}\n  function f() internal {\n    assembly ${flag} { pop(0) }\n  }\n}\n`,
  })

  it('accepts a memory-safe block with its Solidity', () => {
    expect(found(checkAssembly, block('In Solidity: `0`', '("memory-safe")'))).toEqual([])
  })

  it.each([
    ['no Solidity', '("memory-safe")'],
    ['In Solidity: `0`', ''],
  ])('refuses %s, %s', (comment, flag) => {
    expect(found(checkAssembly, block(comment, flag))).toHaveLength(1)
  })
})

describe('map', () => {
  const map = { 'contracts/README.md': '| task | [Task](tasks/Task.sol) | anyone |', 'contracts/tasks/Task.sol': '' }

  it('accepts a map that names every contract', () => {
    expect(found(checkMap, map)).toEqual([])
  })

  it('refuses a contract that is not on the map', () => {
    expect(found(checkMap, { ...map, 'contracts/tasks/Other.sol': '' })).toHaveLength(1)
  })
})
