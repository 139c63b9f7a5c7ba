import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { OperatorPatient, Patient } from '@hanse/deploy'
import type { Address } from 'viem'
import { NetworkAbsentError } from './errors.ts'

/**
 * What the doctor looks at: the devnet of a project.
 *
 * @throws DevnetAbsentError when none is up.
 */
export async function devnetPatient(cwd: string): Promise<Patient> {
  const [{ committedCreationCodes, planSuite }, { devnetDirectory, statusOfDevnet, suiteOfRules }] = await Promise.all([
    import('@hanse/deploy'),
    import('@hanse/devnet'),
  ])
  const { record } = await statusOfDevnet({ directory: devnetDirectory(cwd) })
  const config = suiteOfRules(record.rules)
  return {
    config,
    plan: planSuite({ config, creationCodes: committedCreationCodes() }),
    chains: record.info.chains.map(({ chainId, rpcUrls, finality, deployment }) => ({
      ...{ name: `chain-${chainId}`, chainId, rpcUrls, finality },
      record: deployment,
    })),
    watchers: record.info.watchers,
  }
}

/**
 * What the doctor looks at when nobody says it: the devnet if one is up, otherwise the deployment of `hanse.json`.
 *
 * @throws NetworkAbsentError when there is neither.
 */
export async function patientOf(
  network: 'devnet' | 'suite' | undefined,
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Patient> {
  const { devnetDirectory, livingRecord } = await import('@hanse/devnet')
  if (network !== 'suite' && livingRecord(devnetDirectory(cwd)) !== undefined) return await devnetPatient(cwd)
  if (network === 'devnet' || !existsSync(resolve(cwd, 'hanse.json'))) throw new NetworkAbsentError({ cwd, wanted: network })
  return await suitePatient({ suite: 'hanse.json', records: 'deployments', watchers: env.HANSE_WATCHERS }, { cwd, env })
}

/** What the doctor looks at: the deployment that a suite file describes. */
export async function suitePatient(
  { suite: file, records, watchers }: { suite: string; records: string; watchers?: string | undefined },
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Patient> {
  const { accessOf, committedCreationCodes, planSuite, readDeployment, readSuiteFile } = await import('@hanse/deploy')
  const { config, chains } = readSuiteFile(resolve(cwd, file))
  const access = accessOf({ chains, env })
  return {
    config,
    // What should never be deployed is for the rules to name.
    plan: planSuite({ config, creationCodes: committedCreationCodes(), isChecked: false }),
    chains: chains.map(({ name, chainId }, index) => ({
      ...{ name, chainId, finality: config.chains[index]?.finality ?? { kind: 'finalized' } },
      rpcUrls: (access[index]?.rpcUrl ?? '').split(',').map((url) => url.trim()),
      record: readDeployment({ directory: resolve(cwd, records), chainId }),
    })),
    watchers: (watchers ?? '')
      .split(',')
      .filter(Boolean)
      .map((url) => ({ name: `the watcher at ${url}`, url: url.trim() })),
  }
}

/**
 * What the doctor looks at of a watcher that is to run on this machine: its configuration, and what the machine says to it.
 *
 * @throws ConfigInvalidError when the file is no configuration.
 */
export async function operatorOf(file: string, env: NodeJS.ProcessEnv): Promise<OperatorPatient> {
  const { openAccount, readConfig } = await import('@hanse/watcher')
  const { name, dataDir, attester, deliverer, chains } = readConfig(file)
  const keys = { attester, deliverer }
  const opened = (['attester', 'deliverer'] as const).flatMap((role) => {
    const key = keys[role]
    return key === undefined ? [] : [attemptKey(role, () => openAccount({ role, key, environment: env }).address)]
  })
  return {
    ...{ name, dataDir, isDataDirWritable: isWritable(dataDir) },
    keyProblem: opened.find(({ problem }) => problem !== undefined)?.problem,
    attester: opened.find(({ role }) => role === 'attester')?.address,
    chains: chains.map(({ chainId, finality, rpcUrls, genesisHash, deployment }) => ({
      ...{ chainId, finality, providers: rpcUrls.length, gateway: deployment.gateway, genesisHash },
    })),
  }
}

type Opened = { readonly role: string; readonly address?: Address; readonly problem?: string }

function attemptKey(role: string, open: () => Address): Opened {
  try {
    return { role, address: open() }
  } catch (error) {
    return { role, problem: error instanceof Error ? (error.message.split('\n')[0] ?? role) : String(error) }
  }
}

/** Whether a folder can be written, or made. */
function isWritable(directory: string): boolean {
  if (!existsSync(directory)) return dirname(directory) !== directory && isWritable(dirname(directory))
  try {
    accessSync(directory, constants.W_OK)
    return statSync(directory).isDirectory()
  } catch {
    return false
  }
}
