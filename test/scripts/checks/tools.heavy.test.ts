// The tools of others are only as good as their configuration: each is shown a violation and must refuse it.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/run/lanes.ts'
import { plantFiles } from './plant.ts'

/** Runs a tool over planted files under the repository's own configuration; true if it is content. */
function accepts(command: string[], configs: string[], files: Record<string, string>): boolean {
  const directory = plantFiles(files)
  for (const config of configs) copyFileSync(join(root, config), join(directory, config))
  mkdirSync(join(directory, 'node_modules'), { recursive: true })
  for (const name of ['prettier-plugin-solidity', 'solhint', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(directory, 'node_modules', name))
  const [program = '', ...parameters] = command
  return spawnSync(join(root, 'node_modules', '.bin', program), parameters, { cwd: directory, encoding: 'utf8' }).status === 0
}

const biome = (text: string, file = 'sdk/src/a.ts') => accepts(['biome', 'check', '--error-on-warnings'], ['biome.json'], { [file]: text })
const types = (text: string) =>
  accepts(['tsc', '-p', '.'], ['tsconfig.json'], { 'sdk/src/a.ts': text, 'package.json': '{"type":"module"}' })
const prettier = (text: string) => accepts(['prettier', '--check', 'A.sol'], ['.prettierrc'], { 'A.sol': text })
const solhint = (text: string) => accepts(['solhint', '--noPoster', '--max-warnings', '0', 'A.sol'], ['.solhint.json'], { 'A.sol': text })
const contract = (body: string) => `// SPDX-License-Identifier: MIT\npragma solidity 0.8.37;\n\ncontract A {\n    ${body}\n}\n`

describe('biome', () => {
  it('accepts the house style', () => {
    expect(biome(`import type { A } from './b.ts'\n\nexport const a = (b: A): string => \`\${b}\`\n`)).toBe(true)
  })

  it.each([
    ['semicolons', `export const a = 'b';\n`],
    ['double quotes', 'export const a = "b"\n'],
    ['a default export', 'export default 1\n'],
    ['an enum', 'export enum A {\n  B,\n}\n'],
    ['any', 'export const a = (b: any) => b\n'],
    ['a non-null assertion', 'export const a = (b?: string) => b!.length\n'],
    ['an interface', 'export interface A {\n  b: string\n}\n'],
    ['a barrel inside a package', `export { a } from './b.ts'\n`],
  ])('refuses %s', (_, text) => {
    expect(biome(text)).toBe(false)
  })
})

describe('tsc', () => {
  it('accepts sound types', () => {
    expect(types('export const a: string | undefined = ["b"][0]\n')).toBe(true)
  })

  it('refuses an element that may not be there', () => {
    expect(types('export const a: string = ["b"][0]\n')).toBe(false)
  })

  it('refuses syntax that Node cannot strip', () => {
    expect(types('export class A {\n  constructor(public b: string) {}\n}\n')).toBe(false)
  })
})

describe('prettier', () => {
  it('accepts formatted Solidity and refuses other', () => {
    expect(prettier(contract('uint256 public a;'))).toBe(true)
    expect(prettier(contract('uint256   public a;'))).toBe(false)
  })
})

describe('solhint', () => {
  it('accepts plain Solidity', () => {
    expect(solhint(contract('uint256 public a;'))).toBe(true)
  })

  it.each([
    ['string requires', 'function f(bool ok) external pure { require(ok, "no"); }'],
    ['an unnamed import', 'uint256 public a; }\nimport "./B.sol";\ncontract C {'],
    ['a short integer name', 'uint public a;'],
    ['no visibility', 'uint256 a;'],
    ['tx.origin', 'function f() external view returns (address) { return tx.origin; }'],
  ])('refuses %s', (_, body) => {
    expect(solhint(contract(body))).toBe(false)
  })
})
