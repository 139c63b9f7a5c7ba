import type { Client } from '../client.ts'
import { isDone, type StepParameters, type StepResult, step } from '../patterns/take.ts'
import { delay } from '../sync/createSync.ts'

/** What `runSteps` takes. */
export type RunStepsParameters = StepParameters & {
  /** Ends the run after the step that is under way. */
  readonly signal?: AbortSignal
  /** Told of each step. */
  readonly onStep?: (result: StepResult) => void
  /** Waits, or returns early when aborted. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/**
 * Takes one step after the other in a space, by whatever pattern is in force at each, until nothing is left to do. Looks again after the client's
 * polling interval when it was nobody's turn.
 *
 * @throws What `step` throws.
 * @example
 * ```ts
 * import { runSteps } from '@hanse/sdk/runtime'
 *
 * const done = await runSteps(client, { chainId: 1, space, work: ({ item }) => answerTo(item) })
 * ```
 * @returns How many items it did.
 */
export async function runSteps(client: Client, parameters: RunStepsParameters): Promise<number> {
  const { signal = new AbortController().signal, onStep = () => {}, wait = delay, ...rest } = parameters
  let did = 0
  while (!signal.aborted) {
    const result = await step(client, rest)
    onStep(result)
    if (result.kind === 'did') did += 1
    else if (isDone(result.view)) return did
    else await wait(client.pollingIntervalMs, signal)
  }
  return did
}
