/** Places at which a test may let the process die, between making something durable and acting on it. */
export type CrashPoint = 'sign-guard-written' | 'head-signed' | 'transaction-persisted' | 'transaction-broadcast' | 'messages-stored'

/**
 * Test hook: kills this process with SIGKILL at the point that HANSE_TEST_CRASH_AT names, as a power cut would. Does nothing without
 * HANSE_TEST_HOOKS=1, so that one stray variable cannot stop a watcher.
 */
export function testCrashHook(point: CrashPoint): void {
  if (process.env.HANSE_TEST_HOOKS === '1' && process.env.HANSE_TEST_CRASH_AT === point) process.kill(process.pid, 'SIGKILL')
}
