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
}
