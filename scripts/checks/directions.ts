// Imports run one way: contracts -> OpenZeppelin; sdk -> viem; deploy, watcher -> sdk; devnet -> deploy, watcher, sdk; the rest -> all of
// these. Inside the sdk: verbs <- sync <- why, track, tax <- patterns <- runtime. The root of the sdk runs in browsers.
import { existsSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join } from 'node:path'
import { type Edge, importGraph } from './importGraph.ts'
import type { Finding, Tree } from './tree.ts'

/** Which packages each package may import, besides those from outside that its own manifest names. */
const allowed: Record<string, string[]> = {
  contracts: [],
  sdk: [],
  deploy: ['sdk'],
  watcher: ['sdk'],
  devnet: ['deploy', 'watcher', 'sdk', 'contracts'],
  cli: ['devnet', 'deploy', 'watcher', 'sdk'],
}

/** Layers inside the sdk: a file imports only from its own layer or lower ones. Folders not named here are the ground floor. */
const sdkLayers: Record<string, number> = {
  gateway: 1,
  task: 1,
  agent: 1,
  charter: 1,
  agreement: 1,
  cell: 1,
  topic: 3,
  condition: 3,
  card: 2,
  sync: 2,
  directory: 3,
  reputation: 3,
  node: 3,
  track: 3,
  why: 3,
  tax: 3,
  patterns: 4,
  runtime: 5,
  workflow: 6,
  react: 6,
  ethers: 2,
}

const part = (file: string) => file.split('/')[0] ?? ''
const isBuiltin = (name: string) => name.startsWith('node:') || builtinModules.includes(name)
const fault = ({ from, line, module }: Edge, why: string): Finding => ({ file: from, line, message: `imports ${module}: ${why}` })

function layerOf(file: string): number | undefined {
  const [, folder] = /^sdk\/src\/(?:([^/]+)\/)?/.exec(file) ?? []
  return file.startsWith('sdk/src/') && file !== 'sdk/src/index.ts' ? (sdkLayers[folder ?? ''] ?? 0) : undefined
}

/** A file may import its own part of the repository, and the parts listed for it; tests, scripts and benches may import all. */
function checkPart(edge: Edge): Finding[] {
  const [from, to] = [part(edge.from), part(edge.file ?? '')]
  const parts = allowed[from]
  if (!edge.file || !parts || from === to) return []
  if (!parts.includes(to)) return [fault(edge, `${from} may import ${parts.join(', ') || 'nothing else of this repository'}`)]
  return edge.module.startsWith('.') && to !== 'contracts' ? [fault(edge, `another package is imported by its name, @hanse/${to}`)] : []
}

function checkLayer(edge: Edge): Finding[] {
  const [from, to] = [layerOf(edge.from), layerOf(edge.file ?? '')]
  if (edge.file === 'sdk/src/index.ts' && from !== undefined) return [fault(edge, 'nothing inside the sdk imports its root')]
  if (from === undefined || to === undefined || to <= from) return []
  return [fault(edge, 'a lower layer of the sdk may not import a higher one')]
}

function dependenciesOf(tree: Tree, folder: string): Set<string> {
  const file = [join(tree.root, folder, 'package.json'), join(tree.root, 'package.json')].find(existsSync)
  const manifest = file ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies']
  return new Set(kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {})))
}

/** Whatever comes from outside is named in the manifest of the package that imports it. */
function checkOutside(tree: Tree, edge: Edge): Finding[] {
  // Templates get a manifest of their own from `hanse init`; a test of that compares.
  if (!edge.external || isBuiltin(edge.module) || edge.from.startsWith('cli/templates/')) return []
  if (part(edge.from) === 'contracts') {
    return edge.external === '@openzeppelin/contracts' ? [] : [fault(edge, 'contracts import OpenZeppelin only')]
  }
  const folder = edge.from.endsWith('.sol') ? '.' : part(edge.from)
  return dependenciesOf(tree, folder).has(edge.external) ? [] : [fault(edge, `not among the dependencies of ${folder}/package.json`)]
}

/** ethers serves the contract tests, the vectors as a second opinion, and users of ethers; nobody else. */
function checkEthers(edge: Edge): Finding[] {
  const isEthers = edge.external === 'ethers' || /ethers/.test(edge.external ?? '')
  if (
    !isEthers ||
    /^(test\/contracts\/|test\/vectors\/|test\/sdk\/ethers\/|sdk\/src\/ethers\/|scripts\/contracts\/ethersTypes|hardhat\.config\.ts)/.test(
      edge.from,
    )
  )
    return []
  return [fault(edge, 'ethers lives in test/contracts, test/vectors, sdk/src/ethers and its tests only')]
}

/** What the root of the sdk reaches must run in a browser: viem, and no module of Node. */
function checkBrowser(edges: Edge[]): Finding[] {
  const reached = new Set(['sdk/src/index.ts'])
  for (const file of reached) for (const edge of edges) if (edge.from === file && edge.file) reached.add(edge.file)
  return edges
    .filter((edge) => reached.has(edge.from) && edge.external && edge.external !== 'viem')
    .map((edge) => fault(edge, 'the root of the sdk reaches this file, and depends on viem only'))
}

/** An import leads to a file that is there. */
const checkTarget = (tree: Tree, edge: Edge): Finding[] =>
  edge.file && !existsSync(join(tree.root, edge.file)) ? [fault(edge, 'there is no such file')] : []

export function checkDirections(tree: Tree): Finding[] {
  const edges = importGraph(tree)
  const each = edges.flatMap((edge) => [
    ...checkPart(edge),
    ...checkLayer(edge),
    ...checkOutside(tree, edge),
    ...checkEthers(edge),
    ...checkTarget(tree, edge),
  ])
  return [...each, ...checkBrowser(edges)]
}
