// Small faults planted in Solidity, one at a time: a comparison moved by one, a sum turned into a difference, a condition gone.
import { createHash } from 'node:crypto'
import { isSolidity, parseSolidity, visitSolidity } from '../checks/syntax.ts'
import { lineAt, type Tree } from '../checks/tree.ts'

/** `text` replaces the characters from `start` to `end` of `file`. */
export type Mutant = { file: string; start: number; end: number; line: number; before: string; text: string }

const swaps: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '+': '-',
  '-': '+',
  '&&': '||',
  '||': '&&',
}

type Ranged = { range?: [number, number] }
const startOf = (node: Ranged) => node.range?.[0] ?? 0
const endOf = (node: Ranged) => (node.range?.[1] ?? -1) + 1

/** All mutants of one contract, in the order of its text. */
export function mutantsOf(tree: Tree, file: string): Mutant[] {
  const text = tree.read(file)
  const found: Mutant[] = []
  const add = (start: number, end: number, replacement: string) =>
    found.push({ file, start, end, line: lineAt(text, start), before: text.slice(start, end), text: replacement })
  visitSolidity(parseSolidity(tree, file), {
    BinaryOperation: (node) => {
      const swap = swaps[node.operator]
      const [from, to] = [endOf(node.left), startOf(node.right)]
      const at = text.slice(from, to).indexOf(node.operator)
      if (swap && at >= 0) add(from + at, from + at + node.operator.length, swap)
    },
    ExpressionStatement: (node) => {
      const call = node.expression
      const isRequire = call?.type === 'FunctionCall' && call.expression.type === 'Identifier' && call.expression.name === 'require'
      if (isRequire) add(startOf(node), endOf(node), '{}')
    },
    UnaryOperation: (node) => {
      if (node.operator === '!') add(startOf(node), startOf(node) + 1, '')
    },
  })
  return found
}

/** A sample that changes only with the code: spread over the contracts, in an order that their text decides. */
export function sample(tree: Tree, size: number): Mutant[] {
  const rank = (mutant: Mutant) =>
    createHash('sha256')
      .update(`${mutant.file} ${mutant.start} ${mutant.text} ${tree.read(mutant.file)}`)
      .digest('hex')
  const piles = tree.files
    .filter((file) => file.startsWith('contracts/') && isSolidity(file))
    .map((file) => mutantsOf(tree, file).sort((a, b) => rank(a).localeCompare(rank(b))))
    .filter((pile) => pile.length > 0)
    .sort((a, b) => b.length - a.length)
  const most = piles[0]?.length ?? 0
  const rounds = Array.from({ length: most }, (_, round) => piles.flatMap((pile) => pile.slice(round, round + 1)))
  return rounds.flat().slice(0, size)
}
