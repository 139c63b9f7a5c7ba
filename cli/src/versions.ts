import { readFileSync } from 'node:fs'
import { z } from 'zod'

const manifest = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()) })

/** What contracts are written and compiled with. A test holds it to the versions of this repository. */
const contractTools = { '@openzeppelin/contracts': '5.7.0', hardhat: '3.18.0', solc: '0.8.37' }

/** The versions of what a new project depends on: those that this command line was tested with. */
export function packageVersions(): Readonly<Record<string, string>> {
  const { version, dependencies } = manifest.parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')))
  const own = ['@hanse/cli', '@hanse/contracts', '@hanse/sdk'].map((name) => [name, version])
  return { ...dependencies, ...Object.fromEntries(own), ...contractTools }
}
