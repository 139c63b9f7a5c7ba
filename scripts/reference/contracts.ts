import { parseSolidity, visitSolidity } from '../checks/syntax.ts'
import type { Tree } from '../checks/tree.ts'
import { heading, plain, type Row, tableOf } from './page.ts'

type Found = { readonly kind: 'function' | 'event' | 'error'; readonly signature: string; readonly text: string }

/** The comment of `///` lines right above an offset. */
function commentAbove(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n').slice(0, -1)
  const end = lines.length
  let from = end
  while (from > 0 && lines[from - 1]?.trim().startsWith('///')) from -= 1
  return lines.slice(from, end).join('\n')
}

/** A declaration up to its body or its semicolon, on one line and without what callers need not know. */
function signatureOf(source: string): string {
  return (source.split(/[;{]/)[0] ?? '')
    .replace(/\s+/g, ' ')
    .replace(/^(function|event|error) /, '')
    .replace(/ (external|public|override|virtual|calldata|memory)\b/g, '')
    .replace(/\( /g, '(')
    .replace(/ \)/g, ')')
    .trim()
}

type Contract = { readonly name: string; readonly kind: string; readonly text: string; readonly items: readonly Found[] }

function contractsIn(tree: Tree, file: string): readonly Contract[] {
  const text = tree.read(file)
  const all: (Contract & { readonly items: Found[] })[] = []
  const add = (kind: Found['kind'], range: [number, number] | undefined) => {
    const [from = 0, to = 0] = range ?? []
    const comment = commentAbove(text, from)
    if (comment.includes('@inheritdoc')) return
    all.at(-1)?.items.push({ kind, signature: signatureOf(text.slice(from, to + 1)), text: plain(comment) })
  }
  visitSolidity(parseSolidity(tree, file), {
    ContractDefinition: ({ name, kind, range }) => {
      all.push({ name, kind, text: plain(commentAbove(text, range?.[0] ?? 0)), items: [] })
    },
    EventDefinition: ({ range }) => add('event', range),
    CustomErrorDefinition: ({ range }) => add('error', range),
    FunctionDefinition: ({ visibility, isConstructor, range }) => {
      if (!isConstructor && (visibility === 'external' || visibility === 'public')) add('function', range)
    },
  })
  return all
}

const rowsOf = (items: readonly Found[], kind: Found['kind']): readonly Row[] =>
  items.filter((item) => item.kind === kind).map(({ signature, text }) => ({ name: signature, text }))

/** Every contract with what it offers: functions, events and errors, each under the contract or interface that documents it. */
export function contractsPage(tree: Tree): string {
  const files = tree.files.filter((file) => /^contracts\/.*\.sol$/.test(file))
  const sections = files.flatMap((file) =>
    contractsIn(tree, file)
      .filter(({ items }) => items.length > 0)
      .map(({ name, kind, text, items }) => {
        const tables = [
          tableOf(['function', 'does'], rowsOf(items, 'function')),
          tableOf(['event', 'says'], rowsOf(items, 'event')),
          tableOf(['error', 'means'], rowsOf(items, 'error')),
        ]
        return `\n## ${name}\n\n${kind === 'contract' ? '' : `${kind}, `}[${file}](../../${file}). ${text}\n${tables.join('')}`
      }),
  )
  const words = `What each contract offers, from its own comments. Which file holds what, and who calls it: [the map](../../contracts/README.md). What inherits its documentation is listed where
that stands. ABIs: \`@hanse/sdk/abis\`, \`@hanse/contracts/abi\`.`
  return heading('Contracts', words) + sections.join('')
}
