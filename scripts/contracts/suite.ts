/** One contract of the suite: where its ABI comes from and where its creation code goes. */
export type SuiteContract = { name: string; abi: string; fallback?: string; buildDir: string }

const deployed = (name: string, fallback?: string): SuiteContract => ({
  name,
  abi: name.charAt(0).toLowerCase() + name.slice(1),
  buildDir: 'deploy/build',
  ...(fallback === undefined ? {} : { fallback }),
})

/** Every contract whose ABI the SDK carries. Until an implementation exists, its interface stands in and there is no creation code. */
export const suite: readonly SuiteContract[] = [
  deployed('Gateway', 'IGateway'),
  deployed('WatcherSet', 'IWatcherSet'),
  deployed('TaskEscrow', 'ITaskEscrow'),
  deployed('TaskPortal', 'ITaskPortal'),
  deployed('AgentRegistry', 'IAgentRegistry'),
  deployed('AccessManager'),
  deployed('TimelockController'),
  { name: 'DevToken', abi: 'devToken', buildDir: 'devnet/build' },
]
