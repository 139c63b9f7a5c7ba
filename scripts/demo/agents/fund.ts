import { clientOf, task } from '@hanse/sdk'
import { devTokenAbi } from '@hanse/sdk/abis'
import { createTestClient, custom, parseEther } from 'viem'
import { waitForTransactionReceipt, writeContract } from 'viem/actions'
import type { AgentContext } from './agent.ts'

/** Native coin for gas, on each chain that an agent sends from. A local chain gives it for the asking. */
const gasMoney = parseEther('10')

/** Gives the agent native coin on its own chain and at home. */
export async function fundGas({ client, account, chainId, home }: AgentContext): Promise<void> {
  await Promise.all(
    [...new Set([chainId, home])].map((id) =>
      createTestClient({ mode: 'anvil', transport: custom(clientOf(client, id)) }).setBalance({
        address: account.address,
        value: gasMoney,
      }),
    ),
  )
}

/** Mints coins of the devnet at home and lets the escrow take them. */
export async function fundToken({ client, account, home, token }: AgentContext, amount: bigint): Promise<void> {
  const connection = clientOf(client, home)
  const hash = await writeContract(connection, {
    account,
    chain: connection.chain,
    address: token,
    abi: devTokenAbi,
    functionName: 'mint',
    args: [account.address, amount],
  })
  await waitForTransactionReceipt(connection, { hash })
  await task.approve.sync(client, { chainId: home, token, amount })
}
