import { z } from 'zod'
import { defineCommand } from '../../command.ts'

const amount = z.string().regex(/^\d+(\.\d{1,18})?$/, 'expected a number of whole coins, such as 10 or 0.5')

/** The faucet. */
export const command = defineCommand({
  name: 'devnet fund',
  summary: 'Give an account coins on a chain of the devnet',
  details: 'Example: hanse devnet fund 1001 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --tokens 1000',
  arguments: [
    { name: '<chainId>', summary: 'which chain' },
    { name: '<account>', summary: 'who gets it' },
  ],
  options: [
    { flags: '--native <coins>', summary: 'sets the balance of native coin to this', default: '100' },
    { flags: '--tokens <coins>', summary: 'mints so many tokens besides' },
  ],
  input: z.object({
    chainId: z.coerce.number<string>('expected a number').int(),
    account: z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address'),
    native: amount,
    tokens: amount.optional(),
  }),
  result: z.object({ chainId: z.int(), account: z.string(), native: z.string(), tokens: z.string().optional() }),
  run: async ({ chainId, account, native, tokens }, { cwd, progress }) => {
    const [{ devnetDirectory, fundDevnet }, { getAddress, parseEther }] = await Promise.all([import('@hanse/devnet'), import('viem')])
    progress.step('Giving')
    const amounts = { native: String(parseEther(native)), ...(tokens !== undefined && { tokens: String(parseEther(tokens)) }) }
    await fundDevnet({ directory: devnetDirectory(cwd), chainId, account: getAddress(account), ...amounts })
    return { chainId, account, ...amounts }
  },
  render: ({ chainId, account }) => `${account} has it on chain ${chainId}.`,
})
