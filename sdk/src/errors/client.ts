import { BaseError } from './base.ts'

/** A call named a chain that the client was not created with. */
export class ChainNotConfiguredError extends BaseError {
  override readonly name = 'ChainNotConfiguredError'
  readonly chainId: number
  readonly knownChainIds: readonly number[]

  constructor(args: { readonly chainId: number; readonly knownChainIds: readonly number[] }) {
    const known = args.knownChainIds.length === 0 ? 'none' : args.knownChainIds.join(', ')
    super(`Chain ${args.chainId} is not configured, known chains: ${known}.`, {
      metaMessages: ['Add the chain to `createClient({ chains })`.'],
    })
    this.chainId = args.chainId
    this.knownChainIds = args.knownChainIds
  }
}

/** The same chain was configured twice, or a chain without a way to reach it. */
export class ClientConfigError extends BaseError {
  override readonly name = 'ClientConfigError'

  constructor(fact: string, nextAction: string) {
    super(fact, { metaMessages: [nextAction] })
  }
}

/** A write was called on a client without an account. */
export class AccountMissingError extends BaseError {
  override readonly name = 'AccountMissingError'

  constructor(verb: string) {
    super(`${verb} needs an account, but the client has none.`, {
      metaMessages: ['Give `createClient` an account, or pass `account` with the call.'],
    })
  }
}
