import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exitCodes.ts'
import { devnetPatient, operatorOf, patientOf, suitePatient } from '../patient.ts'

/** Looks for what is wrong. */
export const command = defineCommand({
  name: 'doctor',
  summary: 'Look for what is wrong with nodes, contracts, roles and watchers, and say what to do',
  details: `Looks at the deployment of the suite file, or with --devnet, or where there is no such file, at the devnet of this project. Sends nothing.
RPC urls come from the environment, as for hanse deploy; several for one chain with commas between are compared.
Ends with code 3 when something is wrong. All rules: docs/doctor.md.`,
  options: [
    { flags: '--devnet', summary: 'look at the devnet of this project', default: false },
    { flags: '--suite <file>', summary: 'the suite file', default: 'hanse.json' },
    { flags: '--records <folder>', summary: 'where the address files are', default: 'deployments' },
    { flags: '--watcher <config>', summary: 'the configuration of a watcher that is to run on this machine' },
    { flags: '--watchers <urls>', summary: 'urls of watchers, with commas between' },
  ],
  input: z.object({
    devnet: z.boolean(),
    suite: z.string(),
    records: z.string(),
    watcher: z.string().optional(),
    watchers: z.string().optional(),
  }),
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
    const isSuite = input.suite !== 'hanse.json' || existsSync(resolve(cwd, input.suite))
    const patient = input.devnet
      ? await devnetPatient(cwd)
      : await (isSuite ? suitePatient(input, { cwd, env }) : patientOf(undefined, { cwd, env }))
    progress.step(`Looking at ${patient.chains.length} chains and ${patient.watchers.length} watchers`)
    const operators = input.watcher === undefined ? [] : [await operatorOf(resolve(cwd, input.watcher), env)]
    const { findings, unseen, rules } = await diagnose({ ...patient, operators }, Date.now())
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
