import { BaseError } from './base.ts'

/** A hook of `@hanse/sdk/react` was used outside of a `HanseProvider`. */
export class ProviderMissingError extends BaseError {
  override readonly name = 'ProviderMissingError'

  constructor() {
    super('There is no HanseProvider above this component.', {
      metaMessages: ['Put `<HanseProvider client={client}>` around all that uses the hooks.'],
    })
  }
}

/** Nobody waits any more for what was being read: the component is gone, or asks something else. No hook shows it. */
export class ReadStoppedError extends BaseError {
  override readonly name = 'ReadStoppedError'

  constructor() {
    super('Nobody waits for this read any more.', {
      metaMessages: ['Nothing: the next component that asks has it read anew.'],
    })
  }
}

/** The connected wallet cannot be asked as EIP-1193 says. */
export class WalletUnusableError extends BaseError {
  override readonly name = 'WalletUnusableError'

  constructor(wallet: string) {
    super(`The wallet ${wallet} has no \`request\` as in EIP-1193.`, {
      metaMessages: ['Connect it anew, or use another.'],
    })
  }
}
