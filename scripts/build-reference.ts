// `npm run build:reference`: the reference in docs/reference/, from the comments of contracts and SDK and from the table of commands. `--check` writes nothing, and
// fails when a page is stale.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTree } from './checks/tree.ts'
import { cliPage } from './reference/cli.ts'
import { contractsPage } from './reference/contracts.ts'
import { sdkPage } from './reference/sdk.ts'
import { root } from './run/lanes.ts'

const tree = readTree(root)
const folder = join(root, 'docs', 'reference')
const pages = { 'contracts.md': contractsPage(tree), 'sdk.md': sdkPage(tree), 'cli.md': await cliPage() }
const stale = Object.entries(pages).filter(([file, text]) => {
  const path = join(folder, file)
  return !existsSync(path) || readFileSync(path, 'utf8') !== text
})
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`docs/reference/${file} is stale. Run \`npm run build:reference\` and commit what it writes.`)
  process.exitCode = stale.length === 0 ? 0 : 1
} else {
  mkdirSync(folder, { recursive: true })
  for (const [file, text] of stale) writeFileSync(join(folder, file), text)
  console.log(`3 pages up to date, ${stale.length} written`)
}
