import { encodeFunctionData, erc20Abi, maxUint256, parseAbi, zeroAddress } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { task } from '../../../sdk/src/index.ts'
import { compileMock } from '../support/solidity.ts'
import { people, startTasks, type TaskBench } from '../support/tasks.ts'

const { requester, stranger: payer, worker } = people
let bench: TaskBench
let permit2: `0x${string}`
let funding: `0x${string}`

beforeAll(async () => {
  bench = await startTasks()
  const { chain } = bench
  permit2 = await chain.deploy(compileMock('test/contracts/mocks/MockPermit2.sol', 'MockPermit2'), [])
  funding = await chain.deploy('deploy/build/TaskFunding.json', [chain.deployment.taskEscrow, permit2])
})

/** Terms, and the requester's word for them. */
async function posted(token: `0x${string}`): Promise<task.Posting & { readonly taskId: `0x${string}` }> {
  const { client, at } = bench
  const terms = await bench.termsNow({ token, reward: 100n, evaluatorFee: 5n, triggerReward: 2n })
  const expiry = terms.openUntil
  const signature = await task.signPosting(client, { ...at, terms, expiry })
  return { terms, expiry, signature, taskId: task.getTaskId(client, { ...at, terms }) }
}

const approve = async (token: `0x${string}`, spender: `0x${string}`) => {
  const data = encodeFunctionData({ abi: erc20Abi, functionName: 'approve', args: [spender, maxUint256] })
  await bench.chain.node.sendTransaction({ account: payer, chain: null, to: token, data })
}

const balanceOf = (token: `0x${string}`, account: `0x${string}`) =>
  bench.chain.node.readContract({ address: token, abi: erc20Abi, functionName: 'balanceOf', args: [account] })

describe('a task that another pays', () => {
  it('is paid through Permit2 by a signature for this task alone', async () => {
    const { client, at, chain, home } = bench
    await approve(chain.coin, permit2)
    const { taskId, ...posting } = await posted(chain.coin)
    const deadline = BigInt(posting.expiry)
    const typedData = task.paymentPermitTypedData({ chainId: home, funding, taskId, terms: posting.terms, nonce: 7n, deadline, permit2 })
    const permit = { payer: payer.address, nonce: 7n, deadline, signature: await payer.signTypedData(typedData) }
    const { taskId: otherId, ...other } = await posted(chain.coin)
    expect(otherId).not.toBe(taskId)
    await expect(task.openWithPermit(client, { ...at, funding, posting: other, permit, account: worker })).rejects.toThrow()
    const before = await balanceOf(chain.coin, payer.address)
    const { event } = await task.openWithPermit.sync(client, { ...at, funding, posting, permit, account: worker })
    expect(event).toMatchObject({ taskId, terms: posting.terms })
    expect(before - (await balanceOf(chain.coin, payer.address))).toBe(107n)
  })

  it('is paid by its token with the id of the task as the nonce', async () => {
    const { client, at, chain, home } = bench
    const mock = compileMock('test/contracts/mocks/AuthorizedToken.sol', 'AuthorizedToken')
    const token = await chain.deploy(mock, [])
    const mint = encodeFunctionData({ abi: parseAbi(['function mint(address,uint256)']), args: [payer.address, 1_000n] })
    await chain.send(token, mint)
    const { taskId, ...posting } = await posted(token)
    const times = { validAfter: 0n, validBefore: BigInt(posting.expiry) }
    const domain = await chain.node.getEip712Domain({ address: token })
    const typedData = task.paymentAuthorizationTypedData({
      ...{ chainId: home, funding, taskId, terms: posting.terms, payer: payer.address, ...times },
      token: { name: String(domain.domain.name), version: String(domain.domain.version) },
    })
    const authorization = { payer: payer.address, ...times, signature: await payer.signTypedData(typedData) }
    const { event } = await task.openWithAuthorization.sync(client, { ...at, funding, posting, authorization, account: worker })
    expect(event.taskId).toBe(taskId)
    expect(await balanceOf(token, payer.address)).toBe(893n)
  })

  it('is posted with others, all or none, for the sum of what they need', async () => {
    const { client, at, chain } = bench
    await approve(chain.coin, funding)
    const postings = [await posted(zeroAddress), await posted(chain.coin), await posted(zeroAddress)]
    expect(task.openMany.call(client, { ...at, funding, postings }).value).toBe(214n)
    const { event } = await task.openMany.sync(client, { ...at, funding, postings, account: payer })
    expect(event.map(({ taskId }) => taskId)).toEqual(postings.map(({ taskId }) => taskId))
    const again = task.openMany(client, { ...at, funding, postings: [await posted(zeroAddress), ...postings], account: payer })
    await expect(again).rejects.toMatchObject({ name: 'TaskWrongState' })
    expect(requester.address).toBe(event[0]?.terms.requester)
  })
})
