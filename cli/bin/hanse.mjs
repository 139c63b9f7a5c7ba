#!/usr/bin/env node
// The first thing that runs: any Node can read it, so that an old one is told what it lacks instead of failing on what it does not know.
import { existsSync } from 'node:fs'

// Built where it was installed from a registry; in its repository the sources run, which only newer versions can do.
const isBuilt = existsSync(new URL('../dist/main.js', import.meta.url))
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const isNewEnough = isBuilt ? major > 22 || (major === 22 && minor >= 13) : major >= 26

if (isNewEnough) {
  const { main } = await import(isBuilt ? '../dist/main.js' : '../src/main.ts')
  await main()
} else {
  const remedy = isBuilt ? 'install it from nodejs.org' : 'run it as `npx hanse` in a project whose packages are installed'
  console.error(`hanse needs Node ${isBuilt ? '22.13' : '26'} or newer, this is ${process.versions.node}. Remedy: ${remedy}.`)
  process.exitCode = 4
}
