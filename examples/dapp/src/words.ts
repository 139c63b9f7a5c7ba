/** The first and last digits of an id. */
export const short = (id: string): string => (id.length > 14 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id)

/** Absolute time, from seconds. */
export const timeOf = (seconds: number | bigint): string => new Date(Number(seconds) * 1000).toISOString().replace('T', ' ').slice(0, 19)

/** What to tell of a thrown thing. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
