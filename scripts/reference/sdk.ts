import { posix } from 'node:path'
import { parseScript } from '../checks/syntax.ts'
import type { Tree } from '../checks/tree.ts'
import { heading, plain, type Row, tableOf } from './page.ts'

/** One thing that a module offers. */
type Offer = { readonly name: string; readonly isType: boolean; readonly text: string }

/** The doc comment that ends right before an offset. */
function commentBefore(text: string, offset: number): string {
  const before = text.slice(0, offset).trimEnd()
  return before.endsWith('*/') ? before.slice(before.lastIndexOf('/**')) : ''
}

/** What a file declares and exports itself. */
function declaredIn(tree: Tree, file: string): readonly Offer[] {
  const text = tree.read(file)
  return parseScript(tree, file).program.body.flatMap((node) => {
    if (node.type !== 'ExportNamedDeclaration' || !node.declaration) return []
    const { declaration } = node
    if (declaration.type === 'TSModuleDeclaration') return []
    const ids = declaration.type === 'VariableDeclaration' ? declaration.declarations.map(({ id }) => id) : [declaration.id]
    return ids.flatMap((id) => {
      const name = id ? /^[\w$]+/.exec(text.slice(id.start, id.end))?.[0] : undefined
      const isType = declaration.type === 'TSTypeAliasDeclaration'
      return name === undefined ? [] : [{ name, isType, text: plain(commentBefore(text, node.start)) }]
    })
  })
}

type Known = Map<string, readonly Offer[]>

/** What a module offers, with what it passes on from others. Each file is read once. */
function offersOf(tree: Tree, file: string, known: Known): readonly Offer[] {
  const offers = known.get(file) ?? offersIn(tree, file, known)
  known.set(file, offers)
  return offers
}

function offersIn(tree: Tree, file: string, known: Known): readonly Offer[] {
  const passedOn = parseScript(tree, file).module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, importName, exportName }) => {
      if (!moduleRequest?.value.startsWith('.')) return []
      const from = posix.join(posix.dirname(file), moduleRequest.value)
      if (exportName.kind === 'None') return offersOf(tree, from, known)
      if (importName.kind !== 'Name') return []
      return offersOf(tree, from, known)
        .filter(({ name }) => name === importName.name)
        .map((offer) => ({ ...offer, name: exportName.name ?? offer.name }))
    }),
  )
  return [...declaredIn(tree, file), ...passedOn]
}

/** What has a page, or a file, of its own. */
const elsewhere: Readonly<Record<string, string>> = {
  './errors': 'All of them: [errors](../errors.md).',
  './abis': 'One constant for each contract, such as `taskEscrowAbi`: [contracts](contracts.md).',
  './enums': "Names of the values of Solidity's enums, in its order.",
}

const byName = (one: Offer, other: Offer) => (one.name < other.name ? -1 : 1)
/** What a function takes is said by the function; its `Sync` twin does the same and waits. */
const isShown = ({ name }: Offer) => !/(Parameters|ReturnType|Sync)$/.test(name)

function sectionOf({ tree, path, source, known: read }: { tree: Tree; path: string; source: string; known: Known }): string {
  const title = `\n## @hanse/sdk${path.slice(1)}\n`
  const known = elsewhere[path]
  if (known !== undefined) return `${title}\n${known}\n`
  const offers = [...new Map(offersOf(tree, posix.join('sdk', source), read).map((offer) => [offer.name, offer])).values()].sort(byName)
  const rows = (isType: boolean): readonly Row[] => offers.filter((offer) => isShown(offer) && offer.isType === isType)
  return `${title}${tableOf(['verb or value', 'does'], rows(false))}${tableOf(['type', 'is'], rows(true))}`
}

/** Every module of the SDK with what it offers. */
export function sdkPage(tree: Tree): string {
  const { exports }: { exports: Readonly<Record<string, string>> } = JSON.parse(tree.read('sdk/package.json'))
  const words = `Every module with what it offers, from its own comments; the editor shows examples, parameters and errors. Writes give a hash; each has \`.sync\`, \`.preview\`, \`.call\` and
\`.extractEvent\`. The root passes the modules on as namespaces: \`import { task } from '@hanse/sdk'\`.`
  const known: Known = new Map()
  const sections = Object.entries(exports).map(([path, source]) => sectionOf({ tree, path, source, known }))
  return heading('SDK', words) + sections.join('')
}
