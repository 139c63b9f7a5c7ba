import { accountIndex, devAccount, type World } from '../../devnet/src/index.ts'
import { gateway } from '../../sdk/src/index.ts'

/** What `gateway.deliver` takes, for a first message that was never sent, vouched for by the first `liars` watchers of the world. */
export async function forge({ world, from, to, message, liars }: forge.Parameters) {
  const { setId, addresses } = world.plan
  const lane = { originChainId: BigInt(from), originGateway: addresses.gateway, destinationChainId: BigInt(to) }
  const head = gateway.fold(gateway.emptyHead, gateway.leafOf({ lane, nonce: 0n, message }))
  const typedData = gateway.headTypedData({ setId, lane, nonce: 1n, head })
  const signers = Array.from({ length: liars }, (_, index) => devAccount(accountIndex.attester + index))
  const signatures = await Promise.all(
    signers.map(async (account) => ({ signer: account.address, signature: await account.signTypedData(typedData) })),
  )
  const proof = gateway.packProof({ signatures })
  return { chainId: to, lane, first: 0n, headBefore: gateway.emptyHead, messages: [message], proof }
}

export namespace forge {
  export type Parameters = { world: World; from: number; to: number; message: gateway.Message; liars: number }
}
