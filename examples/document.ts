import { startTeam } from '@hanse/devnet'
import { cell } from '@hanse/sdk'
import { concat, hexToString, keccak256, toHex } from 'viem'

// Agents share a document of two sections on each chain: each adds a line to all, first on top of the empty page it once saw, then with what `edit` shows it.
const { lead, clients, chainIds, openSpace, measure, stop } = await startTeam({ agents: 3 })
const sections = ['introduction', 'method'].flatMap((title) => chainIds.map((chainId) => ({ chainId, key: keccak256(toHex(title)) })))
function adding(i: number, way: string): cell.EditParameters['change'] {
  return ({ value = '0x' }) => concat([way === 'edit' ? value : '0x', toHex(`line of agent ${i}\n`)])
}
for (const way of ['naive', 'edit']) {
  await measure(way, async () => {
    const spaces = new Map(await Promise.all(chainIds.map(async (id) => [id, await openSpace(id)] as const)))
    const places = sections.map((section) => ({ ...section, space: spaces.get(section.chainId) ?? '0x', attempts: 10 * clients.length }))
    await Promise.all(places.flatMap((at) => clients.map((client, i) => cell.edit(client, { ...at, change: adding(i, way) }))))
    const texts = await Promise.all(places.map(async (at) => (await cell.read(lead, at)).value.value ?? '0x'))
    return `${hexToString(concat(texts)).split('\n').length - 1} of ${places.length * clients.length} lines kept`
  })
}
await stop()
