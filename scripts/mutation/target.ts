// Faults in one target, each compiled alone and run against tests that are compiled once.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tree } from '../checks/tree.ts'
import { compileParts, compileTests, copyTests, placeCode, type Run, runTests } from './loaded.ts'
import { type Mutant, sample } from './mutants.ts'
import type { Tally } from './report.ts'
import type { Step, Target } from './targets.ts'

/** The tests of one fault run on one core while the next one compiles on the other. */
const lanes = 2

/** What became of one fault. `by` is the step of tests that noticed it. */
export type Trial = { mutant: Mutant; verdict: keyof Tally; by: string; seconds: number }

/** `plain` is a copy whose tests are compiled with the fault; `product` holds the creation code of each part as it is. */
type Bench = { tree: Tree; target: Target; plain: string; product: ReadonlyMap<string, string> }

/** The steps of all faults together, each with all its files: what must pass on the target itself. */
function together(steps: readonly Step[]): Step[] {
  const loading = steps.filter(({ isDirect }) => !isDirect)
  const names = [...new Set(loading.map(({ name }) => name))]
  return names.flatMap((name) => {
    const same = loading.filter((step) => step.name === name)
    return same.slice(0, 1).map((step) => ({ ...step, files: [...new Set(same.flatMap(({ files }) => files))] }))
  })
}

/** A copy of the tests of some steps, on which the target itself passes; where it did not, its tests would seem to catch everything. */
async function prepare({ target, product }: Bench, wanted: readonly Step[]): Promise<string> {
  const steps = together(wanted)
  const copy = copyTests(target)
  placeCode(copy, 'product', product)
  const failure = await compileTests(copy, [...new Set(steps.flatMap(({ files }) => files))])
  if (failure) throw new Error(`the tests of ${target.name} do not compile: ${failure}`)
  for (const { files, fuzzRuns } of steps) {
    const { passed, failed, output } = await runTests({ copy, name: 'product', files, fuzzRuns })
    if (failed > 0 || passed === 0) throw new Error(`${output}\nThe tests do not pass on ${target.name} as it is: mend that first.`)
  }
  return copy
}

const planted = (tree: Tree, mutant: Mutant) => {
  const text = tree.read(mutant.file)
  return text.slice(0, mutant.start) + mutant.text + text.slice(mutant.end)
}

/** Tests that call the library with the fault themselves. One at a time: there is one copy for all of them. */
let last: Promise<unknown> = Promise.resolve()
function runDirect({ tree, plain }: Bench, mutant: Mutant, { files, fuzzRuns }: Step): Promise<Run> {
  const next = last.then(async () => {
    const path = join(plain, mutant.file)
    writeFileSync(path, planted(tree, mutant))
    const run = await runTests({ copy: plain, name: 'direct', files, fuzzRuns, isCompiled: false })
    writeFileSync(path, tree.read(mutant.file))
    return run
  })
  last = next
  return next
}

/** Compiles one fault and shows it to some tests, step after step, until one notices. */
async function tryMutant(
  bench: Bench,
  mutant: Mutant,
  { copy, steps, name }: { copy: string; steps: readonly Step[]; name: string },
): Promise<{ verdict: keyof Tally; by: string }> {
  const { tree, target, product } = bench
  const codes = compileParts(target, new Map([[mutant.file, planted(tree, mutant)]]))
  if (!codes) return { verdict: 'invalid', by: 'compiler' }
  if ([...codes].every(([part, code]) => product.get(part) === code)) return { verdict: 'invalid', by: 'same code' }
  placeCode(copy, name, new Map([...product, ...codes]))
  try {
    for (const step of steps) {
      const { passed, failed, isLate } = step.isDirect
        ? await runDirect(bench, mutant, step)
        : await runTests({ copy, name, files: step.files, fuzzRuns: step.fuzzRuns })
      // A machine that is busy with something else notices nothing. What never ends runs out of gas instead.
      if (failed > 0 || (passed === 0 && !isLate)) return { verdict: 'caught', by: step.name }
    }
    return { verdict: 'survived', by: '' }
  } finally {
    rmSync(join(copy, 'code', name), { recursive: true, force: true })
  }
}

/** Two lanes through the same queue. */
async function inLanes(queue: Mutant[], work: (mutant: Mutant, lane: string) => Promise<void>, isOver: () => boolean): Promise<void> {
  const follow = async (lane: string) => {
    for (let mutant = queue.shift(); mutant; mutant = isOver() ? undefined : queue.shift()) await work(mutant, lane)
  }
  await Promise.all(Array.from({ length: lanes }, (_, lane) => follow(`lane${lane}`)))
}

const timed = async <Result>(work: () => Promise<Result>): Promise<Result & { seconds: number }> => {
  const began = performance.now()
  const result = await work()
  return { ...result, seconds: Math.round((performance.now() - began) / 100) / 10 }
}

export type TargetRun = {
  tree: Tree
  target: Target
  size: number
  seed: string
  /** No new fault is begun so many seconds after the first. */
  patience: number
  /** Whether all tests judge. Otherwise those that look closest do: the others take minutes for a fault that these let pass, which is undecided. */
  isThorough: boolean
  /** Faults that slow tests need not see: they survive as they are. */
  isKnown: (mutant: Mutant) => boolean
  /** What became of a fault before, of this very code. */
  before: (mutant: Mutant) => Omit<Trial, 'mutant'> | undefined
  /** Hears of each. */
  say: (trial: Trial) => void
}

/** Tries faults in the order of a sample: first on the quick tests, then what is left on the slow ones. */
export async function tryTarget({ tree, target, size, seed, patience, isThorough, isKnown, before, say }: TargetRun): Promise<Trial[]> {
  const product = compileParts(target)
  if (!product) throw new Error(`${target.name} does not compile`)
  const bench: Bench = { tree, target, plain: copyTests(target, { isLoading: false }), product }
  const trials: Trial[] = []
  const keep = (trial: Trial) => {
    trials.push(trial)
    say(trial)
  }
  const left: Mutant[] = []
  const mutants = sample({ tree, files: target.files, size, seed })
  const stepsFor = isThorough ? target.stepsFor : target.nearStepsFor
  const copy = await prepare(
    bench,
    mutants.flatMap(({ file }) => stepsFor(file)),
  )
  const began = performance.now()
  const quick = async (mutant: Mutant, name: string) => {
    const known = before(mutant)
    if (known) return keep({ mutant, ...known })
    const trial = await timed(() => tryMutant(bench, mutant, { copy, steps: stepsFor(mutant.file), name }))
    if (trial.verdict !== 'survived' || isKnown(mutant)) return keep({ mutant, ...trial })
    if (isThorough) left.push(mutant)
    else keep({ mutant, ...trial, verdict: 'undecided' })
  }
  await inLanes(mutants, quick, () => (performance.now() - began) / 1000 > patience)
  if (left.length === 0) return trials
  const late = await prepare(
    bench,
    left.flatMap(({ file }) => target.slowStepsFor(file)),
  )
  const slow = async (mutant: Mutant, name: string) =>
    keep({ mutant, ...(await timed(() => tryMutant(bench, mutant, { copy: late, steps: target.slowStepsFor(mutant.file), name }))) })
  await inLanes(left, slow, () => false)
  return trials
}
