/** What a code of `why` means: it is so because; who acts; what to do. Markdown. */
export type WhyMeaning = readonly [because: string, who: string, what: string]

/** Every code that an answer of `why` can have. `docs/why.md` is made of it. */
export const whyCodes = {
  // Messages
  MessageUnknown: ["the origin's gateway sent no such message, or a reorg undid it", 'nobody', 'check id and chain'],
  MessageConsumed: ['its recipient ran', 'nobody', 'nothing'],
  MessageFailed: [
    'its recipient reverted, ran out of gas, or answered wrongly; `evidence.reason` says which',
    'anyone',
    '`gateway.retry` once the reason is gone; `WouldRun` says that it is',
  ],
  MessageGasTooLow: ['it failed, because its recipient needs more than `evidence.gasLimit`', 'anyone', '`gateway.retry` with more `gas`'],
  MessageExpired: ['it came after its `deliverBefore`', 'anyone, until `evidence.reported`', '`gateway.reportExpired`'],
  MessageSkipped: ['it is older than the link of its lane', 'nobody', 'nothing; it never runs there'],
  MessageLaneNotLinked: ['the destination does not know its lane', 'governance', 'link the lane'],
  MessageLaneStopped: ['a guardian stopped the lane, for at most 7 days', 'governance', 'wait, or resume the lane'],
  MessageAwaitsFinality: ['a reorg could still undo it', 'nobody', 'wait'],
  MessageAwaitsSignatures: [
    'too few watchers signed a head that covers it (`evidence.signatures` of `evidence.quorum`); only with `attestationUrls`',
    'watchers',
    'look at `/ready` of those that did not',
  ],
  MessageAwaitsDelivery: ['nobody delivered it yet', 'anyone; the watchers when they were not asked', '`gateway.deliverPending`'],
  // Lanes
  LaneNotLinked: ['the destination does not know it', 'governance', 'link the lane'],
  LaneStopped: ['a guardian stopped it until `deadline`, for at most 7 days', 'governance', 'wait, or resume the lane'],
  LaneUnvouched: ['messages wait, and its destination has no generation of watchers that could vouch for them', 'governance', 'adopt one'],
  LaneAwaitsMessage: [
    'messages wait (`evidence.waiting`), from `evidence.nonce` on; `evidence.messageCode` is the row of that message above',
    'who has to move that message',
    'what moves that message',
  ],
  LaneRetryDue: [
    'all was delivered, and messages failed (`evidence.failed`); `evidence.messageCode` is the row of the oldest, which holds up no other',
    'anyone',
    '`gateway.retry` once the reason is gone',
  ],
  LaneReportDue: ['messages came too late, and the origin was not told', 'anyone', '`gateway.reportExpired`'],
  LaneDestinationNotLinked: ['nothing waits, and its origin sends nothing more there', 'governance', 'link the destination'],
  LaneUnused: ['nothing was ever sent over it', 'anyone', '`gateway.sendMessage`'],
  LaneQuiet: ['all that was sent came to its end', 'nobody', 'nothing'],
  // Tasks
  TaskUnknown: ['no such task was posted there', 'nobody', 'check id and chain'],
  TaskParentOver: ['it is open, and the task that pays for it is over', 'anyone', '`task.closeChild`'],
  TaskAwaitsPrerequisites: ['it is open, and nobody showed that what it needs first is settled', 'anyone', '`task.confirmPrerequisites`'],
  TaskAwaitsBid: ['it is open for bids', 'anyone', '`task.propose`'],
  TaskAwaitsPrice: ['it is open at a price that moves (`evidence.share`)', 'anyone', '`task.claim` with `minShare`'],
  TaskAwaitsCondition: [
    'it is open, and a gate lets nobody claim it until the blackboard says so (`evidence.condition`, of `evidence.key` in `evidence.space`)',
    'who may write there; of a copy (`evidence.homeChainId`) anyone, by sending it again',
    '`cell.write` or `topic.append`; `cell.sendCell` or `topic.sendTopic` at its home',
  ],
  TaskAwaitsHire: ['it is open without a bond, so nobody can claim it', 'the requester', '`task.hire`'],
  TaskAwaitsClaim: ['it is open', 'anyone', '`task.claim`'],
  TaskAwaitsBetterBid: ['a bid leads its auction (`evidence.share`)', 'anyone', '`task.propose`'],
  TaskAwaitsAnswer: ['somebody doubts that its worker is alive (`evidence.doubtedBy`)', 'the worker', '`task.alive`'],
  TaskAwaitsRevision: ['the evaluator asked for a revision', 'the worker', '`task.submit`'],
  TaskAwaitsWork: ['it has a worker', 'the worker', '`task.submit`'],
  TaskAwaitsVerdict: ['work was handed in', 'the evaluator', '`task.decide`, or `task.revise`'],
  TaskAwaitsCounter: ['a lesser verdict is proposed (`evidence.proposedVerdict`)', 'the worker', '`task.counter`'],
  TaskAwaitsRuling: ['the proposed verdict is disputed', 'the arbitrator', '`task.rule`'],
  TaskRequestUnderWay: [
    'an account of another chain asked for something (`evidence.requestAction`), and home has not heard it; `evidence.messageCode` is the row of its message above',
    'who has to move that message',
    'what moves that message',
  ],
  TaskLaneStopped: ["the lane from its worker's chain stands still, and its windows wait", 'governance', 'wait, or resume the lane'],
  TaskAwaitsGrace: ['a deadline passed, and a message on its way may still count', 'nobody', 'wait'],
  TaskExpiryDue: ['nobody took it in time', 'anyone', '`task.expire`'],
  TaskAwardDue: ['nobody made a better bid in time', 'anyone', '`task.award`'],
  TaskLapseDue: ['the worker did not hand in in time, or left a doubt unanswered', 'anyone', '`task.lapse`'],
  TaskRedeliveryDue: ['the same, and something was delivered before', 'anyone', '`task.lapse`: that stands for review again'],
  TaskSettlementDue: ['the evaluator was silent', 'anyone', '`task.settle`'],
  TaskConcessionDue: ['nobody countered the proposed verdict', 'anyone', '`task.resolve`'],
  TaskDefaultSplitDue: ['the arbitrator was silent', 'anyone', '`task.resolve`'],
  TaskSettled: ['it is over, and was paid by its verdict', 'nobody', 'nothing; payments that failed wait for `task.withdraw`'],
  TaskCancelled: ['its requester took it back', 'nobody', 'nothing; payments that failed wait for `task.withdraw`'],
  TaskExpired: ['nobody took it in time, and its money went back', 'nobody', 'nothing; payments that failed wait for `task.withdraw`'],
  // Requests
  RequestGranted: ['home did it, and its answer is there', 'the worker after a claim, otherwise nobody', '`task.submit`'],
  RequestAwaitsAnswer: [
    'home did it, and its answer is not back yet; `evidence.answerCode` is the row of that message',
    'who has to move that message',
    'nothing: it counts already',
  ],
  RequestUnanswered: ['home heard it, and had no gas left to answer', 'anyone', '`task.getTask`; `task.sendAnswer` tells it again'],
  RequestRefused: ['home refused it; `evidence.refusal` says why', 'the account that asked', 'see below'],
  // Agents
  AgentUnknown: ['nobody registered it on that chain', 'anyone', 'check id and chain'],
  AgentRetired: ['its controller ended it', 'nobody', 'register another with another salt'],
  AgentAlive: ['it says that it lives until `deadline`', 'its controller', '`agent.heartbeat` before then'],
  AgentSilent: ['its `liveUntil` is past', 'its controller, or an operator', '`agent.heartbeat`'],
  Linked: ['controller and account both said so', 'nobody', 'nothing'],
  LinkAgentUnknown: ['the agent is unknown or retired there', 'nobody', 'see `why.whyAgent`'],
  LinkAwaitsDeclaration: ["the controller did not say that the account is the agent's", 'the controller', '`agent.declareAccount`'],
  LinkAwaitsClaim: ['the account did not say so, or its message is under way', 'the account', '`agent.claimAgent` on its chain'],
  LinkElsewhere: ['the account named another agent since (`evidence.claimedAgentId`)', 'the account', '`agent.claimAgent`'],
  IdentityProven: ['it was declared, and its owner is the controller or a linked account', 'nobody', 'judge its registry yourself'],
  IdentityAgentUnknown: ['the agent is unknown or retired there', 'nobody', 'see `why.whyAgent`'],
  IdentityAwaitsDeclaration: ["the controller did not say that it is the agent's", 'the controller', '`agent.declareIdentity`'],
  IdentityMissing: ['its registry names no owner', 'nobody', 'check registry and id'],
  IdentityAwaitsReport: ['nobody told this chain who owns it', 'anyone', '`agent.reportIdentity` on its chain'],
  IdentityOwnerNotLinked: ["its owner (`evidence.owner`) is not the agent's", 'the controller', 'link that account'],
  // Agreements
  AgreementCancelled: ['its proposer withdrew it', 'nobody', 'nothing'],
  AgreementExpired: ['it, or an acceptance of it, ran out', 'nobody', 'propose it again'],
  AgreementPlanMalformed: [
    'it calls itself a plan and its data is none',
    'nobody',
    'do not sign it; propose it again with `agreement.createIntent`',
  ],
  AgreementEpochStale: [
    'its charter was amended since (`evidence.currentEpoch`)',
    'anyone',
    'propose it again after a look at `charter.diff`',
  ],
  AgreementAwaitsExecution: ['all accepted on the path of ERC-8001', 'anyone', '`agreement.execute`'],
  AgreementAwaitsSignatures: [
    'too few have signed, or nobody brought their signatures',
    'anyone',
    '`agreement.signAcceptance`, `agreement.agree`',
  ],
  AgreementLegFailed: ['a call of a leg failed on its chain, and all of the leg was undone', 'anyone', '`agreement.retryLeg`'],
  AgreementAwaitsReports: ['a chain did not report yet', 'watchers', 'wait'],
  AgreementLegExpired: ['a leg came after its deadline', 'nobody', 'agree again'],
  AgreementDone: ['it was carried out, on every chain', 'nobody', 'nothing'],
  // Cells
  CellSpaceUnknown: ['nobody opened the space on that chain, and no charter has its id', 'nobody', 'check the space and the chain'],
  CellLeased: [
    'somebody holds it (`evidence.holder`) until `deadline`',
    'the holder',
    '`cell.write`, `cell.handoff`, `cell.release`; others wait',
  ],
  CellFree: ['nobody holds it', 'a writer of the space', '`cell.write` at `evidence.version`, or `cell.acquire`'],
  CellEmpty: ['nothing ever happened to it', 'a writer of the space', '`cell.write` at version 0'],
  // Mirrors
  MirrorBoardNotLinked: [
    'its chain does not believe the blackboard of the home, or the home does not know the one here; `owner.chainId` says which',
    'governance',
    'link the blackboard',
  ],
  MirrorOriginalEmpty: ['nothing ever happened to the original', 'anyone', '`cell.write`, `topic.append` at home'],
  MirrorContradictsHome: [
    "it shows what its home does not have: a node that is behind, a broken finality, or a home's blackboard that lied",
    'governance',
    'ask another node of the home; if it stays so, unlink its blackboard',
  ],
  MirrorUpdateUnderWay: [
    'something newer is on its way (`evidence.sentVersion`); `evidence.messageCode` is the row of its message above',
    'who has to move that message',
    'what moves that message',
  ],
  MirrorMissing: ['the original was never sent here', 'anyone', '`cell.sendCell`, `topic.sendTopic` at home'],
  MirrorBehind: [
    'home moved on since (`evidence.version` of `evidence.homeVersion`), and that was not sent',
    'anyone',
    '`cell.sendCell`, `topic.sendTopic` at home',
  ],
  MirrorCurrent: ['it shows what stands at home; `evidence.age` says since how many seconds that is known', 'nobody', 'nothing'],
  // Workflows
  WorkflowSucceeded: ['every step ended, and nothing failed that matters', 'nobody', 'nothing'],
  WorkflowFailed: [
    'something failed that matters (`evidence.fatal`), and what could be undone is',
    'nobody',
    'nothing; start another under another name',
  ],
  WorkflowStepDue: [
    'a step (`evidence.step`) can be posted, shown to be ready, or taken back',
    'the requester',
    'run it: `runWorkflow`, `hanse workflow resume`',
  ],
  WorkflowAwaitsStep: [
    'a step is under way; `evidence.stepCode` is the row of its task above',
    'who has to act on that task',
    'what its row says',
  ],
  WorkflowAwaitsFinality: ['a reorg could still undo the end of a step', 'nobody', 'wait'],
  WorkflowFailing: [
    'something failed that matters, and a step is still under way; `evidence.stepCode` is the row of its task',
    'who has to act on that task',
    'what its row says',
  ],
  WorkflowTakeBackDue: [
    'something failed that matters, and a task that nobody claimed stands open',
    'the requester',
    'run it: `runWorkflow`, `hanse workflow resume`',
  ],
  WorkflowUndoDue: [
    'it failed, and what succeeded is to be undone next',
    'the requester',
    'run it: `runWorkflow`, `hanse workflow resume`',
  ],
  WorkflowAwaitsUndo: [
    'what undoes a step is under way; `evidence.stepCode` is the row of its task',
    'who has to act on that task',
    'what its row says',
  ],
  WorkflowChainSilent: [
    'a chain of it gave no answer (`evidence.silentChains`), and nothing else is due',
    'anyone',
    'try another RPC url; its steps wait as they are',
  ],
} as const satisfies Readonly<Record<string, WhyMeaning>>

/** Stable word for programs. */
export type WhyCode = keyof typeof whyCodes
