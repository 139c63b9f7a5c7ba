#!/usr/bin/env node
// npm create hanse <folder> [template]: what `hanse init <template> <folder>` does, with the folder first.
const [folder = 'hanse-app', template = 'agent'] = process.argv.slice(2)
const { main } = await import('@hanse/cli')
await main(['init', template, folder])
