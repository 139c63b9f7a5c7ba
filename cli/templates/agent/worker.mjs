// An agent that does every open task which its chain may do, until Ctrl-C. Post one for it: npx hanse task open bounty --text "Say hello."
import { task } from '@hanse/sdk'
import { directoryStore } from '@hanse/sdk/node'
import { accountOf, clientOf, home, others } from './network.mjs'

const client = clientOf(1)
const [chainId = home] = others
const account = accountOf(1).address
const content = directoryStore({ path: '.hanse/content' })

/** What the agent can do: put your own work here. */
async function work(spec) {
  return `You asked: ${spec}`
}

async function take({ taskId, terms }) {
  const spec = new TextDecoder().decode(await content.get(terms.specHash))
  await task.deposit.sync(client, { chainId: home, actor: { chainId, account }, token: terms.token, amount: terms.workerBond })
  await task.claim.sync(client, { chainId, homeChainId: home, terms, sponsor: account })
  console.log(`claimed ${taskId}: ${spec}`)
}

async function handIn({ taskId, terms, token }) {
  const spec = new TextDecoder().decode(await content.get(terms.specHash))
  const deliverable = await content.put(new TextEncoder().encode(await work(spec)))
  await task.submit.sync(client, { chainId, homeChainId: home, taskId, token, deliverable })
  console.log(`handed in ${taskId}. To pay: npx hanse task approve ${taskId}`)
}

// The chain says what is to be done, so an agent that was killed goes on where it was.
const asked = new Set()
for (;;) {
  const { value: posted } = await task.getTasks(client, { chainId: home, workerChainId: chainId })
  for (const { taskId, terms } of posted) {
    const { value: now } = await task.getTask(client, { chainId: home, taskId })
    const isMine = now.worker?.account === account
    try {
      if (now.state === 'Open' && !asked.has(taskId)) await take({ taskId, terms })
      else if (now.state === 'Assigned' && isMine && !asked.has(`${taskId} ${now.token}`)) await handIn({ taskId, terms, token: now.token })
      else continue
    } catch (error) {
      console.log(String(error))
    }
    asked.add(now.state === 'Open' ? taskId : `${taskId} ${now.token}`)
  }
  await new Promise((done) => setTimeout(done, 500))
}
