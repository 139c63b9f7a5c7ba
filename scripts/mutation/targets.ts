// What `npm run mutate -- <contract>` plants in, and who should notice.
import { posix } from 'node:path'
import { importGraph } from '../checks/importGraph.ts'
import type { Tree } from '../checks/tree.ts'

/** A contract that tests deploy from code on disk, so that a fault costs the compilation of its parts alone, not of the tests. */
export type Target = {
  name: string
  /** The contracts at the target's one address. Tests create them with `new`. */
  parts: readonly string[]
  /** Where faults are planted. */
  files: readonly string[]
  /** Tests that look closest at a file, by file: most of its faults never see another. */
  near: Readonly<Record<string, readonly string[]>>
  /** Solidity tests that create a part, in steps from cheap to expensive: the next step only sees what the one before let pass. */
  steps: readonly Step[]
  /** Steps that take long: plays and zoos. */
  slow: readonly Step[]
  /** By file of a library: tests that call the library itself, and so have to be compiled with the fault. */
  direct: Readonly<Record<string, readonly string[]>>
}

/** Test files to run at once, and how many inputs each fuzz test gets. */
export type Step = { name: string; files: readonly string[]; fuzzRuns: number }

/** Inputs of a fuzz test in the first steps, and in the last ones. */
const quick = 4
const usual = 256

const escrowParts = ['TaskEscrow', 'TaskAssignments', 'TaskReviews']
const partFile = (part: string) => `contracts/tasks/${part}.sol`

/** Files that `start` imports, over any number of imports, and `start` itself. */
function closure(edges: ReadonlyMap<string, readonly string[]>, start: readonly string[]): Set<string> {
  const found = new Set(start)
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

/** Names of test files by the name of a contract or library. */
const nearEscrow: Readonly<Record<string, readonly string[]>> = {
  Deposits: ['Deposits'],
  ExposurePause: ['TaskEscrowDefaults', 'Deposits'],
  Payments: ['Hostile', 'TaskEscrow'],
  PortalDesk: ['PortalRequests', 'TasksOverChains'],
  PortalMessages: ['PortalRequests', 'TasksOverChains'],
  PushPayment: ['Hostile'],
  TaskAssignments: ['Auctions', 'Handoffs', 'Suspicions', 'SignedOffers', 'Prerequisites'],
  TaskBase: ['TaskEscrow', 'TaskEscrowDefaults', 'Children', 'Disputes'],
  TaskEscrow: ['TaskEscrow', 'TaskEscrowDefaults', 'SignedOffers', 'Children'],
  TaskExtension: ['Hostile'],
  TaskKeys: ['TaskEscrow', 'Auctions'],
  TaskReviews: ['Disputes', 'Splits', 'Revisions'],
  TaskSignatures: ['SignatureForms', 'SignatureReplay'],
  TaskSlot: ['TaskEscrow', 'Revisions'],
  TermsRules: ['TermsRules'],
}

const testFile = (name: string) => `test/contracts/tasks/${name}.t.sol`

/** The escrow of tasks: three contracts on one storage, what they inherit, and their libraries. */
function taskEscrow(tree: Tree): Target {
  const edges = edgesOf(tree)
  const parts = escrowParts.map(partFile)
  const files = [...closure(edges, parts)].filter((file) => file.startsWith('contracts/tasks/') && !/\/(I[A-Z]\w+|Terms)\.sol$/.test(file))
  const direct = {
    [partFile('TaskSlot')]: [testFile('TaskSlot')],
    [partFile('TermsRules')]: [testFile('TaskVectors')],
  }
  // The sweep of gas counts that of optimised code, which this is not.
  const unfit = 'test/contracts/gateway/'
  const expensive = ['TokenZoo', 'RightsInvariants', 'TaskInvariants'].map(testFile)
  const tests = tree.files.filter((file) => {
    if (!file.startsWith('test/contracts/') || !file.endsWith('.t.sol') || file.startsWith(unfit)) return false
    return !/Handler\.t\.sol$/.test(file) && parts.some((part) => closure(edges, [file]).has(part))
  })
  const cheap = tests.filter((file) => !expensive.includes(file))
  return {
    name: 'TaskEscrow',
    parts: escrowParts,
    files: files.sort(),
    near: Object.fromEntries(Object.entries(nearEscrow).map(([name, near]) => [partFile(name), near.map(testFile)])),
    steps: [
      { name: 'unit', files: cheap, fuzzRuns: quick },
      { name: 'fuzz', files: cheap, fuzzRuns: usual },
    ],
    slow: expensive.map((file) => ({
      name: posix.basename(file, '.t.sol'),
      // The handler that an invariant plays with is only known to the runner where it is named, too.
      files: [...closure(edges, [file])].filter((name) => name.endsWith('.t.sol')),
      fuzzRuns: usual,
    })),
    direct,
  }
}

/** The targets by name. */
export const targets: Readonly<Record<string, (tree: Tree) => Target>> = { TaskEscrow: taskEscrow }
