import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Deployment } from '@hanse/sdk'
import { type Address, getAddress, isAddress } from 'viem'
import { type ContractName, laterNames } from './artifacts.ts'
import { RecordInvalidError, SuiteInvalidError } from './errors.ts'

/** A record as it stands in `deployments/<chainId>.json`. */
export function deploymentToJson(deployment: Deployment): string {
  return `${JSON.stringify({ ...deployment, startBlock: String(deployment.startBlock) }, undefined, 2)}\n`
}

/**
 * Reads a record.
 *
 * @throws SuiteInvalidError naming the key that is missing or wrong.
 */
export function deploymentFromJson(text: string): Deployment {
  const parsed: unknown = JSON.parse(text)
  const entries = new Map(typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [])
  const refuse = (field: string, expectation: string) =>
    new SuiteInvalidError({ field, fact: `is ${String(entries.get(field))}`, expectation })
  const chainId: unknown = entries.get('chainId')
  if (typeof chainId !== 'number' || !Number.isSafeInteger(chainId)) throw refuse('chainId', 'a number')
  const startBlock: unknown = entries.get('startBlock')
  if (typeof startBlock !== 'string' || !/^\d+$/.test(startBlock)) throw refuse('startBlock', 'a decimal string')
  const addressOf = (name: ContractName): Address => {
    const value: unknown = entries.get(name)
    if (typeof value !== 'string' || !isAddress(value)) throw refuse(name, 'an address')
    return getAddress(value)
  }
  const later: { -readonly [name in (typeof laterNames)[number]]?: Address } = {}
  for (const name of laterNames) if (entries.has(name)) later[name] = addressOf(name)
  return {
    chainId,
    startBlock: BigInt(startBlock),
    accessManager: addressOf('accessManager'),
    timelock: addressOf('timelock'),
    gateway: addressOf('gateway'),
    watcherSet: addressOf('watcherSet'),
    agentRegistry: addressOf('agentRegistry'),
    taskEscrow: addressOf('taskEscrow'),
    taskPortal: addressOf('taskPortal'),
    ...later,
  }
}

/** Writes records as `<chainId>.json` below `directory`. Each file is replaced whole, so a crash leaves the old one or the new one. */
export function writeDeployments({ directory, deployments }: { directory: string; deployments: readonly Deployment[] }): readonly string[] {
  mkdirSync(directory, { recursive: true })
  return deployments.map((deployment) => {
    const file = join(directory, `${deployment.chainId}.json`)
    writeFileSync(`${file}.new`, deploymentToJson(deployment))
    renameSync(`${file}.new`, file)
    return file
  })
}

/**
 * Reads the record of a chain, if there is one.
 *
 * @throws RecordInvalidError naming the file, and the key that is missing or wrong.
 */
export function readDeployment({ directory, chainId }: { directory: string; chainId: number }): Deployment | undefined {
  const file = join(directory, `${chainId}.json`)
  try {
    return deploymentFromJson(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    if (error instanceof SyntaxError) throw new RecordInvalidError({ file, fact: 'is not JSON', cause: error })
    if (error instanceof SuiteInvalidError)
      throw new RecordInvalidError({ file, fact: error.shortMessage.replace(/^Suite: /, 'says: '), cause: error })
    throw error
  }
}
