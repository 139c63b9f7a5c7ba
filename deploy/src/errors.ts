import { BaseError } from '@hanse/sdk'
import type { Address, Hex } from 'viem'

/** The configuration of a suite contradicts itself or opens a hole. */
export class SuiteInvalidError extends BaseError {
  override readonly name = 'SuiteInvalidError'
  readonly field: string

  constructor({ field, fact, expectation }: { field: string; fact: string; expectation: string }) {
    super(`Suite: ${field} ${fact}, expected ${expectation}.`, { metaMessages: ['Correct it, then look again: hanse deploy plan'] })
    this.field = field
  }
}

/** An address file cannot be used. */
export class RecordInvalidError extends BaseError {
  override readonly name = 'RecordInvalidError'

  constructor({ file, fact, cause }: { file: string; fact: string; cause?: unknown }) {
    const isSentence = fact.endsWith('.')
    super(`The address file ${file} ${fact}${isSentence ? '' : '.'}`, {
      cause,
      metaMessages: ['Write it anew, from what stands on the chain: hanse deploy apply'],
    })
  }
}

/** Something else than the factory stands at its address, or nothing and the chain refuses its transaction. */
export class FactoryUnavailableError extends BaseError {
  override readonly name = 'FactoryUnavailableError'
  readonly chainId: number

  constructor({ chainId, factory, fact, cause }: { chainId: number; factory: Address; fact: string; cause?: unknown }) {
    super(`Chain ${chainId} has no CREATE2 factory at ${factory}: ${fact}.`, {
      cause,
      metaMessages: [
        'If the chain refuses transactions without a chain id, deploy the factory from a fresh key at nonce 0 on every chain',
        'and name its address in the configuration as `factory`. See deploy/README.md.',
      ],
    })
    this.chainId = chainId
  }
}

/** The RPC url leads to another chain. */
export class ChainMismatchError extends BaseError {
  override readonly name = 'ChainMismatchError'

  constructor({ expected, actual }: { expected: number; actual: number }) {
    super(`The RPC url of chain ${expected} answers for chain ${actual}.`, {
      metaMessages: ['Correct the url, which comes from the variable of that chain, or the chain id. Then: hanse doctor'],
    })
  }
}

/** The RPC url of a chain gives no answer. The message does not show the url: it often holds a key. */
export class ChainUnreachableError extends BaseError {
  override readonly name = 'ChainUnreachableError'
  readonly chainId: number

  constructor({ chainId, cause }: { chainId: number; cause: unknown }) {
    super(`The RPC url of chain ${chainId} gives no answer.`, {
      cause,
      metaMessages: ['Check the url, its key and the connection, then do the same again: nothing is done twice.'],
      retryable: true,
    })
    this.chainId = chainId
  }
}

/** The chain differs from the plan where the deployer has no say any more. */
export class GovernanceNeededError extends BaseError {
  override readonly name = 'GovernanceNeededError'
  readonly chainId: number
  /** Names of the steps. */
  readonly steps: readonly string[]

  constructor({ chainId, steps }: { chainId: number; steps: readonly string[] }) {
    super(`Chain ${chainId} differs from the plan in ${steps.length} point(s), and the deployer has handed over.`, {
      metaMessages: [
        ...steps.map((step) => `- ${step}`),
        'Governance must schedule these changes, or the configuration is not that of this deployment.',
      ],
    })
    this.chainId = chainId
    this.steps = steps
  }
}

/** Transactions were mined and the chain still differs from the plan. */
export class DeploymentIncompleteError extends BaseError {
  override readonly name = 'DeploymentIncompleteError'
  readonly chainId: number
  readonly steps: readonly string[]

  constructor({ chainId, steps, hashes, cause }: { chainId: number; steps: readonly string[]; hashes: readonly Hex[]; cause?: unknown }) {
    super(`Chain ${chainId} still differs from the plan after its transactions.`, {
      cause,
      metaMessages: [
        ...steps.map((step) => `- ${step}`),
        `Transactions: ${hashes.join(', ') || 'none'}.`,
        'Apply again: only what is missing is sent.',
      ],
      retryable: true,
    })
    this.chainId = chainId
    this.steps = steps
  }
}

/** A transaction was not mined in time. */
export class TransactionPendingError extends BaseError {
  override readonly name = 'TransactionPendingError'
  readonly hash: Hex

  constructor({ chainId, hash, limitMs }: { chainId: number; hash: Hex; limitMs: number }) {
    super(`Transaction ${hash} on chain ${chainId} was not mined within ${limitMs} ms.`, {
      metaMessages: ['Apply again later: nothing is sent twice.'],
      retryable: true,
    })
    this.hash = hash
  }
}

/** The deployer cannot pay for the plan. */
export class FundsMissingError extends BaseError {
  override readonly name = 'FundsMissingError'

  constructor({ chainId, account, balance, needed }: { chainId: number; account: Address; balance: bigint; needed: bigint }) {
    super(`The deployer ${account} has ${balance} wei on chain ${chainId}, needs about ${needed}.`, {
      metaMessages: ['Send it native coin of that chain and apply again.'],
    })
  }
}

/** The node cannot tell in which block the gateway was created. */
export class StartBlockUnknownError extends BaseError {
  override readonly name = 'StartBlockUnknownError'

  constructor({ chainId, cause }: { chainId: number; cause?: unknown }) {
    super(`The node of chain ${chainId} cannot tell in which block the gateway was created.`, {
      cause,
      metaMessages: ['Pass `startBlock` from the explorer or the earlier record, or use an archive node.'],
    })
  }
}

/** A suite file is missing or wrong. */
export class SuiteFileInvalidError extends BaseError {
  override readonly name = 'SuiteFileInvalidError'
  readonly problems: readonly string[]

  constructor({ file, problems, cause }: { file: string; problems: readonly string[]; cause?: unknown }) {
    super(`The suite file ${file} cannot be used.`, {
      cause,
      metaMessages: [...problems.map((problem) => `- ${problem}`), 'What it holds: docs/deploy.md. A new one: hanse init contracts'],
    })
    this.problems = problems
  }
}

/** Environment variables that are needed are not set. */
export class VariablesMissingError extends BaseError {
  override readonly name = 'VariablesMissingError'
  /** Names of the variables. */
  readonly missing: readonly string[]

  constructor({ missing, what }: { missing: readonly string[]; what: string }) {
    super(`${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set: ${what}.`, {
      metaMessages: missing.map((name) => `Set it before the command: export ${name}=...`),
    })
    this.missing = missing
  }
}

/** What should hold a key holds none. The message never shows any part of it. */
export class KeyInvalidError extends BaseError {
  override readonly name = 'KeyInvalidError'

  constructor({ source, fact, cause }: { source: string; fact: string; cause?: unknown }) {
    super(`No key: ${source} ${fact}.`, {
      cause,
      metaMessages: ['Give 32 bytes as hex, or a keystore file with its password. A new one: hanse keystore key.json'],
    })
  }
}
