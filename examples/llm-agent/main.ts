// node examples/llm-agent/main.ts 'QUESTION': an agent answers it with a model, on a local world of its own, and is paid.
// LLM_URL, LLM_MODEL and LLM_KEY say which model; without them one that runs on this machine.
import { chainsOf, startWorld, userAccount } from '@hanse/devnet'
import { createClient, content as stores, task } from '@hanse/sdk'
import { createAgent, createEvaluator } from '@hanse/sdk/runtime'
import { parseEther, zeroAddress } from 'viem'
import { answerer } from './answerer.ts'

const { LLM_URL = 'http://127.0.0.1:11434/v1', LLM_MODEL = 'llama3.2', LLM_KEY } = process.env
const [question = 'What was the Hanse?'] = process.argv.slice(2)
const chainId = 1001

const world = await startWorld({ chains: [{ chainId, blockTime: 0.5 }], users: 2 })
const clientOf = (user: number) => createClient({ chains: chainsOf(world.info), account: userAccount(user), pollingIntervalMs: 100 })
const [asker, worker] = [clientOf(0), clientOf(1)]
const content = stores.memoryStore()
const requester = userAccount(0).address

const agent = createAgent({
  client: worker,
  content,
  policy: { stakes: [{ token: zeroAddress, bonds: parseEther('1') }], evaluators: [requester] },
  handlers: { 'text.answer': answerer({ url: LLM_URL, name: LLM_MODEL, key: LLM_KEY }) },
  log: ({ event, fields }) => console.error(event, fields.error ?? ''),
})
const evaluator = createEvaluator({
  client: asker,
  content,
  judge: ({ body }) => {
    console.log(new TextDecoder().decode(body))
    void evaluator.stop()
    return 10_000
  },
})
const terms = task.createTerms({
  homeChainId: chainId,
  requester,
  evaluator: requester,
  specHash: await content.put(task.encodeSpec({ capability: 'text.answer', input: question })),
  reward: parseEther('1'),
  workerBond: parseEther('0.1'),
  openUntil: Math.floor(Date.now() / 1000) + 600,
  workWindow: 600,
  reviewWindow: 600,
})
await task.open.sync(asker, { chainId, terms })
void agent.start()
await evaluator.start()
await agent.stop()
await world.stop()
