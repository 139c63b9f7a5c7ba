import type { Writable } from 'node:stream'
/** Says on stderr what is happening, so that stdout holds the result alone. */
export type Progress = {
  /** A step begins; the one before is done. */
  readonly step: (text: string) => void
  /** A line of its own. */
  readonly note: (text: string) => void
  /** The last step is done, or has failed. */
  readonly end: (outcome: 'done' | 'failed') => void
}

/** A spinner on a terminal, lines elsewhere. */
export async function createProgress(stream: Writable & { readonly isTTY?: boolean | undefined }): Promise<Progress> {
  return stream.isTTY ? await spinning(stream) : lines(stream)
}

function lines(stream: NodeJS.WritableStream): Progress {
  const write = (text: string) => void stream.write(`${text}\n`)
  return { step: write, note: write, end: () => {} }
}

async function spinning(output: Writable): Promise<Progress> {
  const { log, spinner } = await import('@clack/prompts')
  let current: { text: string; stop: (text: string) => void; error: (text: string) => void } | undefined
  const finish = (outcome: 'done' | 'failed') => {
    if (outcome === 'done') current?.stop(current.text)
    else current?.error(current.text)
    current = undefined
  }
  return {
    step: (text) => {
      finish('done')
      const spin = spinner({ output })
      spin.start(text)
      current = { text, stop: (line) => spin.stop(line), error: (line) => spin.error(line) }
    },
    note: (text) => {
      finish('done')
      log.message(text, { output })
    },
    end: finish,
  }
}
