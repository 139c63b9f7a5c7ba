import { hashTypedData, recoverTypedDataAddress, zeroAddress } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { createClient, errors, task } from '../../../sdk/src/index.ts'
import { accountOf } from '../support/chain.ts'

const [requester, worker, successor, stranger] = ['requester', 'worker', 'successor', 'stranger'].map(accountOf)
if (!requester || !worker || !successor || !stranger) throw new TypeError('four accounts')
const chainId = 31_337
const escrow = '0x00000000000000000000000000000000000000E5'
const now = 1_000_000
const deployment = {
  chainId,
  startBlock: 0n,
  accessManager: zeroAddress,
  timelock: zeroAddress,
  gateway: zeroAddress,
  watcherSet: zeroAddress,
  agentRegistry: zeroAddress,
  charters: zeroAddress,
  agreements: zeroAddress,
  taskEscrow: escrow,
  taskPortal: zeroAddress,
} as const
// No node answers there: signing asks none.
const client = createClient({
  chains: [{ chainId, rpcUrls: ['http://127.0.0.1:9'], finality: { kind: 'finalized' }, deployment }],
  account: requester,
  now: () => now * 1_000,
})

const terms = task.createTerms({
  homeChainId: chainId,
  requester: requester.address,
  evaluator: requester.address,
  specHash: `0x${'11'.repeat(32)}`,
  reward: 100n,
  workerBond: 10n,
  openUntil: now + 100,
  workWindow: 100,
  reviewWindow: 100,
  now,
})
const auction = { ...terms, allocation: '0x00000000000000000000000000000000000000A1', challengeWindow: 50 } as const
const expiry = now + 50
const offer: task.Offer = { worker: worker.address, sponsor: successor.address, token: 1, expiry }
const bid: task.Bid = { ...offer, share: 5_000 }
const change: task.Handoff = { to: successor.address, sponsor: successor.address, token: 1, expiry }
const agreed: task.Split = { share: 5_000, token: 1, expiry }
const at = { chainId, terms }
const about = (its: task.Terms) => ({ chainId, escrow, taskId: task.taskIdOf({ chainId, escrow, terms: its }) }) as const

describe('a signature', () => {
  it('is the account’s, over this task of this chain', async () => {
    const cases = [
      [await task.signPosting(client, { ...at, expiry }), task.postingTypedData({ ...about(terms), expiry }), requester],
      [await task.signOffer(client, { ...at, offer }), task.offerTypedData({ ...about(terms), offer }), requester],
      [await task.signOffer(client, { ...at, offer, account: worker }), task.offerTypedData({ ...about(terms), offer }), worker],
      [
        await task.signBid(client, { chainId, terms: auction, bid, account: worker }),
        task.bidTypedData({ ...about(auction), bid }),
        worker,
      ],
      [
        await task.signHandoff(client, { ...at, from: worker.address, change, account: successor }),
        task.handoffTypedData({ ...about(terms), from: worker.address, change }),
        successor,
      ],
      [
        await task.signSplit(client, { ...at, worker: worker.address, agreed, account: worker }),
        task.splitTypedData({ ...about(terms), agreed }),
        worker,
      ],
    ] as const
    for (const [signature, typedData, signer] of cases) {
      // Each is of a type of its own, which only the generic form of viem's function takes all of.
      const recovered = await recoverTypedDataAddress({ ...(typedData as ReturnType<typeof task.offerTypedData>), signature })
      expect(recovered).toBe(signer.address)
    }
    expect(new Set(cases.map(([, typedData]) => hashTypedData(typedData as ReturnType<typeof task.offerTypedData>))).size).toBe(5)
  })

  it('is for one chain, one escrow and one token', () => {
    const digest = (more: Partial<Parameters<typeof task.offerTypedData>[0]> = {}) =>
      hashTypedData(task.offerTypedData({ ...about(terms), offer, ...more }))
    const others = [digest({ chainId: 1 }), digest({ escrow: zeroAddress }), digest({ offer: { ...offer, token: 2 } })]
    expect(new Set([digest(), ...others]).size).toBe(4)
  })

  const problemsOf = (work: Promise<unknown>) =>
    work.then(
      () => [],
      (error: unknown) => {
        if (error instanceof errors.SignatureRefusedError || error instanceof errors.TermsInvalidError)
          return error.problems.map(({ field }) => field)
        throw error
      },
    )

  it.each<[string[], () => Promise<unknown>]>([
    [['account'], () => task.signPosting(client, { ...at, expiry, account: worker })],
    [['expiry'], () => task.signPosting(client, { ...at, expiry: now - 1 })],
    [['parent'], () => task.signPosting(client, { chainId, terms: { ...terms, parent: `0x${'22'.repeat(32)}` }, expiry })],
    [['evaluator'], () => task.signPosting(client, { chainId, terms: { ...terms, evaluator: zeroAddress }, expiry })],
    [['openUntil'], () => task.signPosting(client, { ...at, expiry: now + 200, now: now + 101 })],
    [['account'], () => task.signOffer(client, { ...at, offer, account: stranger })],
    [
      ['account', 'worker', 'token', 'expiry'],
      () =>
        task.signOffer(client, { ...at, offer: { worker: zeroAddress, sponsor: zeroAddress, token: 0, expiry: 1.5 }, account: stranger }),
    ],
    [['worker'], () => task.signOffer(client, { ...at, offer: { ...offer, worker: requester.address } })],
    [['allocation'], () => task.signOffer(client, { chainId, terms: auction, offer })],
    [['token'], () => task.signOffer(client, { ...at, offer: { ...offer, token: 1_024 } })],
    [['challengeWindow'], () => task.signBid(client, { ...at, bid, account: worker })],
    [['share'], () => task.signBid(client, { chainId, terms: auction, bid: { ...bid, share: 0 }, account: worker })],
    [['account'], () => task.signBid(client, { chainId, terms: auction, bid })],
    [['handoffRule'], () => task.signHandoff(client, { chainId, terms: { ...terms, handoffRule: 2 }, from: worker.address, change })],
    [['to'], () => task.signHandoff(client, { ...at, from: worker.address, change: { ...change, to: requester.address } })],
    [['share'], () => task.signSplit(client, { ...at, worker: worker.address, agreed: { ...agreed, share: 10_001 } })],
    [['account'], () => task.signSplit(client, { ...at, worker: worker.address, agreed, account: stranger })],
    // A task that has a worker may be past its `openUntil`.
    [[], () => task.signSplit(client, { ...at, worker: worker.address, agreed: { ...agreed, expiry: now + 900 }, now: now + 500 })],
  ])('is refused for %j', async (fields, sign) => {
    expect(await problemsOf(sign())).toEqual(fields)
  })

  it('needs an account', async () => {
    const nobody = createClient({ chains: [...client.chains.values()] })
    await expect(task.signPosting(nobody, { ...at, expiry, now })).rejects.toBeInstanceOf(errors.AccountMissingError)
  })

  it('comes from any account that signs typed data', async () => {
    const { address, signTypedData } = privateKeyToAccount(`0x${'07'.repeat(32)}`)
    const asked: string[] = []
    const wallet = {
      ...requester,
      address,
      signTypedData: ((typedData) => {
        asked.push(String(typedData.primaryType))
        return signTypedData(typedData)
      }) satisfies typeof signTypedData,
    }
    const own = { ...terms, requester: address }
    await task.signPosting(client, { chainId, terms: own, expiry, account: wallet })
    expect(asked).toEqual(['Posting'])
  })
})
