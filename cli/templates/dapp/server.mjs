// A page that lists the tasks of the devnet, read straight from the chains: npx hanse devnet up && node server.mjs
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createClient, task, why } from '@hanse/sdk'

const { info } = JSON.parse(readFileSync('.hanse/devnet/devnet.json', 'utf8'))
const client = createClient({ chains: info.chains })

async function tasksOf({ chainId }) {
  const { value: posted } = await task.getTasks(client, { chainId })
  return Promise.all(
    posted.map(async ({ taskId, terms }) => {
      const { code, nextAction } = await why.whyTask(client, { chainId, taskId })
      return { chainId, taskId, reward: String(terms.reward), code, nextAction }
    }),
  )
}

const page = readFileSync(new URL('page.html', import.meta.url))

const server = createServer(async ({ url }, response) => {
  try {
    const body = url === '/tasks' ? JSON.stringify((await Promise.all(info.chains.map(tasksOf))).flat()) : page
    response.writeHead(200, { 'content-type': url === '/tasks' ? 'application/json' : 'text/html; charset=utf-8' }).end(body)
  } catch (error) {
    response.writeHead(502).end(String(error))
  }
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`http://127.0.0.1:${Object(server.address()).port}`))
