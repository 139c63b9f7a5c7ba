import { parseArgs } from 'node:util'
import { chainsOf, startWorld, userAccount } from '@hanse/devnet'
import { cell, createClient, tax } from '@hanse/sdk'
import { concat, hexToString, keccak256, toHex } from 'viem'

// Agents share a document of two sections: each adds a line to both, first on top of the empty page it once saw, then with what `edit` shows it.
const agents = Number(parseArgs({ options: { agents: { type: 'string', default: '3' } } }).values.agents)
const [chainId, sections] = [1001, ['introduction', 'method'].map((title) => keccak256(toHex(title)))]
const world = await startWorld({ chains: [{ chainId, blockTime: 0.5 }], users: agents })
const clientOf = (i: number) => createClient({ chains: chainsOf(world.info), account: userAccount(i), pollingIntervalMs: 100 })
const clients = Array.from({ length: agents }, (_, i) => clientOf(i))
function adding(i: number, way: string): cell.EditParameters['change'] {
  return ({ value = '0x' }) => concat([way === 'edit' ? value : '0x', toHex(`line of agent ${i}\n`)])
}
const [reader, accounts] = [clientOf(0), clients.map((_, i) => userAccount(i).address)]
for (const way of ['naive', 'edit']) {
  const since = await tax.heights(reader)
  const writers = accounts.map((account) => ({ chainId, account }))
  const { event } = await cell.openSpace.sync(reader, { chainId, writers, salt: keccak256(toHex(way)) })
  const at = { chainId, space: event.space, attempts: 10 * agents }
  await Promise.all(sections.flatMap((key) => clients.map((client, i) => cell.edit(client, { ...at, key, change: adding(i, way) }))))
  const texts = sections.map((key) => cell.read(reader, { chainId, space: event.space, key }).then(({ value }) => value.value ?? '0x'))
  const kept = hexToString(concat(await Promise.all(texts))).split('\n').length - 1
  console.log(`${way}: ${kept} of ${2 * agents} lines kept\n${tax.table(await tax.collect(reader, { since, accounts }))}\n`)
}
await world.stop()
