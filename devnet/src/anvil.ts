import { createRequire } from 'node:module'
import { AnvilMissingError, PlatformUnsupportedError, PortBusyError } from './errors.ts'
import { type GuardedProcess, startProcess } from './processes.ts'

const packages: Record<string, string> = {
  'linux-x64': '@foundry-rs/anvil-linux-amd64',
  'linux-arm64': '@foundry-rs/anvil-linux-arm64',
  'darwin-x64': '@foundry-rs/anvil-darwin-amd64',
  'darwin-arm64': '@foundry-rs/anvil-darwin-arm64',
}

/** A local chain in a process of its own. */
export type Anvil = { chainId: number; rpcUrl: string; process: GuardedProcess }

/**
 * The path of the native anvil binary that npm installed for this platform.
 *
 * @throws AnvilMissingError when the package was not installed.
 * @throws PlatformUnsupportedError on other platforms.
 */
export function anvilPath(): string {
  const platform = `${process.platform}-${process.arch}`
  const packageName = packages[platform]
  if (packageName === undefined) throw new PlatformUnsupportedError({ platform })
  try {
    return createRequire(import.meta.url).resolve(`${packageName}/bin/anvil`)
  } catch (cause) {
    throw new AnvilMissingError({ packageName, cause })
  }
}

/**
 * Starts one local chain with interval mining: blocks come by the clock only, as on a real chain.
 *
 * @throws PortBusyError when a port was chosen and is taken.
 * @throws ProcessStartError when anvil does not come up.
 * @example
 * ```ts
 * import { startAnvil } from '@hanse/devnet'
 *
 * const { rpcUrl, process } = await startAnvil({ chainId: 1001, blockTime: 0.5, mnemonic, accounts: 10 })
 * ```
 */
export async function startAnvil(parameters: startAnvil.Parameters): Promise<Anvil> {
  const { chainId, blockTime, mnemonic, accounts, slotsInEpoch, gasLimit, port = 0, extra = [] } = parameters
  const child = await startProcess({
    name: `anvil of chain ${chainId}`,
    command: anvilPath(),
    arguments: [
      ...['--host', '127.0.0.1', '--port', String(port), '--chain-id', String(chainId), '--block-time', String(blockTime)],
      ...['--mnemonic', mnemonic, '--accounts', String(accounts), '--hardfork', 'cancun'],
      ...(slotsInEpoch === undefined ? [] : ['--slots-in-an-epoch', String(slotsInEpoch)]),
      ...(gasLimit === undefined ? [] : ['--gas-limit', String(gasLimit)]),
      ...extra,
    ],
    onLine: parameters.onLine,
  })
  try {
    const select = (line: string) => /^Listening on (\S+)$/.exec(line)?.[1]
    const address = await child.firstLine({ select, timeoutMs: parameters.startLimitMs ?? 15_000 })
    return { chainId, rpcUrl: `http://${address}`, process: child }
  } catch (cause) {
    await child.stop({ graceMs: 0 })
    if (child.output().some((line) => /address (already )?in use/i.test(line))) throw new PortBusyError({ port, cause })
    throw cause
  }
}

export namespace startAnvil {
  export type Parameters = {
    chainId: number
    /** Seconds between two blocks; fractions are fine. */
    blockTime: number
    mnemonic: string
    /** How many accounts of the mnemonic get 10,000 ether. */
    accounts: number
    /** `safe` lies this many blocks behind the latest, `finalized` twice as many. Default of anvil: 32. */
    slotsInEpoch?: number | undefined
    /** Gas of one block. Default 30 million. */
    gasLimit?: number | undefined
    /** Default: any free one. */
    port?: number | undefined
    /** More arguments of anvil. */
    extra?: readonly string[]
    startLimitMs?: number
    onLine?: ((line: string) => void) | undefined
  }
}
