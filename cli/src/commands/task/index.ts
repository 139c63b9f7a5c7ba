import type { AnyCommand } from '../../command.ts'
import { whyOf } from '../why.ts'
import { judgements } from './judge.ts'
import { open } from './open.ts'
import { list, show } from './see.ts'
import { bid, claim, hire, submit } from './work.ts'

/** The verbs of tasks. */
export const commands: Readonly<Record<string, AnyCommand>> = {
  ...{ open, list, show, why: whyOf('task'), claim, submit, bid, hire },
  ...judgements,
}
