// What `npm run mutate` plants in, and who should notice.
import { posix } from 'node:path'
import { importGraph } from '../checks/importGraph.ts'
import type { Tree } from '../checks/tree.ts'

/** Contracts that tests load from code on disk, so that a fault costs the compilation of what lies above it, not of the tests. */
export type Target = {
  name: string
  /** Contracts that some test creates with `create` of test/support/Create.sol. */
  parts: readonly Part[]
  /** Where faults are planted. */
  files: readonly string[]
  /** Who should notice a fault in one of the files, from cheap to expensive: the next step only sees what the one before let pass. */
  stepsFor: (file: string) => readonly Step[]
  /** The steps of tests that look closest at a file. */
  nearStepsFor: (file: string) => readonly Step[]
  /** Steps that take long: plays and zoos. */
  slowStepsFor: (file: string) => readonly Step[]
}

/** A contract, the files it is made of, and the tests that create it. */
export type Part = { name: string; file: string; below: ReadonlySet<string>; tests: readonly string[] }

/** Test files to run at once, and how many inputs each fuzz test gets. */
export type Step = {
  name: string
  files: readonly string[]
  fuzzRuns: number
  /** Whether the tests have to be compiled with the fault, because they call a library themselves. */
  isDirect?: boolean
}

/** Inputs of a fuzz test in the first steps, and in the last ones. */
const quick = 4
const usual = 256

/** The four contracts at the escrow's one address. */
const escrowParts = ['TaskEscrow', 'TaskAssignments', 'TaskReviews', 'PortalDesk']

/** Libraries' tests that call the library itself, by library. */
const directTests: Readonly<Record<string, readonly string[]>> = {
  PushPayment: ['tasks/PushPayment'],
  TaskSlot: ['tasks/TaskSlot'],
  TermsRules: ['tasks/TaskVectors'],
}

/** Tests that look closest at a contract or library of which no test has the name. Most of its faults never see another. */
const nearTests: Readonly<Record<string, readonly string[]>> = {
  ExposurePause: ['tasks/TaskEscrowDefaults', 'tasks/Deposits'],
  Payments: ['tasks/Hostile', 'tasks/TaskEscrow'],
  ActorSteps: ['tasks/PortalRequests', 'tasks/RemoteActions', 'tasks/RemoteHandoffs'],
  PortalDesk: ['tasks/PortalRequests', 'tasks/RemoteActions', 'tasks/RemoteHandoffs', 'tasks/Prerequisites', 'tasks/Receipts'],
  PortalMessages: ['tasks/PortalRequests', 'tasks/RemoteActions', 'tasks/TasksOverChains'],
  PushPayment: ['tasks/Hostile'],
  TaskAssignments: ['tasks/Auctions', 'tasks/Handoffs', 'tasks/Suspicions', 'tasks/SignedOffers'],
  TaskBase: ['tasks/TaskEscrow', 'tasks/TaskEscrowDefaults', 'tasks/Children', 'tasks/Disputes'],
  TaskEscrow: ['tasks/TaskEscrow', 'tasks/TaskEscrowDefaults', 'tasks/SignedOffers', 'tasks/Children'],
  TaskExtension: ['tasks/Hostile'],
  TaskKeys: ['tasks/TaskEscrow', 'tasks/Auctions'],
  TaskReviews: ['tasks/Disputes', 'tasks/Splits', 'tasks/Revisions'],
  TaskSignatures: ['tasks/SignatureForms', 'tasks/SignatureReplay'],
  TaskSlot: ['tasks/TaskEscrow', 'tasks/Revisions'],
}

const testFile = (name: string) => `test/contracts/${name}.t.sol`
const nameOf = (file: string) => posix.basename(file, '.sol')
const isTest = (file: string) => file.startsWith('test/contracts/') && file.endsWith('.t.sol') && !file.endsWith('Handler.t.sol')
/** The sweep of gas counts that of optimised code, which this is not; the grid of races takes minutes without the optimiser. */
const isFit = (file: string) => !/\/(GasSweep|RaceGrid)\.t\.sol$/.test(file)
/** Interfaces and records have nothing to plant in. */
const isPlanted = (file: string) => file.startsWith('contracts/') && !/^(I[A-Z]\w+|Terms)$/.test(nameOf(file))

