// `npm run example -- NAME [options]`: runs examples/NAME.ts on a local world of its own.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../examples/', import.meta.url)
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
const [name = '', ...rest] = process.argv.slice(2)
if (names.includes(name)) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`${name}.ts`, folder)), ...rest], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => {
    process.exitCode = code ?? 1
  })
} else {
  console.error(`There is no example of the name "${name}". Run \`npm run example -- NAME\` with one of ${names.join(', ')}.`)
  process.exitCode = 1
}
