import { mnemonicToAccount } from 'viem/accounts'
import type { SuiteConfig } from '../../deploy/src/index.ts'
import { type Anvil, startAnvil } from '../../devnet/src/index.ts'

export const mnemonic = 'test test test test test test test test test test test junk'
export const account = (addressIndex: number) => mnemonicToAccount(mnemonic, { addressIndex })
export const deployer = account(0)

/** A suite over the given chains: deployer 0, governor 1, guardian 2, watchers 3 to 5. */
export const suiteOn = (chainIds: readonly number[]): SuiteConfig => ({
  deployer: deployer.address,
  governors: [account(1).address],
  guardians: [account(2).address],
  watchers: { members: [3, 4, 5].map((index) => account(index).address), quorum: 2 },
  chains: chainIds.map((chainId) => ({ chainId, finality: { kind: 'depth', depth: 0 } })),
})

/** Chains without anything on them, by the clock. */
export const bareChains = (chainIds: readonly number[], extra: readonly string[] = []): Promise<Anvil[]> =>
  Promise.all(chainIds.map((chainId) => startAnvil({ chainId, blockTime: 0.3, mnemonic, accounts: 10, extra })))

export const stopAll = async (chains: readonly Anvil[]): Promise<void> =>
  void (await Promise.all(chains.map((chain) => chain.process.stop())))