/** Files that `start` imports, over any number of imports, and `start` itself. */
function closure(edges: ReadonlyMap<string, readonly string[]>, start: string): Set<string> {
  const found = new Set([start])
  for (const file of found) for (const next of edges.get(file) ?? []) found.add(next)
  return found
}

function edgesOf(tree: Tree): Map<string, string[]> {
  const edges = new Map<string, string[]>()
  for (const { from, file } of importGraph({ ...tree, files: tree.files.filter((name) => name.endsWith('.sol')) })) {
    if (file) edges.set(from, [...(edges.get(from) ?? []), file])
  }
  return edges
}

/** Names of the contracts that a file creates from the build. */
const createdIn = (tree: Tree, file: string) => [...tree.read(file).matchAll(/\bcreate\("(\w+)"/g)].map(([, name = '']) => name)

/** The contracts that tests create. */
function partsOf(tree: Tree, edges: ReadonlyMap<string, readonly string[]>): Part[] {
  const testsOf = new Map<string, string[]>()
  for (const test of tree.files.filter((file) => isTest(file) && isFit(file))) {
    const created = [...closure(edges, test)].filter((file) => file.startsWith('test/')).flatMap((file) => createdIn(tree, file))
    for (const name of new Set(created)) testsOf.set(name, [...(testsOf.get(name) ?? []), test])
  }
  return tree.files.flatMap((file) => {
    const name = nameOf(file)
    const tests = file.startsWith('contracts/') ? testsOf.get(name) : undefined
    return tests ? [{ name, file, below: closure(edges, file), tests }] : []
  })
}

/** The tests closest to a file: those of its name, or those listed. */
const isNear = (file: string) => (test: string) => {
  const listed = nearTests[nameOf(file)]
  return listed ? listed.map(testFile).includes(test) : posix.basename(test).startsWith(nameOf(file))
}

const union = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())].sort()

function newTarget(tree: Tree, name: string, parts: readonly Part[], files: readonly string[]): Target {
  const edges = edgesOf(tree)
  const isSlow = (file: string) => file.endsWith('/TokenZoo.t.sol') || tree.read(file).includes('function invariant_')
  const testsFor = (file: string) => union(parts.filter(({ below }) => below.has(file)).map(({ tests }) => tests))
  const stepsFor = (file: string) => {
    const cheap = testsFor(file).filter((test) => !isSlow(test))
    const near = cheap.filter(isNear(file))
    const direct = (directTests[nameOf(file)] ?? []).map(testFile)
    const steps: Step[] = [
      { name: 'near', files: near, fuzzRuns: quick },
      { name: 'library', files: direct, fuzzRuns: quick, isDirect: true },
      { name: 'unit', files: cheap, fuzzRuns: quick },
      { name: 'fuzz', files: cheap, fuzzRuns: usual },
    ]
    return steps.filter((step) => step.files.length > 0)
  }
  const nearStepsFor = (file: string) => stepsFor(file).filter(({ name }) => name === 'near' || name === 'library')
  const slowStepsFor = (file: string) =>
    testsFor(file)
      .filter(isSlow)
      .map((test) => ({
        name: posix.basename(test, '.t.sol'),
        // The handler that an invariant plays with is only known to the runner where it is named, too.
        files: [...closure(edges, test)].filter((one) => /(Handler|\.t)\.sol$/.test(one)),
        fuzzRuns: usual,
      }))
  return { name, parts, files, stepsFor, nearStepsFor, slowStepsFor }
}

/** `TaskEscrow`: what runs at the escrow's address. `others`: whatever else tests create, with what that shares with the escrow. `all`: both. */
export function targetOf(tree: Tree, name: 'TaskEscrow' | 'others' | 'all'): Target {
  const parts = partsOf(tree, edgesOf(tree))
  const isEscrow = (part: Part) => escrowParts.includes(part.name)
  const filesOf = (some: readonly Part[]) => union(some.map(({ below }) => [...below])).filter(isPlanted)
  if (name === 'all') return newTarget(tree, name, parts, filesOf(parts))
  if (name === 'TaskEscrow') {
    const escrow = parts.filter(isEscrow)
    return newTarget(
      tree,
      name,
      escrow,
      filesOf(escrow).filter((file) => file.startsWith('contracts/tasks/')),
    )
  }
  const others = parts.filter((part) => !isEscrow(part))
  return newTarget(tree, name, others, filesOf(others))
}
