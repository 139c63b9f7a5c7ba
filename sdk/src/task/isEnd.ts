import type { Ending } from '../abis/enums.ts'

/** Whether a receipt with this ending is a task's last. After a lapse or a worker who gives up, another event says whether it is open again. */
export function isEnd(ending: Ending): boolean {
  return ending !== 'Lapse' && ending !== 'GiveUp'
}
