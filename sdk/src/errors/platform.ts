import { BaseError } from './base.ts'

/** The Node that runs lacks what a part of the SDK is built on. */
export class NodeTooOldError extends BaseError {
  override readonly name = 'NodeTooOldError'

  constructor({ what, needed, actual }: { readonly what: string; readonly needed: string; readonly actual: string }) {
    super(`${what} needs Node ${needed} or newer, this is ${actual}.`, {
      metaMessages: ['Install it from nodejs.org, or use another store.'],
    })
  }
}
