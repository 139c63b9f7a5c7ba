/** What a watcher says of itself over HTTP. */
export type WatcherHealth = { name: string; state: 'ready' | 'starting' | 'gone' }

/** Asks a watcher's `/ready`; a watcher that does not answer within a second is gone. */
export async function healthOf(name: string, url: string): Promise<WatcherHealth> {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(1_000) })
    return { name, state: answer.ok ? 'ready' : 'starting' }
  } catch {
    // No answer is the answer: a killed watcher refuses connections.
    return { name, state: 'gone' }
  }
}

/** One word per watcher. */
export const formatWatcher = ({ name, state }: WatcherHealth): string => `${name} ${state}`
