import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readTree } from '../../scripts/checks/tree.ts'
import { mutantsOf, sample } from '../../scripts/mutation/mutants.ts'
import { isExplained, rowOf, survivorOf } from '../../scripts/mutation/report.ts'

const root = mkdtempSync(join(tmpdir(), 'hanse-mutants-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
mkdirSync(join(root, 'contracts'))
const file = 'contracts/Door.sol'
writeFileSync(
  join(root, file),
  `pragma solidity 0.8.37;
contract Door {
    function enter(uint256 age, bool isKnown) external nonReentrant {
        require(age >= 18 && isKnown, Shut());
        if (isKnown) count += 1;
        for (uint256 i; i < age; ++i) emit Entered(keccak256(abi.encode(age, i)));
    }
}
`,
)
const tree = readTree(root)
const mutants = mutantsOf(tree, file)

it('plants every kind of fault, and leaves loops their step', () => {
  expect(mutants.map(({ before, text }) => `${before} -> ${text}`)).toEqual([
    'nonReentrant -> ',
    'require(age >= 18 && isKnown, Shut()); -> {}',
    '>= -> >',
    '&& -> ||',
    'isKnown -> !(isKnown)',
    'count += 1; -> {}',
    '+= -> -=',
    '< -> <=',
    'emit Entered(keccak256(abi.encode(age, i))); -> {}',
    'age,  -> ',
    ', i -> ',
  ])
  expect(new Set(mutants.map(({ place }) => place))).toEqual(new Set(['Door.enter']))
})

it('takes the same sample for the same code and seed', () => {
  const take = (seed: string) => sample({ tree, files: [file], size: 4, seed })
  expect(take('a')).toEqual(take('a'))
  expect(take('a')).not.toEqual(take('b'))
})

it('explains a survivor only by its own row with a reason', () => {
  const [survivor, other] = [2, 3].map((index) => survivorOf(tree, mutants[index] ?? expect.unreachable()))
  if (!survivor || !other) return expect.unreachable()
  const page = `# Page\n${rowOf(survivor)} nobody is exactly that old |\n${rowOf(other)} |\n`
  expect(isExplained(page, survivor)).toBe(true)
  expect(isExplained(page, other)).toBe(false)
})
