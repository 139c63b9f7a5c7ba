import { z } from 'zod'
import { actSchema } from './act.ts'
import { commandsOf, type Group, groups } from './groups.ts'
import { errorSchema } from './report.ts'

/** The JSON Schema (draft 2020-12) of what each command prints with `--json`, by file name below `cli/schemas/`; one for all that send; with those of the files it reads. */
export async function jsonSchemas(table: readonly Group[] = groups): Promise<Map<string, unknown>> {
  const commands = (await Promise.all(table.map(commandsOf))).flat().map(([, command]) => command)
  const [{ suiteFileSchema }, { rulesFileSchema }] = await Promise.all([import('@hanse/deploy'), import('@hanse/devnet')])
  return new Map([
    ['error.json', z.toJSONSchema(errorSchema)],
    ['suite.json', suiteFileSchema()],
    ['rules.json', rulesFileSchema()],
    ['act.json', z.toJSONSchema(actSchema)],
    ...commands
      .filter(({ result }) => result !== actSchema)
      .map((command) => [`${command.name.replaceAll(' ', '-')}.json`, z.toJSONSchema(command.result)] as const),
  ])
}
