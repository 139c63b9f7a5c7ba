import { spawn } from 'node:child_process'

/** Runs a program to its end; what it says is shown when it fails. */
export function runTool(command: string, words: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)))
    child.once('error', reject)
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${command} ${words.join(' ')} ended with ${code}:\n${output}`)),
    )
  })
}
