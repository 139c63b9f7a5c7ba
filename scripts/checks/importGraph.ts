// Which file imports which file of this repository, and which packages it needs from outside.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { importsOf, isScript, isSolidity } from './syntax.ts'
import { lineAt, type Tree } from './tree.ts'

/** One import: of a file here (`file`) or of a package from outside (`external`, named without its sub-path). */
export type Edge = { from: string; line: number; module: string; file?: string; external?: string }

const packageName = (module: string) =>
  module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')

/** Where `@hanse/sdk/sync` is: what the package's `exports` say, in its own folder. */
function workspaceFile(tree: Tree, module: string): string | undefined {
  const [, folder = '', ...path] = module.split('/')
  const manifest = join(tree.root, folder, 'package.json')
  if (!existsSync(manifest)) return undefined
  const { exports = {} }: { exports?: Record<string, string | Record<string, string>> } = JSON.parse(readFileSync(manifest, 'utf8'))
  const target = exports[['.', ...path].join('/')]
  const file = typeof target === 'string' ? target : (target?.import ?? target?.default ?? target?.types)
  return posix.join(folder, file ?? 'src/index.ts')
}

function edge(tree: Tree, from: string, module: string, line: number): Edge {
  if (module.startsWith('.')) return { from, line, module, file: posix.join(dirname(from), module) }
  const file = module.startsWith('@hanse/') ? workspaceFile(tree, module) : undefined
  return file ? { from, line, module, file } : { from, line, module, external: packageName(module) }
}

/** All imports of all sources. */
export function importGraph(tree: Tree): Edge[] {
  return tree.files
    .filter((file) => isScript(file) || isSolidity(file))
    .flatMap((from) => importsOf(tree, from).map(({ module, offset }) => edge(tree, from, module, lineAt(tree.read(from), offset))))
}
