/** A script cannot do its work: what is wrong, and what to do about it. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError'

  constructor(fact: string, remedy: string, cause?: unknown) {
    super(`${fact} ${remedy}`, { cause })
  }
}
