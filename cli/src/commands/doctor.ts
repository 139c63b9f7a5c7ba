import { resolve } from 'node:path'
import type { Patient } from '@hanse/deploy'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exitCodes.ts'

/** Looks for what is wrong. */
export const command = defineCommand({
  name: 'doctor',
  summary: 'Look for what is wrong with nodes, contracts, roles and watchers, and say what to do',
  details: `Looks at the deployment of the suite file, or with --devnet at the devnet of this project. Sends nothing.
RPC urls come from the environment, as for hanse deploy; several for one chain with commas between are compared.
Ends with code 3 when something is wrong. All rules: docs/doctor.md.`,
  options: [
    { flags: '--devnet', summary: 'look at the devnet of this project', default: false },
    { flags: '--suite <file>', summary: 'the suite file', default: 'hanse.json' },
    { flags: '--records <folder>', summary: 'where the address files are', default: 'deployments' },
    { flags: '--watchers <urls>', summary: 'urls of watchers, with commas between' },
  ],
  input: z.object({ devnet: z.boolean(), suite: z.string(), records: z.string(), watchers: z.string().optional() }),
  result: z.object({
    isSound: z.boolean(),
    rules: z.int(),
    findings: z.array(
      z.object({
        code: z.string(),
        severity: z.enum(['error', 'warning']),
        subject: z.string(),
        fact: z.string(),
        expectation: z.string(),
        fix: z.string(),
      }),
    ),
    unseen: z.array(z.string()),
  }),
  run: async (input, { cwd, env, progress }) => {
    const { diagnose } = await import('@hanse/deploy')
    const patient = input.devnet ? await devnetPatient(cwd) : await suitePatient(input, { cwd, env })
    progress.step(`Looking at ${patient.chains.length} chains and ${patient.watchers.length} watchers`)
    const { findings, unseen, rules } = await diagnose(patient, Date.now())
    return { isSound: findings.length === 0, rules, findings: [...findings], unseen: [...unseen] }
  },
  render: ({ isSound, rules, findings, unseen }) =>
    isSound
      ? `All ${rules} rules are satisfied.`
      : [
          ...findings.flatMap(({ code, severity, subject, fact, expectation, fix }) => [
            `${severity} ${code}: ${subject} ${fact}, expected ${expectation}.`,
            `  ${fix}`,
          ]),
          ...unseen.map((name) => `The contracts of ${name} could not be looked at.`),
        ].join('\n'),
  exitCode: ({ isSound }) => (isSound ? exitCodes.done : exitCodes.found),
})

async function devnetPatient(cwd: string): Promise<Patient> {
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

async function suitePatient(
  { suite: file, records, watchers }: { suite: string; records: string; watchers?: string | undefined },
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Patient> {
  const { accessOf, committedCreationCodes, planSuite, readDeployment, readSuiteFile } = await import('@hanse/deploy')
  const { config, chains } = readSuiteFile(resolve(cwd, file))
  const access = accessOf({ chains, env })
  return {
    config,
    plan: planSuite({ config, creationCodes: committedCreationCodes() }),
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
