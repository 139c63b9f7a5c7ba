// `npm run check`: everything that can be told without running the product. `npm run check -- imports sizes` runs only those.
import { checkAssembly } from './checks/assembly.ts'
import { checkCircles } from './checks/circles.ts'
import { checkDirections } from './checks/directions.ts'
import { checkDocumented } from './checks/documented.ts'
import { checkDuplicates } from './checks/duplicates.ts'
import { checkLinks } from './checks/links.ts'
import { checkManifests } from './checks/manifests.ts'
import { checkMap } from './checks/map.ts'
import { checkSizes } from './checks/sizes.ts'
import { type Finding, readTree, type Tree } from './checks/tree.ts'
import { checkTypedErrors } from './checks/typedErrors.ts'
import { checkWords } from './checks/words.ts'
import { type Lane, root, runLanes } from './run/lanes.ts'
import { table } from './run/table.ts'

const limitSeconds = 600
const solidity = ['contracts/**/*.sol', 'devnet/**/*.sol', 'test/**/*.sol', 'examples/**/*.sol']

/** Rules of our own: each looks at the files and lists what breaks it. */
const rules: Record<string, (tree: Tree) => Finding[]> = {
  directions: checkDirections,
  circles: checkCircles,
  sizes: checkSizes,
  documented: checkDocumented,
  errors: checkTypedErrors,
  words: checkWords,
  assembly: checkAssembly,
  manifests: checkManifests,
  duplicates: checkDuplicates,
  links: checkLinks,
  map: checkMap,
}

/** Tools of others, each a process of its own, on two lanes. The types of the contract tests come from the build. */
const tools: Lane[][] = [
  [{ name: 'generated', command: ['node', 'scripts/build-contracts.ts', '--check'] }],
  [
    { name: 'types', command: ['tsc', '-p', '.'] },
    { name: 'reference', command: ['node', 'scripts/build-reference.ts', '--check'] },
    { name: 'knip', command: ['knip', '--no-progress'] },
    { name: 'biome', command: ['biome', 'check', '--error-on-warnings'] },
    { name: 'prettier', command: ['prettier', '--check', '--no-error-on-unmatched-pattern', '--log-level', 'warn', ...solidity] },
    { name: 'solhint', command: ['solhint', '--noPoster', '--max-warnings', '0', ...solidity.slice(0, 2)] },
    { name: 'build', command: ['hardhat', 'build', '--quiet', '--no-tests'] },
    { name: 'types of contract tests', command: ['tsc', '-p', 'test/contracts'] },
  ],
]

type Outcome = { name: string; seconds: number; isGood: boolean; findings: string }

function applyRule(tree: Tree, name: string, rule: (tree: Tree) => Finding[]): Outcome {
  const began = performance.now()
  const findings = rule(tree).map(({ file, line, message }) => `  ${file}${line ? `:${line}` : ''}: ${message}\n`)
  return { name, seconds: (performance.now() - began) / 1000, isGood: findings.length === 0, findings: findings.join('') }
}

/** Runs the tools of one lane one after the other. */
async function runTools(lane: Lane[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const tool of lane) {
    const [result] = await runLanes({ lanes: [tool], limitSeconds, print: () => {} })
    if (result) outcomes.push({ name: tool.name, seconds: result.seconds, isGood: result.exitCode === 0, findings: result.output })
  }
  return outcomes
}

const wanted = process.argv.slice(2)
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name)
const running = tools.map((lane) => runTools(lane.filter(({ name }) => isWanted(name))))
const tree = readTree(root)
const ruled = Object.entries(rules)
  .filter(([name]) => isWanted(name))
  .map(([name, rule]) => applyRule(tree, name, rule))
const outcomes = [...ruled, ...(await Promise.all(running)).flat()]

for (const { name, findings } of outcomes.filter(({ isGood }) => !isGood)) console.log(`${name}:\n${findings}`)
console.log(table([['check', 'seconds', ''], ...outcomes.map(({ name, seconds, isGood }) => [name, seconds, isGood ? 'good' : 'BAD'])]))
const bad = outcomes.filter(({ isGood }) => !isGood)
if (outcomes.length === 0) console.log(`No such check: ${wanted.join(', ')}.`)
else console.log(bad.length === 0 ? '\nAll checks are good.' : `\nNot good: ${bad.map(({ name }) => name).join(', ')}.`)
process.exitCode = bad.length === 0 && outcomes.length > 0 ? 0 : 1
