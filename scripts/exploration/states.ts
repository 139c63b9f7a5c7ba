/** In the order of `TaskState` in contracts/tasks/TaskSlot.sol. */
export const taskStates = [
  'None',
  'Open',
  'Proposed',
  'Assigned',
  'Submitted',
  'Contested',
  'Disputed',
  'Settled',
  'Cancelled',
  'Expired',
] as const
export type TaskState = (typeof taskStates)[number]

/** What of a task decides what can happen to it. Of one that is over, or not yet there, only that counts. */
export type Task = {
  state: TaskState
  worker: 'first' | 'second' | undefined
  revisions: number
  /** Which deliverable is under review, or was when the last revision was asked for: by the revision that it was made for. */
  standing: number
  isDoubted: boolean
  /** Doubts of this assignment. */
  doubts: number
  /** Basis points of the reward. */
  price: number
  /** Proposed by whoever contested. */
  verdict: number
  isContestedByRequester: boolean
  isCounteredByStranger: boolean
  /** Since the last step, up to where more make no difference. */
  seconds: number
  /** Of the answer window that are over, or that the deadline takes away. */
  doubtSeconds: number
  /** What children have of the reward. */
  delegated: number
}

/** All tasks, and seconds since the start up to where more make no difference. */
export type State = { passed: number; tasks: Task[] }

export const nothing: Task = {
  state: 'None',
  worker: undefined,
  revisions: 0,
  standing: 0,
  isDoubted: false,
  doubts: 0,
  price: 0,
  verdict: 0,
  isContestedByRequester: false,
  isCounteredByStranger: false,
  seconds: 0,
  doubtSeconds: 0,
  delegated: 0,
}

const workers = [undefined, 'first', 'second'] as const
const taskBits = 72n

/** How many bits each field has, from the low ones up; as in `_partOf` of test/exploration/Machine.sol. */
const widths = [4, 2, 2, 2, 1, 2, 14, 14, 1, 1, 6, 6, 17] as const

function fieldsOf(task: Task): number[] {
  return [
    taskStates.indexOf(task.state),
    workers.indexOf(task.worker),
    task.revisions,
    task.standing,
    Number(task.isDoubted),
    task.doubts,
    task.price,
    task.verdict,
    Number(task.isContestedByRequester),
    Number(task.isCounteredByStranger),
    task.seconds,
    task.doubtSeconds,
    task.delegated,
  ]
}

function packTask(task: Task): bigint {
  let word = 0n
  let shift = 0n
  for (const [place, field] of fieldsOf(task).entries()) {
    word |= BigInt(field) << shift
    shift += BigInt(widths[place] ?? 0)
  }
  return word
}

function unpackTask(word: bigint): Task {
  let rest = word
  const take = (width: number) => {
    const field = Number(rest & ((1n << BigInt(width)) - 1n))
    rest >>= BigInt(width)
    return field
  }
  const [state = 0, worker = 0, revisions = 0, standing = 0, isDoubted, doubts = 0, price = 0, verdict = 0, ...more] = widths.map(take)
  const [isContestedByRequester, isCounteredByStranger, seconds = 0, doubtSeconds = 0, delegated = 0] = more
  return {
    state: taskStates[state] ?? 'None',
    worker: workers[worker],
    revisions,
    standing,
    isDoubted: isDoubted === 1,
    doubts,
    price,
    verdict,
    isContestedByRequester: isContestedByRequester === 1,
    isCounteredByStranger: isCounteredByStranger === 1,
    seconds,
    doubtSeconds,
    delegated,
  }
}

export function pack({ passed, tasks }: State): bigint {
  return tasks.reduce((word, task, index) => word | (packTask(task) << (6n + taskBits * BigInt(index))), BigInt(passed))
}

export function unpack(word: bigint, taskCount: number): State {
  const mask = (1n << taskBits) - 1n
  const tasks = Array.from({ length: taskCount }, (_, index) => unpackTask((word >> (6n + taskBits * BigInt(index))) & mask))
  return { passed: Number(word & 63n), tasks }
}

/** For people: what is not as it was in the beginning. */
export function describe({ passed, tasks }: State): string {
  const parts = tasks.map((task) => {
    const said = Object.entries(task).filter(([key, value]) => key !== 'state' && value !== nothing[key as keyof Task])
    return `${task.state}${said.length === 0 ? '' : `{${said.map(([key, value]) => `${key} ${value}`).join(', ')}}`}`
  })
  return `${parts.join(' + ')} at ${passed}`
}

export const isOver = (state: TaskState): boolean => state === 'Settled' || state === 'Cancelled' || state === 'Expired'
/** A task whose children return to it what they do not spend. */
export const isAlive = (state: TaskState): boolean => taskStates.indexOf(state) >= 3 && taskStates.indexOf(state) <= 6
