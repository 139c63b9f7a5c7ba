#!/usr/bin/env node
// The first thing that runs: any Node can read it, so that an old one is told what it lacks instead of failing on TypeScript.
const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 26) {
  console.error(
    `hanse needs Node 26 or newer, this is ${process.versions.node}. Remedy: run it as \`npx hanse\` in a project whose packages are installed.`,
  )
  process.exitCode = 4
} else {
  const { main } = await import('../src/main.ts')
  await main()
}
