// The documentation, run as its reader would: each command block of a page in one shell, each named block as the file that it is.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** One fenced block of a page. `file` is what stands after the language: the reader is told to write it there. */
export type Block = { readonly language: string; readonly file?: string; readonly text: string; readonly line: number }

/** The fenced blocks of a page, in order. `path` counts from the root of the repository. */
export function blocksOf(path: string): readonly Block[] {
  const page = readFileSync(join(root, path), 'utf8')
  return [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = '', file, text = ''] = match
    return { language, text, line: page.slice(0, match.index).split('\n').length, ...(file && { file }) }
  })
}

/** The commands of a block: one for each line, a backslash at its end joins it with the next. */
export const commandsOf = ({ text }: Block): readonly string[] => text.replaceAll('\\\n', '').trim().split('\n')

/** What a page came to. */
export type PageRun = { readonly commands: number; readonly files: number; readonly compared: number }

/** Runs `hanse` without a process of its own, in the folder of a page: a second less for each command. */
export type Hanse = (words: readonly string[]) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>

/** Longest that one command may take, and that one may be said again until it shows what it should; milliseconds. */
const patience = 60_000

/**
 * Runs a page from top to bottom in a folder. `sh` blocks run line by line in one shell that keeps its place and its variables. In them `0x...` stands for the
 * id that was printed last, and a comment `again until X` has the line said until X shows. A `text` block is what the block before it prints: its lines in
 * their order, where `...` is anything. Other blocks with a name are files.
 *
 * @throws Error naming page, line and what was printed, when a command fails or something else is printed.
 */
export async function runPage({ path, folder, env, hanse }: RunPage): Promise<PageRun> {
  const shell = openShell({ cwd: folder, env, hanse })
  const run = { commands: 0, files: 0, compared: 0 }
  let printed = ''
  let id = '0x...'
  try {
    for (const block of blocksOf(path)) {
      const place = `${path}:${block.line}`
      if (block.file !== undefined) {
        mkdirSync(dirname(join(folder, block.file)), { recursive: true })
        writeFileSync(join(folder, block.file), block.text)
        run.files += 1
      } else if (block.language === 'text') {
        compare({ place, printed, expected: block.text })
        run.compared += 1
      } else if (block.language === 'sh') {
        printed = ''
        for (const command of commandsOf(block)) {
          const text = await say(shell, { command: command.replaceAll('0x...', id), place })
          printed += text
          id = [...text.matchAll(/\b0x[0-9a-f]{64}\b/g)].at(-1)?.[0] ?? id
          run.commands += 1
        }
      }
    }
  } finally {
    shell.end()
  }
  return run
}

type RunPage = { readonly path: string; readonly folder: string; readonly env: NodeJS.ProcessEnv; readonly hanse?: Hanse | undefined }

/** The words of a command that is `npx hanse` and nothing more: no variable, pipe or file. */
function wordsOf(command: string): readonly string[] | undefined {
  const [text = ''] = command.split(/ +# /)
  if (!/^npx hanse( '[^']*'| "[^"$`]*"| [\w./:@,=-]+)*$/.test(text)) return undefined
  return [...text.matchAll(/ (?:'([^']*)'|"([^"]*)"|([^ '"]+))/g)].map(([, one, two, three]) => one ?? two ?? three ?? '').slice(1)
}

type Shell = { ask(command: string): Promise<{ readonly code: number; readonly text: string }>; end(): void }

/** A shell of its own process group, so that what a page leaves running ends with it. */
function openShell({ cwd, env, hanse }: Omit<RunPage, 'path' | 'folder'> & { readonly cwd: string }): Shell {
  const child = spawn('sh', { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'inherit'] })
  let seen = ''
  let look = () => {}
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text
    look()
  })
  child.stdin.write('exec 2>&1\n')
  return {
    async ask(command) {
      const words = wordsOf(command)
      if (hanse !== undefined && words !== undefined) {
        const { code, stdout, stderr } = await hanse(words)
        return { code, text: stderr + stdout }
      }
      return await new Promise((resolve, reject) => {
        seen = ''
        const timer = setTimeout(() => reject(new Error(`nothing for ${patience} ms:\n${seen}`)), patience)
        look = () => {
          const [whole, text = '', code = ''] = /^([\s\S]*)<<ended (\d+)>>\n$/.exec(seen) ?? []
          if (whole === undefined) return
          clearTimeout(timer)
          resolve({ code: Number(code), text })
        }
        child.stdin.write(`{ ${command}\n} </dev/null\necho "<<ended $?>>"\n`)
      })
    },
    end() {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
    },
  }
}

/** Says one command, again while it does not show what its comment waits for. */
async function say(shell: Shell, { command, place }: { command: string; place: string }): Promise<string> {
  const awaited = /# again until (.+)$/.exec(command)?.[1]
  const limit = performance.now() + patience
  for (;;) {
    const { code, text } = await shell.ask(command)
    if (awaited === undefined ? code === 0 : text.includes(awaited)) return text
    if (awaited === undefined || performance.now() > limit) throw new Error(`${place}: ${command}\nended with ${code}:\n${text}`)
    await pause(300)
  }
}

/** Whether all lines were printed, in their order. */
function compare({ place, printed, expected }: { place: string; printed: string; expected: string }): void {
  const lines = printed.split('\n')
  let from = 0
  for (const line of expected.trim().split('\n')) {
    const parts = line
      .trim()
      .split('...')
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ +/g, ' +'))
    const pattern = new RegExp(`^ *${parts.join('.*')} *$`)
    const at = lines.findIndex((candidate, index) => index >= from && pattern.test(candidate))
    if (at < 0) throw new Error(`${place}: nothing like "${line}" was printed, but\n${printed}`)
    from = at + 1
  }
}
