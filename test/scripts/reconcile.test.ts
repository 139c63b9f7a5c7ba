import { encodeFunctionData, erc20Abi, keccak256, numberToHex, parseEther } from 'viem'
import { beforeAll, describe, expect, it } from 'vitest'
import { inPieces, reconcileNative, reconcileToken } from '../../scripts/witness/reconcile.ts'
import { devTokenAbi } from '../../sdk/src/abis/index.ts'
import { accountOf, startChain, type TestChain } from '../sdk/support/chain.ts'

const [ada, bo] = [accountOf('ada'), accountOf('bo')]
let chain: TestChain

beforeAll(async () => {
  chain = await startChain({ chainId: 31_337, accounts: [ada, bo] })
  const mint = encodeFunctionData({ abi: devTokenAbi, functionName: 'mint', args: [ada.address, 100n] })
  await chain.send(chain.coin, mint)
})

/** What the books of both accounts say of what `happens`. */
async function native(happens: () => Promise<unknown>) {
  const fromBlock = await chain.node.getBlockNumber({ cacheTime: 0 })
  await happens()
  const toBlock = await chain.node.getBlockNumber({ cacheTime: 0 })
  return reconcileNative({ chainId: 31_337, client: chain.node as never, accounts: [ada.address, bo.address], fromBlock, toBlock })
}

const send = (value: bigint) => chain.node.sendTransaction({ account: ada, chain: null, to: bo.address, value })
const tokens = async () =>
  reconcileToken({
    chainId: 31_337,
    client: chain.node as never,
    token: chain.coin,
    toBlock: await chain.node.getBlockNumber({ cacheTime: 0 }),
  })

describe('the books', () => {
  it('balance over value, gas and failed transactions', async () => {
    const { discrepancies, gas } = await native(async () => {
      await send(parseEther('1'))
      const transfer = encodeFunctionData({ abi: erc20Abi, functionName: 'transfer', args: [ada.address, 1n] })
      await chain.node.sendTransaction({ account: bo, chain: null, to: chain.coin, data: transfer, gas: 100_000n }).catch(() => undefined)
    })
    expect(discrepancies).toEqual([])
    expect(gas.find(({ account }) => account === ada.address)?.gasUsed).toBe(21_000n)
  })

  it('miss a wei that came from nowhere', async () => {
    const balance = await chain.node.getBalance({ address: bo.address })
    const { discrepancies } = await native(async () => {
      await send(5n)
      await chain.node.setBalance({ address: bo.address, value: balance + 6n })
      await send(5n)
    })
    const own = { chainId: 31_337, account: bo.address, what: 'native coin' }
    expect(discrepancies).toEqual([{ ...own, expected: balance + 10n, actual: balance + 11n }])
  })

  it('miss a token that no transfer brought', async () => {
    expect((await tokens()).discrepancies).toEqual([])
    const slot = keccak256(`0x${ada.address.slice(2).toLowerCase().padStart(64, '0')}${'0'.repeat(64)}`)
    await chain.node.setStorageAt({ address: chain.coin, index: slot, value: numberToHex(99, { size: 32 }) })
    expect((await tokens()).discrepancies).toMatchObject([{ account: ada.address, what: 'token', expected: 100n, actual: 99n }])
  })

  it('are read in pieces, in order', async () => {
    let most = 0
    let now = 0
    const items = Array.from({ length: 120 }, (_, index) => index)
    const results = await inPieces(items, async (item) => {
      now += 1
      most = Math.max(most, now)
      await Promise.resolve()
      now -= 1
      return item
    })
    expect(results).toEqual(items)
    expect(most).toBeLessThanOrEqual(50)
  })
})
