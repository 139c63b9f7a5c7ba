// Parsed sources. TypeScript 7 brings no compiler API, so rolldown's parser reads TypeScript; solidity-parser reads Solidity.
import * as solidity from '@solidity-parser/parser'
import { parseSync } from 'rolldown/utils'
import type { Tree } from './tree.ts'

/** TypeScript and JavaScript files. */
export const isScript = (file: string): boolean => /\.(tsx?|mjs)$/.test(file) && !file.endsWith('.d.ts')

/** Solidity files. */
export const isSolidity = (file: string): boolean => file.endsWith('.sol')

export type Script = ReturnType<typeof parseSync>
export type Unit = ReturnType<typeof solidity.parse>

const scripts = new WeakMap<Tree, Map<string, Script>>()
const units = new WeakMap<Tree, Map<string, Unit>>()

function cached<Parsed>(cache: WeakMap<Tree, Map<string, Parsed>>, tree: Tree, file: string, parse: () => Parsed): Parsed {
  const ofTree = cache.get(tree) ?? new Map<string, Parsed>()
  cache.set(tree, ofTree)
  const parsed = ofTree.get(file) ?? parse()
  ofTree.set(file, parsed)
  return parsed
}

export const parseScript = (tree: Tree, file: string): Script => cached(scripts, tree, file, () => parseSync(file, tree.read(file)))

export const parseSolidity = (tree: Tree, file: string): Unit =>
  cached(units, tree, file, () => solidity.parse(tree.read(file), { range: true, loc: true }))

export const visitSolidity = solidity.visit

/** A Solidity text with blanks for its comments, which may say what they like. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, (comment) => comment.replaceAll(/[^\n]/g, ' '))

/** Without the parser, which takes a second for a large file. Directives begin their line. */
function solidityImports(text: string): { module: string; offset: number }[] {
  return [...withoutComments(text).matchAll(/^[ \t]*import\b[^;"']*["']([^"'\n]+)["']/gm)].map(({ 1: module = '', index }) => ({
    module,
    offset: index,
  }))
}

/** The modules that a file names in imports and re-exports, types included, each with the offset where it is named. */
export function importsOf(tree: Tree, file: string): { module: string; offset: number }[] {
  if (isSolidity(file)) return solidityImports(tree.read(file))
  const { module } = parseScript(tree, file)
  const named = module.staticImports.map(({ moduleRequest, start }) => ({ module: moduleRequest.value, offset: start }))
  const again = module.staticExports.flatMap(({ start, entries }) =>
    entries.flatMap(({ moduleRequest }) => (moduleRequest ? [{ module: moduleRequest.value, offset: start }] : [])),
  )
  // What is computed names no module that could be judged.
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const [, name] =
      /^'([^']*)'$/.exec(
        tree
          .read(file)
          .slice(start, end)
          .replace(/^["`](.*)["`]$/, "'$1'"),
      ) ?? []
    return name === undefined ? [] : [{ module: name, offset: start }]
  })
  return [...named, ...again, ...dynamic]
}
