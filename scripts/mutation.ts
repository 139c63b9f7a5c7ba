// `npm run mutate -- TaskEscrow`: plants one fault after the other in a contract and sees whether a Solidity test notices. docs/mutation.md
// says what it shows and explains the faults that slip through. `--sample N` tries N of them on the tests that look closest, `--full` all on all tests, which writes the results.
// `npm run mutate -- others` does the same to all other contracts.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readTree } from './checks/tree.ts'
import { openJournal } from './mutation/journal.ts'
import { type Mutant, mutantsOf } from './mutation/mutants.ts'
import { describe, isExplained, rowOf, survivorOf, type Tally } from './mutation/report.ts'
import { type Trial, tryTarget } from './mutation/target.ts'
import { type Target, targetOf } from './mutation/targets.ts'
import { commitOf } from './run/commit.ts'
import { recordCounts } from './run/counts.ts'
import { root } from './run/lanes.ts'

/** Share of the planted faults that the tests must notice. Not all: some change nothing that anyone could see. */
const required = 0.9
/** Share of a sample that may be left undecided, because no quick test notices. Of all faults, they let about one in thirteen pass. */
const allowedUndecided = 0.25
const resultsFiles = { TaskEscrow: 'bench/results/mutation.json', others: 'bench/results/mutationOfOthers.json' }
type Name = keyof typeof resultsFiles
const isName = (text: string): text is Name => Object.hasOwn(resultsFiles, text)
const page = 'docs/mutation.md'
/** Decides which faults a sample is made of. */
const seed = 'Hanse'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '12' },
    full: { type: 'boolean', default: false },
    /** A file that remembers what was noticed in this very code, so that a run that was stopped can go on. */
    journal: { type: 'string' },
    /** No new fault is begun so many seconds after the first. */
    patience: { type: 'string', default: String(12 * 3600) },
  },
})
const size = values.full ? Number.POSITIVE_INFINITY : Number(values.sample)
const patience = Number(values.patience)
const tree = readTree(root)

const tallyOf = (trials: readonly Trial[]): Tally => {
  const count = (verdict: keyof Tally) => trials.filter((trial) => trial.verdict === verdict).length
  return { caught: count('caught'), survived: count('survived'), invalid: count('invalid'), undecided: count('undecided') }
}

const scoreOf = ({ caught, survived }: Tally) => (caught + survived === 0 ? 0 : caught / (caught + survived))

function say({ mutant, verdict, by, seconds }: Trial): void {
  console.log(`  ${verdict.padEnd(8)} ${describe(mutant)} (${by === '' ? '' : `${by}, `}${seconds} s)`)
}

/** What goes into the results, for whoever reads them without running anything. */
function write(name: Name, target: Target, trials: readonly Trial[], seconds: number): void {
  const commit = commitOf()
  const mutants = target.files.map((file) => {
    const own = trials.filter(({ mutant }) => mutant.file === file)
    return { file, faults: mutantsOf(tree, file).length, ...tallyOf(own) }
  })
  const survivors = trials.flatMap(({ mutant, verdict }) => (verdict === 'survived' ? [survivorOf(tree, mutant)] : []))
  const tally = tallyOf(trials)
  const score = Math.round(scoreOf(tally) * 1000) / 1000
  const faults = mutants.reduce((sum, one) => sum + one.faults, 0)
  const result = { commit, contracts: name, seed, faults, tried: trials.length, ...tally, score, seconds, files: mutants, survivors }
  writeFileSync(join(root, resultsFiles[name]), `${JSON.stringify(result, undefined, 2)}\n`)
}

/** Tries the faults of a target. All of them must reach the score; of a sample, one more than the page explains may slip through. */
async function mutate(name: Name): Promise<{ tally: Tally; isEnough: boolean }> {
  const target = targetOf(tree, name)
  const began = performance.now()
  const text = readFileSync(join(root, page), 'utf8')
  const isKnown = (mutant: Mutant) => isExplained(text, survivorOf(tree, mutant))
  const journal = openJournal(tree, target, values.journal)
  const tell = (trial: Trial) => {
    journal.keep(trial)
    say(trial)
  }
  const trials = await tryTarget({ tree, target, size, seed, patience, isThorough: values.full, isKnown, before: journal.find, say: tell })
  const survivors = trials.flatMap(({ mutant, verdict }) => (verdict === 'survived' ? [survivorOf(tree, mutant)] : []))
  const unexplained = survivors.filter((survivor) => !isExplained(text, survivor))
  if (unexplained.length > 0) console.log(`${page} does not explain:\n${unexplained.map(rowOf).join('\n')}`)
  const tally = tallyOf(trials)
  if (values.full) write(name, target, trials, Math.round((performance.now() - began) / 1000))
  const isEnough = values.full ? scoreOf(tally) >= required : tally.undecided <= allowedUndecided * trials.length
  return { tally, isEnough: isEnough && unexplained.length === 0 }
}

async function main(): Promise<void> {
  const [name = 'TaskEscrow'] = positionals
  if (!isName(name)) {
    console.log(`No target ${name}: name one of ${Object.keys(resultsFiles).join(', ')}.`)
    process.exitCode = 2
    return
  }
  const { tally, isEnough } = await mutate(name)
  const { caught, survived, invalid, undecided } = tally
  console.log(
    `${caught} of ${caught + survived} planted faults noticed (${Math.round(scoreOf(tally) * 1000) / 10} %); ${invalid} did not compile, ${undecided} are left to the slow tests of --full.`,
  )
  recordCounts({ runner: 'mutation', passed: caught, failed: isEnough ? 0 : Math.max(1, survived), skipped: invalid + undecided })
  process.exitCode = isEnough && caught > 0 ? 0 : 1
}

await main()
