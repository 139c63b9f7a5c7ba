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
    super(`World: ${field} ${fact}, expected ${expectation}.`, {
      metaMessages: ['All rules and their limits: docs/devnet.md, hanse devnet up --help'],
    })
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

/** A devnet is up, or coming up, where one with other rules, or one in the foreground, is wanted. */
export class DevnetBusyError extends BaseError {
  override readonly name = 'DevnetBusyError'

  constructor({ directory, isReady, pid }: { directory: string; isReady: boolean; pid: number | undefined }) {
    super(`A devnet ${isReady ? 'is up already' : 'is coming up'} in ${directory} (process ${pid ?? 'gone meanwhile'}).`, {
      metaMessages: ['End it first: hanse devnet down'],
    })
  }
}

/** No devnet is up. */
export class DevnetAbsentError extends BaseError {
  override readonly name = 'DevnetAbsentError'

  constructor({ directory }: { directory: string }) {
    super(`No devnet is up in ${directory}.`, { metaMessages: ['Start one: hanse devnet up'] })
  }
}

/** A devnet did not come up. */
export class DevnetFailedError extends BaseError {
  override readonly name = 'DevnetFailedError'
  /** The class of the error that ended it, if it was one of ours. */
  readonly reason: string | undefined

  constructor({ code, message, details = [] }: { code?: string; message: string; details?: readonly string[] }) {
    super(`The devnet did not come up: ${message}`, { metaMessages: details })
    this.reason = code
  }
}

/** A running devnet refused an order. */
export class DevnetOrderRefusedError extends BaseError {
  override readonly name = 'DevnetOrderRefusedError'

  constructor({ code, message, details = [] }: { code: string; message: string; details?: readonly string[] }) {
    super(`The devnet refuses: ${message}`, { metaMessages: [...details, `Reason: ${code}`] })
  }
}

/** Somebody sends the supervisor of a devnet more than any order has. */
export class OrderTooLongError extends BaseError {
  override readonly name = 'OrderTooLongError'

  constructor({ limit }: { limit: number }) {
    super(`An order to a devnet has at most ${limit} bytes.`, {
      metaMessages: ['Give orders with hanse devnet fault and hanse devnet fund.'],
    })
  }
}

/** The directory of a devnet cannot be made or written. */
export class DirectoryUnusableError extends BaseError {
  override readonly name = 'DirectoryUnusableError'

  constructor({ directory, cause }: { directory: string; cause: unknown }) {
    super(`${directory} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      metaMessages: ['Run the command in a folder that is yours, on a disk with room.'],
    })
  }
}

/** A file with the rules of a world cannot be used. */
export class RulesFileInvalidError extends BaseError {
  override readonly name = 'RulesFileInvalidError'

  constructor({ file, problems, cause }: { file: string; problems: readonly string[]; cause?: unknown }) {
    super(`The rules file ${file} cannot be used.`, {
      cause,
      metaMessages: [...problems.map((problem) => `- ${problem}`), 'What it holds: docs/devnet.md.'],
    })
  }
}
