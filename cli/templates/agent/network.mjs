// The devnet of this folder (npx hanse devnet up): clients for its accounts. On other chains give createClient their urls and address files.
import { readFileSync } from 'node:fs'
import { createClient } from '@hanse/sdk'
import { privateKeyToAccount } from 'viem/accounts'

const { info, accounts } = JSON.parse(readFileSync('.hanse/devnet/devnet.json', 'utf8'))

/** The chains of the devnet, first the one where tasks live here. */
export const [home, ...others] = info.chains.map(({ chainId }) => chainId)

/** The account of this number. */
export const accountOf = (index) => privateKeyToAccount(accounts[index].privateKey)

/** A client that signs as it. */
export const clientOf = (index) => createClient({ chains: info.chains, account: accountOf(index), pollingIntervalMs: 100 })
