import { readFile } from 'node:fs/promises'
import { task } from '@hanse/sdk'
import { getAddress, parseEther } from 'viem'
import { filesUnder } from '../files.ts'
import { encodeSpec } from '../spec.ts'
import { runAgent, say } from './agent.ts'
import { fundGas, fundToken } from './fund.ts'

/** Seconds. Short, because the demo kills a worker and shows what then happens; a testnet wants hours. */
const windows = { openFor: 600, work: 8, review: 120, grace: 4 }
const reward = parseEther('10')
const bond = parseEther('1')

/** Arguments of its own: the path of the files, and the address of the evaluator that it trusts. */
await runAgent('requester', async (context) => {
  const { client, home, store, account, world, token } = context
  const [path, evaluator] = context.rest
  const files = await filesUnder(path ?? '.')
  await fundGas(context)
  await fundToken(context, reward * BigInt(files.length))
  say({ event: 'ready' })
  for (const { name, path: file } of files) {
    const body = await store.put(await readFile(file))
    const specHash = await store.put(encodeSpec({ name, file: body }))
    const terms = task.createTerms({
      homeChainId: home,
      requester: account.address,
      evaluator: getAddress(evaluator ?? ''),
      token,
      reward,
      workerBond: bond,
      slashShare: 5_000,
      specHash,
      openUntil: Math.floor(Date.now() / 1000) + windows.openFor,
      workWindow: windows.work,
      reviewWindow: windows.review,
      grace: windows.grace,
      chains: world.chains.map(({ chainId }) => chainId).filter((chainId) => chainId !== home),
    })
    await task.open(client, { chainId: home, terms })
    say({ event: 'posted', name, specHash })
  }
})
