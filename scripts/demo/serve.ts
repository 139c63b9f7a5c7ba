import { join } from 'node:path'
import { startWorld, userAccount, userPrivateKey } from '@hanse/devnet'
import { servePage } from './page.ts'
import { rules } from './rules.ts'
import { seed } from './seed.ts'

/** Starts the chains of the demo with a little of everything on them, and the page that shows them, and stays until the process is told to end. */
export async function serve({ scratch, cleanUp, say, port }: serve.Parameters): Promise<never> {
  const world = await startWorld({ chains: rules, watchers: 3, quorum: 2 })
  cleanUp.push(() => world.stop())
  const cells = await seed(world.info)
  const page = await servePage({ info: world.info, cells, folder: join(scratch, 'page'), ...(port === undefined ? {} : { port }) })
  cleanUp.push(page.stop)
  for (const { chainId, rpcUrls } of world.info.chains) say(`  chain ${chainId} at ${rpcUrls.join(', ')}`)
  for (const { name, pid } of world.pids()) say(`  ${name} pid ${pid}`)
  say(`  a wallet can import ${userAccount(0).address} by its key ${userPrivateKey(0)}, which is worth nothing elsewhere`)
  say(`The page is at ${page.url}`)
  return new Promise(() => {})
}

export declare namespace serve {
  type Parameters = {
    readonly scratch: string
    readonly cleanUp: (() => Promise<void>)[]
    readonly say: (line: string) => void
    readonly port: number | undefined
  }
}
