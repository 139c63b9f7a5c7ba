/** One bug, and who must notice it. */
export type Plant = {
  /** What the bug does, in a few words. */
  readonly bug: string
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[]
  /** Files of Solidity tests to run. */
  readonly tests: readonly string[]
  /** The tests that must fail. */
  readonly caughtBy: readonly string[]
  /** Whether no other test of the files may fail. */
  readonly alone?: boolean
  /** Whether contracts of the tests are made of the bug's file, so that they have to be compiled with it. */
  readonly isInTests?: boolean
}

/** The sources of a plant with its bug in them, by file. Throws where an edit fits no place, or more than one. */
export function editedBy({ edits }: Plant, read: (file: string) => string): Map<string, string> {
  const sources = new Map<string, string>()
  for (const { file, find, replace } of edits) {
    const source = sources.get(file) ?? read(file)
    const places = source.split(find).length - 1
    if (places !== 1) throw new TypeError(`${file} has ${places} places like ${JSON.stringify(find)}, expected 1`)
    sources.set(
      file,
      source.replace(find, () => replace),
    )
  }
  return sources
}
