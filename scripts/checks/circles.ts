// No import circles: not between files, not between folders.
import { dirname } from 'node:path'
import { importGraph } from './importGraph.ts'
import type { Finding, Tree } from './tree.ts'

type Graph = Map<string, Set<string>>

/** Groups of nodes that reach each other (Tarjan's strongly connected components of more than one node). */
export function circlesOf(graph: Graph): string[][] {
  const order = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const found: string[][] = []
  const visit = (node: string) => {
    order.set(node, order.size)
    low.set(node, order.size - 1)
    stack.push(node)
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0))
    }
    if (low.get(node) !== order.get(node)) return
    const group = stack.splice(stack.indexOf(node))
    if (group.length > 1) found.push(group.sort())
  }
  for (const node of graph.keys()) if (!order.has(node)) visit(node)
  return found
}

function graphOf(edges: { from: string; to: string }[]): Graph {
  const graph: Graph = new Map()
  for (const { from, to } of edges) {
    if (from === to) continue
    graph.set(from, (graph.get(from) ?? new Set()).add(to))
    if (!graph.has(to)) graph.set(to, new Set())
  }
  return graph
}

/** The folder of a file. What lies directly in `<package>/src` (the edge, the configuration, the errors) counts as a folder each. */
const folderOf = (file: string) => (/^[^/]+\/src\/[^/]+$/.test(file) ? file : dirname(file))

export function checkCircles(tree: Tree): Finding[] {
  const edges = importGraph(tree).flatMap(({ from, file }) => (file ? [{ from, to: file }] : []))
  const folders = edges.map(({ from, to }) => ({ from: folderOf(from), to: folderOf(to) }))
  const describe = (kind: string) => (group: string[]) => ({
    file: group[0] ?? '',
    message: `${kind} import each other in a circle: ${group.join(', ')}`,
  })
  const hasFolder = (group: string[]) => group.some((name) => !/\.\w+$/.test(name))
  return [...circlesOf(graphOf(edges)).map(describe('files')), ...circlesOf(graphOf(folders)).filter(hasFolder).map(describe('folders'))]
}
