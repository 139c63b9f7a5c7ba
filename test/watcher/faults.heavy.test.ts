import type { Hex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watcherSetAbi } from '../../sdk/src/abis/index.ts'
import { headTypedData, laneKey, toCompact } from '../../sdk/src/gateway/index.ts'
import {
  at,
  deployRefuser,
  laneOf,
  runsAt,
  send,
  sentTo,
  startTestWorld,
  startWatcherProcess,
  type TestChain,
  until,
  type WatcherProcess,
} from './support/world.ts'

const cleanups: (() => Promise<void> | void)[] = []
const watchers: WatcherProcess[] = []
let world: Awaited<ReturnType<typeof startTestWorld>>
let origin: TestChain
let destination: TestChain

beforeAll(async () => {
  world = await startTestWorld({
    chains: [
      { chainId: 931, finality: { kind: 'depth', depth: 0 } },
      { chainId: 932, finality: { kind: 'depth', depth: 0 } },
    ],
    watchers: ['a', 'b', 'liar'],
    quorum: 2,
    cleanups,
  })
  const { chains, keys } = world
  ;[origin, destination] = [at(chains, 0), at(chains, 1)]
  for (const key of keys.slice(0, 2)) watchers.push(await startWatcherProcess({ key, keys, chains, cleanups }))
})

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

async function post(watcher: WatcherProcess, attestations: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ attestations })
  const response = await fetch(new URL('/v1/attestations', watcher.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  return response.json()
}

/** What the third member says of a head, true or not. */
async function liarSays({ nonce, head, key }: { nonce: number; head: Hex; key: Hex }): Promise<Record<string, unknown>> {
  const setId = await destination.client.readContract({
    abi: watcherSetAbi,
    address: destination.deployment.watcherSet,
    functionName: 'setId',
  })
  const lane = laneOf(origin, destination.chainId)
  const account = privateKeyToAccount(key)
  const signature = toCompact(await account.signTypedData(headTypedData({ setId, lane, nonce: BigInt(nonce), head })))
  return { setId, laneKey: laneKey(lane), nonce, head, signer: account.address.toLowerCase(), signature }
}

describe('with faults around them, watchers', () => {
  it('bring all others past a message that its recipient refuses, and run it when it is taken', async () => {
    const refuser = await deployRefuser(destination)
    const good = world.recipientOf(destination)
    await send({ origin, destination, recipient: good })
    await send({ origin, destination, recipient: refuser })
    await send({ origin, destination, recipient: good })
    const ids = await until('three were sent', async () => {
      const sent = await sentTo(origin, destination)
      return sent.length === 3 && sent
    })
    await until('the good ones ran', async () => (await runsAt(destination, good)).size === 2)
    const letters = await until('the refused one is a dead letter', async () => {
      const body = JSON.stringify(await at(watchers, 0).get('/v1/deadletters'))
      return body.includes('MessageFailed') && body
    })
    expect(letters).toContain('"nonce":1')
    const code = await destination.client.getCode({ address: good })
    await destination.client.setCode({ address: refuser, bytecode: code ?? '0x' })
    const runs = await until('it ran', async () => {
      const found = await runsAt(destination, refuser)
      return found.size === 1 && found
    })
    expect(runs.get(at(ids, 1))).toBe(1)
    await until('no dead letter is left', async () => JSON.stringify(await at(watchers, 0).get('/v1/deadletters')) === '{"deadLetters":[]}')
  })

  it('take no forged, foreign or malformed attestation', async () => {
    const liar = at(world.keys, 2)
    const stranger: Hex = `0x${'77'.repeat(32)}`
    const honest = await liarSays({ nonce: 2, head: `0x${'12'.repeat(32)}`, key: liar.attester })
    expect(await post(at(watchers, 0), [{ ...honest, signer: at(world.keys, 1).address.toLowerCase() }])).toEqual({ added: 0, refused: 1 })
    expect(await post(at(watchers, 0), [await liarSays({ nonce: 2, head: `0x${'12'.repeat(32)}`, key: stranger })])).toEqual({
      added: 0,
      refused: 1,
    })
    expect(await post(at(watchers, 0), [{ ...honest, nonce: -1 }])).toEqual({ added: 0, refused: 1 })
    expect(await post(at(watchers, 0), [await liarSays({ nonce: 50_000, head: `0x${'12'.repeat(32)}`, key: liar.attester })])).toEqual({
      added: 0,
      refused: 1,
    })
  })

  it('find out that a member told each of them another head, and have it masked where the lane leads', async () => {
    const liar = at(world.keys, 2)
    await post(at(watchers, 0), [await liarSays({ nonce: 3, head: `0x${'0a'.repeat(32)}`, key: liar.attester })])
    await post(at(watchers, 1), [await liarSays({ nonce: 3, head: `0x${'0b'.repeat(32)}`, key: liar.attester })])
    // Whichever of the two hears of the other's word first keeps both: the second word then goes no further.
    await until('evidence is found', async () => {
      const found = await Promise.all([0, 1].map(async (index) => JSON.stringify(await at(watchers, index).get('/v1/evidence'))))
      return found.some((evidence) => evidence.includes('0a0a') && evidence.includes('0b0b'))
    })
    const isMasked = (chain: TestChain) =>
      chain.client.readContract({
        abi: watcherSetAbi,
        address: chain.deployment.watcherSet,
        functionName: 'isMasked',
        args: [liar.address],
      })
    await until('it is masked at the destination', () => isMasked(destination))
    // The lane leads nowhere else, so nobody else has it linked.
    expect(await isMasked(origin)).toBe(false)
    const good = world.recipientOf(destination)
    await send({ origin, destination, recipient: good })
    await until('messages still get through', async () => (await runsAt(destination, good)).size === 3)
  })
})
