import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { jsonSchemas } from '@hanse/cli'
import { expect, it } from 'vitest'

const directory = fileURLToPath(new URL('../../cli/schemas/', import.meta.url))

it('publishes the schema of what each command prints (npm run build:schemas)', async () => {
  const schemas = await jsonSchemas()

  expect(readdirSync(directory).sort()).toEqual([...schemas.keys()].sort())
  for (const [name, schema] of schemas)
    expect(JSON.parse(readFileSync(`${directory}${name}`, 'utf8')), name).toEqual(JSON.parse(JSON.stringify(schema)))
})
