import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exitCodes.ts'
import { networkInput, networkOptions } from '../network.ts'
import { patientOf } from '../patient.ts'

const aboutRoles = new Set(['deployer-holds-power', 'role-differs', 'delay-differs'])

/** Shows who may do what. */
export const command = defineCommand({
  name: 'roles',
  summary: 'Show who may change what and how long that takes, and where a chain differs from it',
  details: 'Ends with code 3 when a chain differs. The whole table: docs/roles.md',
  options: networkOptions,
  input: z.object(networkInput),
  result: z.object({
    isSound: z.boolean(),
    timelock: z.string(),
    roles: z.array(
      z.object({
        name: z.string(),
        purpose: z.string(),
        holders: z.array(z.string()),
        delaySeconds: z.int(),
        isVetoable: z.boolean(),
        functions: z.array(z.string()),
      }),
    ),
    differences: z.array(z.object({ code: z.string(), subject: z.string(), fact: z.string(), expectation: z.string(), fix: z.string() })),
  }),
  run: async ({ network }, { cwd, env, progress }) => {
    const { diagnose, roles, roleTable } = await import('@hanse/deploy')
    const patient = await patientOf(network, { cwd, env })
    const { config, plan } = patient
    progress.step(`Looking at ${patient.chains.length} chains`)
    const { findings } = await diagnose({ ...patient, watchers: [] }, Date.now())
    const accounts = { timelock: [plan.addresses.timelock], governors: [...config.governors], guardians: [...config.guardians] }
    const differences = findings.filter(({ code }) => aboutRoles.has(code)).map(({ severity: _, ...rest }) => rest)
    return {
      isSound: differences.length === 0,
      timelock: plan.addresses.timelock,
      roles: Object.entries(roles).map(([key, { label, purpose, holder, delay, isVetoable }]) => ({
        ...{ name: label, purpose, delaySeconds: delay, isVetoable, holders: accounts[holder] },
        functions: roleTable.filter(({ role }) => role === key).map((row) => `${row.contract}.${row.function}`),
      })),
      differences,
    }
  },
  render: ({ roles, differences }) =>
    [
      ...roles.flatMap(({ name, purpose, holders, delaySeconds, isVetoable, functions }) => [
        `${name}: ${purpose}`,
        `  held by  ${holders.join(', ')}`,
        `  waits    ${delaySeconds === 0 ? 'not at all' : `${delaySeconds / 86_400} days`}${isVetoable ? '; guardians may veto it' : ''}`,
        `  may call ${functions.join(', ') || 'what no other role may'}`,
      ]),
      ...differences.map(({ code, subject, fact, fix }) => `${code}: ${subject} ${fact}.\n  ${fix}`),
    ].join('\n'),
  exitCode: ({ isSound }) => (isSound ? exitCodes.done : exitCodes.found),
})
