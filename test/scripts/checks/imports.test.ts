import { describe, expect, it } from 'vitest'
import { checkCircles } from '../../../scripts/checks/circles.ts'
import { checkDirections } from '../../../scripts/checks/directions.ts'
import { plant } from './plant.ts'

const manifest = (...dependencies: string[]) =>
  JSON.stringify({ dependencies: Object.fromEntries(dependencies.map((name) => [name, '1.0.0'])) })
const exports = JSON.stringify({
  dependencies: { viem: '1.0.0', ethers: '1.0.0' },
  exports: { '.': './src/index.ts', './sync': './src/sync/index.ts' },
})
const messages = (files: Record<string, string>) =>
  checkDirections(plant(files)).map(({ file, line, message }) => `${file}:${line} ${message}`)

describe('directions', () => {
  it('accepts imports that run the right way', () => {
    const files = {
      'sdk/package.json': exports,
      'sdk/src/index.ts': `export * from './task/claim.ts'\n`,
      'sdk/src/task/claim.ts': `import { x } from 'viem'\nexport const claim = x\n`,
      'sdk/src/sync/index.ts': `import { readFileSync } from 'node:fs'\nimport { claim } from '../task/claim.ts'\nexport const y = [claim, readFileSync]\n`,
      'watcher/package.json': manifest('@hanse/sdk'),
      'watcher/src/a.ts': `import { y } from '@hanse/sdk/sync'\nexport const z = y\n`,
      'contracts/A.sol': `pragma solidity ^0.8.28;\nimport {B} from "./B.sol";\nimport {C} from "@openzeppelin/contracts/C.sol";\n`,
      'contracts/B.sol': 'pragma solidity ^0.8.28;\n',
    }
    expect(messages(files)).toEqual([])
  })

  it.each([
    [
      'a package importing one above it',
      { 'sdk/src/a.ts': `import type { x } from '@hanse/watcher'\n`, 'watcher/package.json': '{}', 'watcher/src/index.ts': '' },
      'sdk may import nothing else',
    ],
    [
      'a package reaching into another by path',
      { 'watcher/src/a.ts': `export { x } from '../../sdk/src/a.ts'\n`, 'sdk/src/a.ts': '' },
      'imported by its name',
    ],
    [
      'a dynamic import the wrong way',
      { 'deploy/src/a.ts': `await import('@hanse/devnet')\n`, 'devnet/package.json': '{}', 'devnet/src/index.ts': '' },
      'deploy may import sdk',
    ],
    [
      'a lower layer of the sdk importing a higher one',
      { 'sdk/src/task/a.ts': `import '../sync/b.ts'\n`, 'sdk/src/sync/b.ts': '' },
      'a lower layer',
    ],
    ['the sdk importing its own root', { 'sdk/src/task/a.ts': `import '../index.ts'\n`, 'sdk/src/index.ts': '' }, 'imports its root'],
    [
      'an undeclared package',
      { 'deploy/package.json': manifest('viem'), 'deploy/src/a.ts': `import 'lodash'\n` },
      'not among the dependencies of deploy/package.json',
    ],
    [
      'contracts importing a library',
      { 'contracts/A.sol': `pragma solidity ^0.8.28;\nimport {S} from "solady/S.sol";\n` },
      'contracts import OpenZeppelin only',
    ],
    [
      'contracts importing a mock',
      { 'contracts/A.sol': `pragma solidity ^0.8.28;\nimport {M} from "../test/M.sol";\n`, 'test/M.sol': 'pragma solidity ^0.8.28;\n' },
      'contracts may import',
    ],
    ['ethers in the sdk', { 'sdk/package.json': exports, 'sdk/src/task/a.ts': `import 'ethers'\n` }, 'ethers lives in'],
    [
      'a module of Node within reach of the root of the sdk',
      { 'sdk/src/index.ts': `export * from './a.ts'\n`, 'sdk/src/a.ts': `import 'node:fs'\n` },
      'viem only',
    ],
    ['an import of nothing', { 'scripts/a.ts': `import './gone.ts'\n` }, 'there is no such file'],
  ])('refuses %s', (_, files, expected) => {
    expect(messages(files).join('\n')).toContain(expected)
  })
})

describe('circles', () => {
  const found = (files: Record<string, string>) => checkCircles(plant(files)).map(({ message }) => message)

  it('accepts a graph without circles, and a package edge that gathers its folders', () => {
    const files = {
      'sdk/src/index.ts': `export * from './a/x.ts'\nexport * from './b/y.ts'\n`,
      'sdk/src/client.ts': '',
      'sdk/src/a/x.ts': `import '../b/y.ts'\nimport '../client.ts'\n`,
      'sdk/src/b/y.ts': '',
    }
    expect(found(files)).toEqual([])
  })

  it('finds a circle of three files, types included', () => {
    const files = { 'a/1.ts': `import '../b/2.ts'`, 'b/2.ts': `import type { C } from '../c/3.ts'`, 'c/3.ts': `export * from '../a/1.ts'` }
    expect(found(files)).toContain('files import each other in a circle: a/1.ts, b/2.ts, c/3.ts')
  })

  it('finds a circle of folders where no file is in one', () => {
    const files = { 'a/1.ts': `import '../b/1.ts'`, 'b/1.ts': '', 'b/2.ts': `import '../a/2.ts'`, 'a/2.ts': '' }
    expect(found(files)).toEqual(['folders import each other in a circle: a, b'])
  })

  it('finds a circle of contracts', () => {
    const files = { 'contracts/A.sol': 'import {B} from "./B.sol";', 'contracts/B.sol': 'import {A} from "./A.sol";' }
    expect(found(files)).toEqual(['files import each other in a circle: contracts/A.sol, contracts/B.sol'])
  })
})
