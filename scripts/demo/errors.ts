/** What went wrong with the demo, in one line, with what to do about it. */
export class DemoError extends Error {
  override readonly name = 'DemoError'

  constructor(fact: string, remedy: string, cause?: unknown) {
    super(`${fact} ${remedy}`, { cause })
  }
}
