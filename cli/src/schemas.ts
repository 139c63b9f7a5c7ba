import { z } from 'zod'
import { type Group, groups } from './groups.ts'
import { errorSchema } from './report.ts'

/** The JSON Schema (draft 2020-12) of what each command prints with `--json`, by file name below `cli/schemas/`; with those of the files it reads. */
export async function jsonSchemas(table: readonly Group[] = groups): Promise<Map<string, unknown>> {
  const loaders = table.flatMap((group) => ('command' in group ? [group.command] : Object.values(group.commands)))
  const commands = await Promise.all(loaders.map(async (load) => (await load()).command))
  const [{ suiteFileSchema }, { rulesFileSchema }] = await Promise.all([import('@hanse/deploy'), import('@hanse/devnet')])
  return new Map([
    ['error.json', z.toJSONSchema(errorSchema)],
    ['suite.json', suiteFileSchema()],
    ['rules.json', rulesFileSchema()],
    ...commands.map((command) => [`${command.name.replaceAll(' ', '-')}.json`, z.toJSONSchema(command.result)] as const),
  ])
}
