// `npm run prove`: proves the lane core and the escrow's ledger with solc's model checker and z3, and sees every planted bug refuted. The models and how they hang
// together with the product: test/proofs/README.md. `npm run prove -- AtMostOnce` proves that property only, and writes no results.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import solc from 'solc'
import { type Property, readProperties, unmirrored, unmodelled, type Variant, variantsOf } from './proofs/models.ts'
import { recordCounts } from './run/counts.ts'
import { root } from './run/lanes.ts'
import { table } from './run/table.ts'

/** For one query. Most take a second; a slow machine may take more. */
const limitSeconds = 120
const parameters = [
  '-smt2',
  '-in',
  `-T:${limitSeconds}`,
  'rewriter.pull_cheap_ite=true',
  'fp.spacer.q3.use_qgen=true',
  'fp.spacer.mbqi=false',
  'fp.spacer.ground_pobs=false',
]
const resultsFile = 'bench/results/prove.json'
const folder = 'test/proofs'
/** Where every line that moves money must stand in a model. */
const ledger = ['TaskEscrow', 'TaskAssignments', 'TaskReviews', 'TaskBase', 'ActorSteps', 'PortalDesk', 'Deposits', 'Payments'].map(
  (name) => `tasks/${name}.sol`,
)

/** What z3 found: that the assertion always holds, that some calls break it, or neither. */
type Verdict = 'proved' | 'refuted' | 'unknown'
type Row = { property: string; claim: string; verdict: Verdict; seconds: number; controls: number; caught: number }

const read = (path: string) => readFileSync(path.startsWith('@') ? join(root, 'node_modules', path) : join(root, path), 'utf8')

/** The sources of a variant, as the compiler asks for them. */
function importer({ changed }: Variant) {
  return (path: string) => {
    try {
      return { contents: changed?.file === path ? changed.text : read(path) }
    } catch {
      return { error: `${path} is not there` }
    }
  }
}

/** Checks the one assertion of a variant. */
function check(variant: Variant): { verdict: Verdict; seconds: number; message: string } {
  const began = performance.now()
  const answers: string[] = []
  const smtSolver = (query: string) => {
    const { stdout } = spawnSync('z3', parameters, { input: query, encoding: 'utf8', maxBuffer: 2 ** 30 })
    answers.push(stdout.split('\n')[0] ?? '')
    return { contents: stdout }
  }
  const modelChecker = { engine: 'chc', solvers: ['smtlib2'], targets: ['assert'], extCalls: 'untrusted', showProvedSafe: true }
  const sources = { [variant.file]: { content: variant.text } }
  const input = JSON.stringify({ language: 'Solidity', sources, settings: { modelChecker } })
  const output: { errors?: { severity: string; message: string; errorCode?: string }[] } = JSON.parse(
    solc.compile(input, { import: importer(variant), smtSolver }),
  )
  const messages = output.errors ?? []
  const has = (text: string) => messages.some(({ message }) => message.includes(text))
  const refusal = messages.find(({ severity }) => severity === 'error')
  // Both must agree: what z3 answered, and what the model checker made of it.
  const isAnswered = !refusal && answers.length > 0
  const isProved = isAnswered && answers.every((answer) => answer === 'sat') && has('Assertion violation check is safe!')
  const isRefuted = isAnswered && answers.includes('unsat') && has('Assertion violation')
  const verdict = isProved ? 'proved' : isRefuted ? 'refuted' : 'unknown'
  return { verdict, seconds: (performance.now() - began) / 1000, message: refusal?.message ?? `z3 says ${answers.join(', ') || 'nothing'}` }
}

/** Proves one property and tries its controls, or the first of them; says what is wrong, if anything. */
function prove(property: Property, isQuick: boolean): { row: Row; faults: string[] } {
  const [product, ...all] = variantsOf(property, read)
  if (!product || all.length < 2) throw new Error(`${property.name} of ${property.file} has fewer than two controls`)
  const controls = isQuick ? all.slice(0, 1) : all
  const proof = check(product)
  const faults = proof.verdict === 'proved' ? [] : [`${property.name} is ${proof.verdict}: ${proof.message}`]
  let caught = 0
  for (const control of controls) {
    const { verdict, message } = check(control)
    if (verdict === 'refuted') caught += 1
    else faults.push(`${property.name} is ${verdict} with "${control.planted}": ${message}`)
  }
  const { name, claim } = property
  const seconds = Math.round(proof.seconds * 10) / 10
  return { row: { property: name, claim, verdict: proof.verdict, seconds, controls: controls.length, caught }, faults }
}

function main(): void {
  if (spawnSync('z3', ['--version']).status !== 0) {
    console.log('npm run prove needs z3, which is not installed: apt-get install z3, or the package of your system.')
    recordCounts({ runner: 'prove', passed: 0, failed: 1, skipped: 0 })
    process.exitCode = 1
    return
  }
  const isQuick = process.argv.includes('--quick')
  const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.sol'))
  const models = files.map((file) => ({ file: `${folder}/${file}`, text: read(`${folder}/${file}`) }))
  const faults = [...models.flatMap((model) => unmirrored(model, read)), ...unmodelled(models, ledger, read)]
  const rows: Row[] = []
  for (const property of models.flatMap(readProperties)) {
    if (wanted.length > 0 && !wanted.includes(property.name)) continue
    const { row, faults: found } = prove(property, isQuick)
    rows.push(row)
    faults.push(...found)
    console.log(`  ${row.verdict} in ${row.seconds} s, ${row.caught} of ${row.controls} planted bugs caught: ${row.property}`)
  }
  if (rows.length === 0) faults.push(`no property of the name ${wanted.join(', ')}`)
  for (const fault of faults) console.log(`  ${fault}`)
  const columns = rows.map(({ property, verdict, seconds, controls, caught }) => [property, verdict, seconds, controls, caught])
  console.log(`\n${table([['property', 'verdict', 'seconds', 'controls', 'caught'], ...columns])}`)
  if (wanted.length === 0 && !isQuick && process.env.CI === undefined) {
    writeFileSync(join(root, resultsFile), `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`)
  }
  recordCounts({ runner: 'prove', passed: rows.reduce((sum, { caught }) => sum + 1 + caught, 0), failed: faults.length, skipped: 0 })
  process.exitCode = faults.length === 0 ? 0 : 1
}

main()
