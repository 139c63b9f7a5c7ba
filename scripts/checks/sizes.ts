// A file fits in the head, a function on the screen. Generated files are excepted, and so are the callbacks that only group tests.
import { type ESTree, Visitor } from 'rolldown/utils'
import { isScript, isSolidity, parseScript, parseSolidity, visitSolidity, withoutComments } from './syntax.ts'
import { type Finding, lineAt, type Tree } from './tree.ts'

/** Lines at which review must insist; the aim is 400 and 40. */
export const limits = { file: 500, function: 60 }

type Span = { line: number; lines: number }
type Node = { start: number; end: number }
type Expression = ESTree.CallExpression['callee']

/** `describe`, also as `describe.skipIf(...)` and the like. */
function isGroup(callee: Expression): boolean {
  if (callee.type === 'CallExpression') return isGroup(callee.callee)
  if (callee.type === 'MemberExpression') return isGroup(callee.object)
  return callee.type === 'Identifier' && callee.name === 'describe'
}

function scriptFunctions(tree: Tree, file: string): Span[] {
  const text = tree.read(file)
  const groups = new Set<number>()
  const spans: Span[] = []
  const measure = ({ start, end }: Node) => {
    const line = lineAt(text, start)
    if (!groups.has(start)) spans.push({ line, lines: lineAt(text, end) - line + 1 })
  }
  const visitor = new Visitor({
    CallExpression(node) {
      if (isGroup(node.callee)) for (const parameter of node.arguments) groups.add(parameter.start)
    },
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  })
  visitor.visit(parseScript(tree, file).program)
  return spans
}

/** Whether some function may be too long: none is longer than the way from its name to the next. Parsing every file would take a minute. */
function mayBeLong(text: string): boolean {
  const lines = withoutComments(text).split('\n')
  const starts = lines.flatMap((line, index) => (/\b(function\s+\w|(constructor|receive|fallback)\s*\()/.test(line) ? [index] : []))
  return starts.some((start, index) => (starts[index + 1] ?? lines.length) - start > limits.function)
}

function solidityFunctions(tree: Tree, file: string): Span[] {
  if (!mayBeLong(tree.read(file))) return []
  const spans: Span[] = []
  visitSolidity(parseSolidity(tree, file), {
    FunctionDefinition: ({ loc }) => {
      if (loc) spans.push({ line: loc.start.line, lines: loc.end.line - loc.start.line + 1 })
    },
  })
  return spans
}

function checkFile(tree: Tree, file: string): Finding[] {
  const lines = tree.read(file).split('\n').length - 1
  const spans = isSolidity(file) ? solidityFunctions(tree, file) : scriptFunctions(tree, file)
  const long = spans
    .filter((span) => span.lines > limits.function)
    .map((span) => ({ file, line: span.line, message: `a function of ${span.lines} lines; at most ${limits.function}` }))
  return lines > limits.file ? [{ file, message: `${lines} lines; at most ${limits.file}` }, ...long] : long
}

export function checkSizes(tree: Tree): Finding[] {
  return tree.files.filter((file) => isScript(file) || isSolidity(file)).flatMap((file) => checkFile(tree, file))
}
