// Whoever calls it must not have to read it: everything that the packages export, and everything that the contracts offer, is documented.
import { isScript, isSolidity, parseScript, parseSolidity, visitSolidity } from './syntax.ts'
import { type Finding, lineAt, type Tree } from './tree.ts'

const isPackageSource = (file: string) => /^(sdk|deploy|watcher|devnet|cli)\/src\//.test(file) && isScript(file)
const isProductContract = (file: string) => /^contracts\//.test(file) && isSolidity(file)

/** Is there a doc comment right before `offset`? */
const hasDocBefore = (text: string, offset: number) => {
  const before = text.slice(0, offset).trimEnd()
  const lastLine = before.slice(before.lastIndexOf('\n') + 1).trim()
  if (lastLine.startsWith('///')) return true
  return before.endsWith('*/') && before.slice(before.lastIndexOf('/*')).startsWith('/**')
}

type Export = { name: string; kind: string; start: number }

function exportsOf(tree: Tree, file: string): Export[] {
  const text = tree.read(file)
  return parseScript(tree, file).program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return []
    const { declaration } = node
    const ids = declaration.type === 'VariableDeclaration' ? declaration.declarations.map(({ id }) => id) : [declaration.id]
    return ids.flatMap((id) => {
      const name = id ? (/^[\w$]+/.exec(text.slice(id.start, id.end))?.[0] ?? '') : ''
      return [{ name, kind: declaration.type, start: node.start }]
    })
  })
}

/** The types that a function is called with and answers are documented by the function: its namespace, `ClaimParameters` of `claim`. */
function belongsTo({ name, kind }: Export, documented: Set<string>): boolean {
  const [, owner = ''] = /^(\w+?)(Parameters|ReturnType|ErrorType)$/.exec(name) ?? []
  const isNamespace = kind === 'TSModuleDeclaration' && documented.has(name)
  return isNamespace || (kind === 'TSTypeAliasDeclaration' && documented.has(owner.charAt(0).toLowerCase() + owner.slice(1)))
}

function checkScript(tree: Tree, file: string): Finding[] {
  const text = tree.read(file)
  const all = exportsOf(tree, file)
  const documented = new Set(all.filter(({ start }) => hasDocBefore(text, start)).map(({ name }) => name))
  return all
    .filter((item) => !hasDocBefore(text, item.start) && !belongsTo(item, documented))
    .map(({ name, start }) => ({ file, line: lineAt(text, start), message: `${name} is exported without a doc comment` }))
}

function checkContract(tree: Tree, file: string): Finding[] {
  const text = tree.read(file)
  const found: Finding[] = []
  const need = (kind: string, name: string | null, range: [number, number] | undefined) => {
    const offset = range?.[0] ?? 0
    if (!hasDocBefore(text, offset)) found.push({ file, line: lineAt(text, offset), message: `${kind} ${name ?? ''} has no natspec` })
  }
  visitSolidity(parseSolidity(tree, file), {
    ContractDefinition: (node) => need(node.kind, node.name, node.range),
    EventDefinition: (node) => need('event', node.name, node.range),
    CustomErrorDefinition: (node) => need('error', node.name, node.range),
    FunctionDefinition: (node) => {
      const isOffered = node.visibility === 'external' || node.visibility === 'public'
      if (isOffered && !node.isConstructor) need('function', node.name, node.range)
    },
  })
  return found
}

export function checkDocumented(tree: Tree): Finding[] {
  return tree.files.flatMap((file) => {
    if (isPackageSource(file)) return checkScript(tree, file)
    return isProductContract(file) ? checkContract(tree, file) : []
  })
}
