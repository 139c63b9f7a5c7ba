import { task } from '@hanse/sdk'
import type { Hex } from 'viem'
import { DemoError } from './errors.ts'

/** Who can do a task of the demo. */
export const capability = 'text.report'

/** The description of a task: a report on the file whose bytes have this hash. */
export const encodeSpec = ({ name, file }: { name: string; file: Hex }): Uint8Array =>
  task.encodeSpec({ capability, title: name, input: { file } })

/** The hash of the file to report on, from a description that a stranger wrote. */
export function fileOf({ input }: task.TaskSpec): Hex {
  const file = typeof input === 'object' && input !== null && 'file' in input ? input.file : undefined
  if (typeof file !== 'string' || !/^0x[0-9a-f]{64}$/.test(file))
    throw new DemoError('The description names no file.', 'Leave the task to others.')
  return file as Hex // by the pattern
}
