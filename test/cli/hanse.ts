import { Writable } from 'node:stream'
import { run } from '@hanse/cli'

/** What one run of the command line left. */
export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** The command line in this process, in a folder: `hanse('task', 'list')`. */
export function hanseIn(cwd: string, env: NodeJS.ProcessEnv = {}) {
  return async (...words: string[]): Promise<Ran> => {
    const written = { stdout: '', stderr: '' }
    const into = (name: keyof typeof written) =>
      new Writable({
        write: (chunk, _, done) => {
          written[name] += String(chunk)
          done()
        },
      })
    const code = await run(words, { surroundings: { cwd, env, stdout: into('stdout'), stderr: into('stderr') } })
    return { code, ...written }
  }
}
