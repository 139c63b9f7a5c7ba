// Reads the comments of the proof models: `// property`, `// control` and `// mirrors`. test/proofs/README.md says what they mean.

/** A source file. Paths are relative to the root of the repository. */
export type Source = { file: string; text: string }

/** An assertion to prove, by the comment above it. */
export type Property = Source & { name: string; claim: string }

/** A model with one assertion left and at most one bug planted, in itself or in the product's file `changed`. */
export type Variant = Source & { changed?: Source; planted: string }

const propertyComment = /^\s*\/\/ property (\w+): (.+)$/
const controlComment = /^\s*\/\/ control (\w+): (.+)$/
const productControlComment = /^\s*\/\/ control (\w+) in (\S+): (.+) => (.+)$/
const mirrorComment = /^\s*\/\/ mirrors (\S+): (.+)$/

const squeeze = (text: string) => text.replaceAll(/\s+/g, '')

/** The properties of a model, in the order in which they stand. */
export const readProperties = (model: Source): Property[] =>
  model.text.split('\n').flatMap((line) => {
    const [, name, claim] = propertyComment.exec(line) ?? []
    return name && claim ? [{ ...model, name, claim }] : []
  })

/** Where the model quotes a line that the product no longer has. */
export const unmirrored = (model: Source, read: (path: string) => string): string[] =>
  model.text.split('\n').flatMap((line) => {
    const [, file, quoted] = mirrorComment.exec(line) ?? []
    if (!file || !quoted || squeeze(read(`contracts/${file}`)).includes(squeeze(quoted))) return []
    return [`${model.file} mirrors a line that contracts/${file} does not have: ${quoted}`]
  })

/** What moves money in the escrow. */
const movesMoney = /\b_(push|pull|credit|lockBond|returnBond|returnDisputeBonds|refund|take)\(/

/** Lines of the product that move money and that no model quotes: of these the proofs know nothing. */
export function unmodelled(models: readonly Source[], files: readonly string[], read: (path: string) => string): string[] {
  const quoted = models.flatMap(({ text }) =>
    text.split('\n').flatMap((line) => {
      const [, file, quote] = mirrorComment.exec(line) ?? []
      return file && quote ? [{ file, quote: squeeze(quote) }] : []
    }),
  )
  return files.flatMap((file) =>
    read(`contracts/${file}`)
      .split('\n')
      .filter((line) => movesMoney.test(line) && !/^\s*(function|\/\/|\*)/.test(line))
      .filter((line) => !quoted.some((one) => one.file === file && one.quote.includes(squeeze(line))))
      .map((line) => `no model quotes what moves money in contracts/${file}: ${line.trim()}`),
  )
}

/** Blanks out the assertions of all other properties. */
function only(property: Property): string[] {
  const lines = property.text.split('\n')
  return lines.map((line, index) => {
    const [, name] = propertyComment.exec(lines[index - 1] ?? '') ?? []
    return name && name !== property.name ? '' : line
  })
}

/** The first line after `index` that is no comment. */
const codeAfter = (lines: string[], index: number) => lines.findIndex((line, place) => place > index && !/^\s*\/\//.test(line))

/** Replaces the one place where `from` stands. */
function replaceOnce({ file, text }: Source, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`a control wants to replace the one "${from}" of ${file}, which it has not once`)
  return text.replace(from, () => to)
}

/** The model as it is, and then with each of the property's planted bugs. */
export function variantsOf(property: Property, read: (path: string) => string): Variant[] {
  const { file } = property
  const lines = only(property)
  const text = lines.join('\n')
  const controls = lines.flatMap((line, index): Variant[] => {
    const [, productName, path, from = '', to = ''] = productControlComment.exec(line) ?? []
    if (productName === property.name) {
      const product = { file: `contracts/${path}`, text: read(`contracts/${path}`) }
      return [{ file, text, changed: { ...product, text: replaceOnce(product, from, to) }, planted: `${to} in ${product.file}` }]
    }
    const [, name, planted = ''] = controlComment.exec(line) ?? []
    if (name !== property.name) return []
    return [{ file, text: lines.with(codeAfter(lines, index), planted).join('\n'), planted }]
  })
  return [{ file, text, planted: 'nothing' }, ...controls]
}
