// Writes cli/schemas/: the JSON Schema of what each command prints with --json; and watcher/config.schema.json: that of a watcher's configuration.
// Tests fail when they are stale.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { jsonSchemas } from '@hanse/cli'
import { configSchema } from '@hanse/watcher'

const directory = fileURLToPath(new URL('../cli/schemas/', import.meta.url))

rmSync(directory, { recursive: true, force: true })
mkdirSync(directory)
const schemas = await jsonSchemas()
for (const [name, schema] of schemas) writeFileSync(`${directory}${name}`, `${JSON.stringify(schema, undefined, 2)}\n`)
writeFileSync(fileURLToPath(new URL('../watcher/config.schema.json', import.meta.url)), `${JSON.stringify(configSchema(), undefined, 2)}\n`)
console.log(`wrote ${schemas.size} schemas to cli/schemas, and watcher/config.schema.json`)
