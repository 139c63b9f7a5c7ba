type Lock = { packages: Record<string, Record<string, unknown>> }

/** Returns the repaired lock and one line for each change; changes nothing itself. */
export function fillLock(lock: Lock): { lock: Lock; changes: string[] }
