// Small faults planted in Solidity, one at a time: a comparison moved by one, a sum turned into a difference, a step or a condition gone.
import { createHash } from 'node:crypto'
import { isSolidity, parseSolidity, visitSolidity } from '../checks/syntax.ts'
import { lineAt, type Tree } from '../checks/tree.ts'

/** `text` replaces the characters from `start` to `end` of `file`. `place` is the contract and the function. */
export type Mutant = { file: string; start: number; end: number; line: number; place: string; before: string; text: string }

const swaps: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '+=': '-=',
  '-=': '+=',
  '&&': '||',
  '||': '&&',
  '&': '|',
  '|': '&',
  '<<': '>>',
  '>>': '<<',
}

/** What guards a function: without it, everybody may come in, or come in twice. */
const guards = new Set(['nonReentrant', 'onlyEscrow', 'restricted'])

type Ranged = { range?: [number, number] }
const startOf = (node: Ranged) => node.range?.[0] ?? 0
const endOf = (node: Ranged) => (node.range?.[1] ?? -1) + 1

/** Contracts and functions of a file by the range of their text, outermost first. */
function placesOf(tree: Tree, file: string): { name: string; start: number; end: number }[] {
  const places: { name: string; start: number; end: number }[] = []
  const add = (node: Ranged, name: string) => places.push({ name, start: startOf(node), end: endOf(node) })
  visitSolidity(parseSolidity(tree, file), {
    ContractDefinition: (node) => add(node, node.name),
    FunctionDefinition: (node) => add(node, node.isConstructor ? 'constructor' : (node.name ?? 'fallback')),
    ModifierDefinition: (node) => add(node, node.name),
  })
  return places.sort((a, b) => a.start - b.start)
}

/** All mutants of one contract, in the order of its text. */
export function mutantsOf(tree: Tree, file: string): Mutant[] {
  const text = tree.read(file)
  const places = placesOf(tree, file)
  const found: Mutant[] = []
  const skipped = new Set<unknown>()
  const add = (start: number, end: number, replacement: string) => {
    const place = places
      .filter((one) => one.start <= start && end <= one.end)
      .map(({ name }) => name)
      .join('.')
    found.push({ file, start, end, line: lineAt(text, start), place, before: text.slice(start, end), text: replacement })
  }
  const replace = (node: Ranged, replacement: string) => add(startOf(node), endOf(node), replacement)
  const negate = (node: Ranged & { type: string; operator?: string }) => {
    // A comparison is turned around already, and so is a negation.
    if (node.type !== 'BinaryOperation' && node.type !== 'UnaryOperation') replace(node, `!(${text.slice(startOf(node), endOf(node))})`)
  }
  visitSolidity(parseSolidity(tree, file), {
    BinaryOperation: (node) => {
      const swap = swaps[node.operator]
      const [from, to] = [endOf(node.left), startOf(node.right)]
      const at = text.slice(from, to).indexOf(node.operator)
      if (swap && at >= 0) add(from + at, from + at + node.operator.length, swap)
    },
    // Without its step a loop would never end.
    ForStatement: (node) => skipped.add(node.loopExpression),
    ExpressionStatement: (node) => {
      if (!skipped.has(node) && node.expression?.type !== 'Identifier') replace(node, '{}')
    },
    EmitStatement: (node) => replace(node, '{}'),
    ModifierInvocation: (node) => {
      if (guards.has(node.name)) replace(node, '')
    },
    UnaryOperation: (node) => {
      if (node.operator === '!') add(startOf(node), startOf(node) + 1, '')
    },
    IfStatement: (node) => negate(node.condition),
    Conditional: (node) => negate(node.condition),
    BooleanLiteral: (node) => replace(node, node.value ? 'false' : 'true'),
    FunctionCall: (node) => {
      const { expression } = node
      if (expression.type !== 'MemberAccess' || expression.memberName !== 'encode' || node.arguments.length < 2) return
      node.arguments.forEach((argument, index) => {
        const next = node.arguments[index + 1]
        const last = node.arguments[index - 1]
        if (next) add(startOf(argument), startOf(next), '')
        else if (last) add(endOf(last), endOf(argument), '')
      })
    },
  })
  return found.sort((a, b) => a.start - b.start || a.end - b.end)
}

/** A sample that changes only with the code: spread over the contracts, in an order that their text and the seed decide. */
export function sample({ tree, files, size, seed = '' }: { tree: Tree; files?: readonly string[]; size: number; seed?: string }): Mutant[] {
  const rank = (mutant: Mutant) =>
    createHash('sha256')
      .update(`${seed}${mutant.file} ${mutant.start} ${mutant.text} ${tree.read(mutant.file)}`)
      .digest('hex')
  const piles = (files ?? tree.files.filter((file) => file.startsWith('contracts/') && isSolidity(file)))
    .map((file) => mutantsOf(tree, file).sort((a, b) => rank(a).localeCompare(rank(b))))
    .filter((pile) => pile.length > 0)
    .sort((a, b) => b.length - a.length)
  const most = piles[0]?.length ?? 0
  const rounds = Array.from({ length: most }, (_, round) => piles.flatMap((pile) => pile.slice(round, round + 1)))
  return rounds.flat().slice(0, size)
}
