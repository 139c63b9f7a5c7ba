import { messageOf } from '../errors/base.ts'
import { CardInvalidError } from '../errors/card.ts'

/** The most bytes that a card may have. */
export const maxCardBytes = 65_536
const maxDepth = 24

/**
 * Reads JSON that every reader reads alike: no name twice in one object, none that means something to JavaScript itself, and not too deep.
 *
 * @throws CardInvalidError saying where.
 */
export function parseStrictJson(text: string): unknown {
  const size = new TextEncoder().encode(text).length
  if (size > maxCardBytes) throw invalid(`has ${size} bytes, at most ${maxCardBytes} are read`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw invalid(`is not JSON: ${messageOf(cause)}`)
  }
  checkNames(text)
  return value
}

const invalid = (reason: string) => new CardInvalidError([{ path: 'the document', reason }])

/** Strings, brackets and colons of a text that is JSON; all else is of no interest. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g

function checkNames(text: string): void {
  const open: (Set<string> | undefined)[] = []
  let last = ''
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') checkName(JSON.parse(last), open.at(-1))
    if (open.length > maxDepth) throw invalid(`is nested more than ${maxDepth} deep`)
    last = token
  }
}

function checkName(name: string, known: Set<string> | undefined): void {
  if (known?.has(name)) throw invalid(`has the name ${JSON.stringify(name)} twice in one object`)
  if (name === '__proto__') throw invalid('has a name that no reader may take: "__proto__"')
  known?.add(name)
}
