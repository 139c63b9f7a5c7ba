// Callers tell failures apart by class, so the packages throw no plain errors; and they convert types only where a comment says why.
import { Visitor } from 'rolldown/utils'
import { isScript, parseScript } from './syntax.ts'
import { type Finding, lineAt, type Tree } from './tree.ts'

const plain = new Set(['Error', 'TypeError', 'RangeError', 'AggregateError', 'SyntaxError'])

/** Is there a comment at the end of the line, or on the line before? */
function hasReason(text: string, line: number): boolean {
  const lines = text.split('\n')
  return /\/\/ |\*\//.test(lines[line - 1] ?? '') || /^\s*(\/\/|\*|\/\*)/.test(lines[line - 2] ?? '')
}

export function checkTypedErrors(tree: Tree): Finding[] {
  const files = tree.files.filter((file) => isScript(file) && /^(sdk|deploy|watcher|devnet|cli)\/src\//.test(file))
  return files.flatMap((file) => {
    const text = tree.read(file)
    const found: Finding[] = []
    const visitor = new Visitor({
      NewExpression(node) {
        if (node.callee.type !== 'Identifier' || !plain.has(node.callee.name)) return
        found.push({
          file,
          line: lineAt(text, node.start),
          message: `makes a plain ${node.callee.name}; use a class that extends BaseError`,
        })
      },
      TSAsExpression(node) {
        const type = text.slice(node.typeAnnotation.start, node.typeAnnotation.end)
        const line = lineAt(text, node.start)
        if (type === 'const' || hasReason(text, line)) return
        found.push({ file, line, message: `\`as ${type}\` overrules the type checker without a comment before it that says why` })
      },
    })
    visitor.visit(parseScript(tree, file).program)
    return found
  })
}
