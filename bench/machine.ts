import { availableParallelism, cpus, loadavg } from 'node:os'

const loadBefore = loadavg()[0]

/** What a figure was measured on, and how busy that was: the processes that ran or waited, over a minute, when this program began and now. */
export function machine() {
  return { processor: cpus()[0]?.model, cores: availableParallelism(), loadBefore, loadAfter: loadavg()[0], node: process.version }
}
