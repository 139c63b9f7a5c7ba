import { type Account, type Hex, isAddressEqual, type TypedDataDefinition, zeroAddress } from 'viem'
import { readContract, signTypedData } from 'viem/actions'
import { agentOfFunction, isOperatorOfFunction, versionOfFunction } from '../abis/agentRegistry.ts'
import { type Client, chainOf, clientOf } from '../client.ts'
import { toCallError } from '../errors/call.ts'
import { AccountMissingError } from '../errors/client.ts'
import { SignatureRefusedError, type TermProblem } from '../errors/terms.ts'
import type { AboutAgent, AgentHome } from './typedData.ts'

const agentRegistryAbi = [agentOfFunction, isOperatorOfFunction, versionOfFunction] as const

/** What every signature about an agent takes besides its own message. */
export type AgentSigningParameters = {
  /** The agent's home. */
  readonly chainId: number
  readonly agentId: Hex
  /** Absolute seconds: the signature counts until then. */
  readonly expiry: number
  /** Signs instead of the client's account. */
  readonly account?: Account
}

/** The account that signs. */
export function signerOf(
  client: Client,
  { verb, account = client.account }: { readonly verb: string; readonly account?: Account | undefined },
) {
  if (account === undefined) throw new AccountMissingError(verb)
  return account
}

/** A chain's registry, as signatures name it. */
export function homeOf(client: Client, chainId: number): AgentHome {
  return { chainId, registry: chainOf(client, chainId).deployment.agentRegistry }
}

/** Refuses to sign what no registry would accept. */
export function refuse(verb: string, problems: readonly TermProblem[]): void {
  if (problems.length > 0) throw new SignatureRefusedError({ verb, problems })
}

/** Problems of a date that signatures or lives end with. */
export function dateProblems(client: Client, field: string, seconds: number): TermProblem[] {
  const now = Math.floor(client.now() / 1000)
  if (Number.isSafeInteger(seconds) && seconds >= now && seconds < 2 ** 40) return []
  return [{ field, reason: `is ${seconds}, must be seconds that have not passed: it is ${now}` }]
}

type Definition = {
  readonly verb: string
  /** Whether an operator may sign it. */
  readonly isForOperators?: boolean
  readonly problems?: readonly TermProblem[]
  readonly typedData: (about: AboutAgent) => TypedDataDefinition
}

/**
 * Signs a message about an agent at its present version, after a look at who the signer is to the agent.
 *
 * @throws AccountMissingError, SignatureRefusedError naming all that is wrong.
 */
export async function signAboutAgent(client: Client, parameters: AgentSigningParameters, definition: Definition): Promise<Hex> {
  const { chainId, agentId, expiry } = parameters
  const { verb, isForOperators = false, typedData } = definition
  const account = signerOf(client, { verb, account: parameters.account })
  const home = homeOf(client, chainId)
  const connection = clientOf(client, chainId)
  const contract = { abi: agentRegistryAbi, address: home.registry } as const
  const [[controller], version, isOperator] = await Promise.all([
    readContract(connection, { ...contract, functionName: 'agentOf', args: [agentId] }),
    readContract(connection, { ...contract, functionName: 'versionOf', args: [agentId] }),
    readContract(connection, { ...contract, functionName: 'isOperatorOf', args: [agentId, account.address] }),
  ]).catch(async (error: unknown) => {
    throw await toCallError({ error, verb, chainId })
  })
  const isKnown = !isAddressEqual(controller, zeroAddress)
  const mayAct = isAddressEqual(controller, account.address) || (isForOperators && isOperator)
  refuse(verb, [
    ...(isKnown ? [] : [{ field: 'agentId', reason: `is ${agentId}, which is unknown or retired on chain ${chainId}` }]),
    ...(isKnown && !mayAct
      ? [
          {
            field: 'account',
            reason: `is ${account.address}, must be the controller ${controller}${isForOperators ? ' or an operator' : ''}`,
          },
        ]
      : []),
    ...dateProblems(client, 'expiry', expiry),
    ...(definition.problems ?? []),
  ])
  return signTypedData(connection, { account, ...typedData({ ...home, agentId, version, expiry }) })
}
