/**
 * One contract of the suite: where its ABI comes from and where its creation code goes. `parts` are contracts that run at its address, so what they
 * answer, report and refuse is in its ABI too.
 */
export type SuiteContract = { name: string; abi: string; fallback?: string; parts?: readonly string[]; buildDir: string }

/** A contract that nobody calls at its own address: it has creation code and no ABI in the SDK. */
export type SuitePart = Pick<SuiteContract, 'name' | 'buildDir'>

const escrowParts = ['TaskAssignments', 'TaskReviews', 'PortalDesk'] as const

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
  { ...deployed('TaskEscrow', 'ITaskEscrow'), parts: escrowParts },
  deployed('TaskPortal', 'ITaskPortal'),
  deployed('AgentRegistry', 'IAgentRegistry'),
  deployed('AgentLinks'),
  deployed('Blackboard', 'IBlackboard'),
  deployed('Charters', 'ICharters'),
  deployed('Agreements', 'IAgreements'),
  deployed('RisingReward'),
  deployed('SignedBids'),
  deployed('ClaimGates'),
  deployed('ClaimGate'),
  deployed('QuorumPanels'),
  deployed('QuorumVerdict'),
  deployed('HashCheck'),
  deployed('TaskFunding'),
  deployed('AccessManager'),
  deployed('TimelockController'),
  { name: 'DevToken', abi: 'devToken', buildDir: 'devnet/build' },
]

/** What the escrow of tasks is made of besides itself. */
export const suiteParts: readonly SuitePart[] = escrowParts.map((name) => ({ name, buildDir: 'deploy/build' }))
