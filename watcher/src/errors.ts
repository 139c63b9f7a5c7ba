import { BaseError } from '@hanse/sdk/errors'

/** The configuration cannot be used. */
export class ConfigInvalidError extends BaseError {
  override readonly name = 'ConfigInvalidError'
}

/** A key that the configuration names is not in the environment, or is none. */
export class KeyMissingError extends BaseError {
  override readonly name = 'KeyMissingError'
  constructor({ role, variable, what = 'a private key of 32 bytes in hex' }: { role: string; variable: string; what?: string }) {
    super(`The ${role}'s key is missing: ${variable} is not ${what}.`, {
      metaMessages: [`Set ${variable} in the environment.`],
    })
  }
}

/** A key cannot be replaced now. The old one stays in use. */
export class RotationRefusedError extends BaseError {
  override readonly name = 'RotationRefusedError'
  constructor({ role, detail, help }: { role: string; detail: string; help: string }) {
    super(`The key of the ${role} was not rotated: ${detail}.`, { metaMessages: [help] })
  }
}

/** An encrypted key file cannot be opened. */
export class KeystoreInvalidError extends BaseError {
  override readonly name = 'KeystoreInvalidError'
  constructor({ path, detail, cause }: { path: string; detail: string; cause?: unknown }) {
    super(`The keystore ${path} cannot be opened: ${detail}.`, {
      cause,
      metaMessages: ['Expected Web3 Secret Storage, version 3, and its password in the variable that passwordEnv names.'],
    })
  }
}

/** A signing service did not sign, or not as the account that it should. Nothing was sent. */
export class SignerFailedError extends BaseError {
  override readonly name = 'SignerFailedError'
  constructor({ address, detail, cause }: { address: string; detail: string; cause?: unknown }) {
    super(`The signing service did not sign as ${address}: ${detail}.`, {
      cause,
      retryable: true,
      metaMessages: ['It is asked again. See whether the service runs and holds this key.'],
    })
  }
}

/** Another head was signed, or is about to be, for a place where this watcher signed before. Signing both would be evidence against it. */
export class SignConflictError extends BaseError {
  override readonly name = 'SignConflictError'
  constructor({ laneKey, nonce, signed, asked }: { laneKey: string; nonce: bigint; signed: string; asked: string }) {
    super(`Head ${asked} of lane ${laneKey} at nonce ${nonce} cannot be signed: ${signed} was signed there before.`, {
      metaMessages: ['The origin broke its finality, or the providers lie. The lane continues only under a new watcher set.'],
    })
  }
}

/** The data directory belongs to something else, or another watcher runs on it. */
export class StoreUnusableError extends BaseError {
  override readonly name = 'StoreUnusableError'
}

/** The store that the processes of this watcher share did not answer, or not as it should. Nothing is signed or sent before it does. */
export class SharedStoreError extends BaseError {
  override readonly name = 'SharedStoreError'
  constructor({ detail, cause }: { detail: string; cause?: unknown }) {
    super(`The shared store does not answer: ${detail}.`, {
      cause,
      retryable: true,
      metaMessages: ['It is asked again. See whether the database runs and takes connections from here.'],
    })
  }
}

/** Another process of this watcher has the duty now, or the chain stands still. What was to be written was not. */
export class DutyLostError extends BaseError {
  override readonly name = 'DutyLostError'
  constructor({ detail }: { detail: string }) {
    super(`Nothing was signed or sent: ${detail}.`, {
      retryable: true,
      metaMessages: ['Nothing is to be done: whoever has the duty goes on with it.'],
    })
  }
}

/** The chain behind a provider is not the configured one. */
export class GenesisMismatchError extends BaseError {
  override readonly name = 'GenesisMismatchError'
  constructor({ chainId, expected, actual }: { chainId: number; expected: string; actual: string }) {
    super(`Chain ${chainId} has genesis ${actual}, expected ${expected}.`, {
      metaMessages: ['Correct genesisHash in the configuration, or the rpcUrls.'],
    })
  }
}

/** A peer sent something that is not what it says it is. */
export class PeerInvalidError extends BaseError {
  override readonly name = 'PeerInvalidError'
}

/** No fee within the configured cap gets a transaction in. */
export class FeeCapError extends BaseError {
  override readonly name = 'FeeCapError'
  constructor({ chainId, needed, cap }: { chainId: number; needed: bigint; cap: bigint }) {
    super(`Chain ${chainId} asks ${needed} wei per gas, over the cap of ${cap}.`, {
      retryable: true,
      metaMessages: ['Wait, or raise maxFeePerGas.'],
    })
  }
}

/** A collector of traces is named, and what sends to it is not installed. */
export class TracingMissingError extends BaseError {
  override readonly name = 'TracingMissingError'
  constructor({ variable, cause }: { variable: string; cause?: unknown }) {
    super(`${variable} names a collector of traces, and the packages that send to it are not installed.`, {
      cause,
      metaMessages: [
        'Install them: npm install @opentelemetry/api@1 @opentelemetry/sdk-trace@2 @opentelemetry/resources@2 @opentelemetry/exporter-trace-otlp-http@0.223',
        `Or run without traces: unset ${variable}`,
      ],
    })
  }
}
