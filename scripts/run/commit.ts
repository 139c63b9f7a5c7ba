import { execFileSync } from 'node:child_process'
import { root } from './lanes.ts'

/** The commit that is checked out: results say on what they were measured. */
export const commitOf = (): string => execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim()
