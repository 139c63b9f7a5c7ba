import { startTeam } from '@hanse/devnet'
import { patterns } from '@hanse/sdk'
import { runSteps } from '@hanse/sdk/runtime'
import { keccak256, toHex } from 'viem'

// Whoever agents elect tells all what to do, and is killed when it has; the work goes on. Beside that, everybody goes for the oldest item.
const { lead, clients, accounts, chainIds, openSpace, measure, stop } = await startTeam({ agents: 10 })
const items = Array.from({ length: 2 * clients.length }, (_, i) => keccak256(toHex(i)))
function oldest(view: patterns.View): patterns.Move {
  const item = view.items.find(({ state }) => state === 'open')
  return item === undefined ? { kind: 'wait' } : { kind: 'take', item }
}
async function run(chainId: number, pattern?: patterns.Pattern): Promise<string> {
  const [at, dead]: [{ chainId: number; space: `0x${string}` }, AbortController[]] = [{ chainId, space: await openSpace(chainId) }, []]
  await patterns.start(lead, { ...at, pattern: 'hierarchical', agents: accounts, items, leaseSeconds: 4 })
  const done = clients.map((client) => {
    const life = new AbortController()
    const onStep = ({ kind }: patterns.StepResult) => kind === 'assigned' && dead.push(life) === 1 && life.abort()
    return runSteps(client, { ...at, work: () => '0x01', signal: life.signal, onStep, ...(pattern && { pattern }) })
  })
  return `${(await Promise.all(done)).reduce((sum, one) => sum + one)} of ${items.length} items done, ${dead.length && 1} agent killed`
}
await measure('naive', () => Promise.all(chainIds.map((chainId) => run(chainId, oldest))))
await measure('hierarchical', () => Promise.all(chainIds.map((chainId) => run(chainId))))
await stop()
