import { BaseError } from '@hanse/sdk'

/** The native anvil binary is not installed for this platform. */
export class AnvilMissingError extends BaseError {
  override readonly name = 'AnvilMissingError'
  readonly packageName: string

  constructor({ packageName, cause }: { packageName: string; cause?: unknown }) {
    super(`The anvil binary (${packageName}) is not installed, so no local chain can start.`, {
      cause,
      metaMessages: ['Run `npm ci` again, without `--omit=optional` or `--omit=dev` and without NODE_ENV=production.'],
    })
    this.packageName = packageName
  }
}

/** The machine is not one that anvil is built for. */
export class PlatformUnsupportedError extends BaseError {
  override readonly name = 'PlatformUnsupportedError'
  readonly platform: string

  constructor({ platform }: { platform: string }) {
    super(`There is no anvil for ${platform}.`, { metaMessages: ['Local chains run on Linux and macOS, on x64 and arm64.'] })
    this.platform = platform
  }
}

/** A child process ended, or said nothing in time, before it was ready. */
export class ProcessStartError extends BaseError {
  override readonly name = 'ProcessStartError'
  readonly processName: string

  constructor({ name, fact, output, cause }: { name: string; fact: string; output: readonly string[]; cause?: unknown }) {
    super(`The process ${name} did not start: ${fact}.`, {
      cause,
      metaMessages: output.length === 0 ? [] : ['Its last words:', ...output.slice(-8)],
    })
    this.processName = name
  }
}

/** A chosen port is taken. */
export class PortBusyError extends BaseError {
  override readonly name = 'PortBusyError'
  readonly port: number

  constructor({ port, cause }: { port: number; cause?: unknown }) {
    super(`Port ${port} is taken by another process.`, {
      cause,
      metaMessages: ['Leave the port out to get a free one, or stop what listens there.'],
    })
    this.port = port
  }
}

/** The description of a world contradicts itself. */
export class WorldInvalidError extends BaseError {
  override readonly name = 'WorldInvalidError'
  readonly field: string

  constructor({ field, fact, expectation }: { field: string; fact: string; expectation: string }) {
    super(`World: ${field} ${fact}, expected ${expectation}.`)
    this.field = field
  }
}

/** A world has no chain or watcher of that name. */
export class WorldMemberUnknownError extends BaseError {
  override readonly name = 'WorldMemberUnknownError'
  readonly member: string

  constructor({ member, known }: { member: string; known: readonly string[] }) {
    super(`The world has no ${member}.`, { metaMessages: [`It has: ${known.join(', ') || 'none'}.`] })
    this.member = member
  }
}

/** The faucet's transaction was mined without success. */
export class FaucetFailedError extends BaseError {
  override readonly name = 'FaucetFailedError'

  constructor({ chainId, hash }: { chainId: number; hash: string }) {
    super(`The faucet's transaction ${hash} on chain ${chainId} failed.`, {
      metaMessages: ['Start the world again; the deploy log says more.'],
    })
  }
}
