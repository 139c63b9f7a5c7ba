// `npm run test:heavy`: what takes too long for every change, in a size that fits continuous integration; `--full` takes as long as it takes.
// A suite is one row of the table below. A test of processes needs no row: name its file *.heavy.test.ts.
import { join } from 'node:path'
import { countsVariable, faultsOf, readCounts, recordCounts } from './run/counts.ts'
import { type Lane, runLanes } from './run/lanes.ts'
import { table } from './run/table.ts'
import { temporaryDirectory } from './run/temporary.ts'

/** `runner` is the name under which the command records its counts; a suite whose runner ran nothing has failed. */
type Suite = Lane & { runner: string; limitSeconds: number }

const isFull = process.argv.includes('--full')
const hour = 3600
const limit = (seconds: number) => (isFull ? 12 * hour : seconds)

/** Too long for a merge: `npm test` searches the contracts already, less deep, and one fault elsewhere costs the compilation of nearly everything. */
const tooLong: readonly Suite[] = [
  // npm run check compares digests.
  {
    name: 'generated',
    runner: 'generated',
    command: ['node', 'scripts/build-contracts.ts', '--check', '--compile'],
    limitSeconds: limit(600),
  },
  {
    name: 'deep search',
    runner: 'solidity',
    command: ['hardhat', 'test', 'solidity', '--test-profile', 'full'],
    limitSeconds: limit(800),
  },
  {
    name: 'mutation elsewhere',
    runner: 'mutation',
    command: ['node', 'scripts/mutation.ts', 'others', '--full'],
    limitSeconds: limit(420),
  },
]

/** Two queues side by side, one for each core: what mostly waits for blocks, and what mostly computes. */
const queues: Suite[][] = [
  [
    {
      name: 'processes',
      runner: 'vitest',
      command: ['vitest', 'run', '--project', 'heavy', '--exclude', 'test/packages/**'],
      env: isFull ? { HANSE_FULL: '1' } : {},
      limitSeconds: limit(800),
    },
    {
      name: 'soak',
      runner: 'soak',
      command: ['node', 'scripts/soak.ts', '--tasks', isFull ? '1000' : '40', '--json'],
      limitSeconds: limit(200),
    },
    { name: 'gas', runner: 'gas', command: ['node', 'bench/gas.ts', '--check'], limitSeconds: limit(120) },
    {
      name: 'chaos',
      runner: 'chaos',
      command: ['node', 'scripts/chaos.ts', '--rounds', isFull ? '50' : '5'],
      limitSeconds: limit(300),
    },
    ...(isFull ? tooLong : []),
    { name: 'size', runner: 'size', command: ['node', 'bench/size.ts', '--check'], limitSeconds: limit(60) },
  ],
  [
    {
      // Every line of the tutorials, on packages as they are published.
      name: 'packages',
      runner: 'vitest',
      command: ['vitest', 'run', '--project', 'heavy', 'test/packages'],
      env: isFull ? { HANSE_FULL: '1' } : {},
      limitSeconds: limit(600),
    },
    {
      name: 'exploration',
      runner: 'explore',
      command: ['node', 'scripts/explore.ts', ...(isFull ? ['--full'] : [])],
      limitSeconds: limit(300),
    },
    { name: 'twins', runner: 'twins', command: ['node', 'scripts/twins.ts', ...(isFull ? ['--full'] : [])], limitSeconds: limit(420) },
    { name: 'races', runner: 'races', command: ['node', 'scripts/races.ts', ...(isFull ? ['--full'] : [])], limitSeconds: limit(120) },
    { name: 'proofs', runner: 'prove', command: ['node', 'scripts/prove.ts', ...(isFull ? [] : ['--quick'])], limitSeconds: limit(420) },
    {
      name: 'simulation',
      runner: 'sim',
      // A slow machine plays fewer, and says how many.
      command: isFull
        ? ['node', 'scripts/sim.ts', '--scenarios', '10000', '--plants', '--record']
        : ['node', 'scripts/sim.ts', '--scenarios', '1000', '--minutes', '3'],
      limitSeconds: limit(240),
    },
    {
      name: 'mutation',
      runner: 'mutation',
      command: ['node', 'scripts/mutation.ts', 'TaskEscrow', ...(isFull ? ['--full'] : ['--sample', '12', '--patience', '150'])],
      limitSeconds: limit(420),
    },
  ],
]

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const directory = temporaryDirectory('heavy')
const rows: (string | number)[][] = [['suite', 'seconds', 'passed', 'failed', '']]
const faults: string[] = []

/** Runs a suite with its output held back until it ends, so that the queues do not talk over each other. */
async function runSuite(suite: Suite): Promise<void> {
  const file = join(directory, suite.name.replaceAll(' ', '-'))
  const held: string[] = []
  const lane = { ...suite, env: { ...suite.env, [countsVariable]: file } }
  const [result] = await runLanes({ lanes: [lane], limitSeconds: suite.limitSeconds, print: (text) => held.push(text) })
  process.stdout.write(`\n== ${suite.name}\n${held.join('')}`)
  const recorded = readCounts(file)
  for (const counts of recorded) recordCounts(counts)
  const found = faultsOf({ recorded, expected: [suite.runner] })
  if (found.length === 0 && result?.exitCode !== 0) found.push(`exit code ${result?.exitCode}`)
  const sum = (kind: 'passed' | 'failed') => recorded.reduce((total, counts) => total + counts[kind], 0)
  rows.push([suite.name, result?.seconds ?? 0, sum('passed'), sum('failed'), found.length === 0 ? 'good' : 'BAD'])
  faults.push(...found.map((fault) => `${suite.name}: ${fault}`))
}

const isWanted = ({ name }: Suite) => wanted.length === 0 || wanted.includes(name)
await Promise.all(
  queues.map(async (queue) => {
    for (const suite of queue.filter(isWanted)) await runSuite(suite)
  }),
)
if (rows.length === 1) faults.push(`no suite of the name ${wanted.join(', ')}`)

console.log(`\n${table(rows)}`)
console.log(faults.length === 0 ? '\nAll heavy suites passed.' : `\nNot passed: ${faults.join('; ')}.`)
process.exitCode = faults.length === 0 ? 0 : 1
