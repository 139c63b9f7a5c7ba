/** What working together costs is paid for: finding each other, agreeing, doing, judging, paying, and being in each other's way. */
export const activities = ['discover', 'negotiate', 'execute', 'verify', 'settle', 'conflict'] as const

/** What something was done for. */
export type Activity = (typeof activities)[number]

/** Of each contract of the suite what its functions are for, by name. Every function that costs gas stands here, but those of governance. */
export const activityOfFunction: Readonly<Record<string, Readonly<Record<string, Activity>>>> = {
  agentRegistry: all(
    'discover',
    'heartbeat heartbeatFor heartbeatBatch setOperator setOperatorFor register registerFor registerBatch update updateFor setPayout',
    {
      settle: 'retire retireFor revokeSignatures',
    },
  ),
  agentLinks: all('discover', 'claimAgent declareAccount declareIdentity reportIdentity'),
  charters: all('negotiate', 'adopt amend announce writeMembers'),
  agreements: all('negotiate', 'proposeCoordination acceptCoordination cancelCoordination executeCoordination withdrawIntent agree', {
    execute: 'runLeg retryLeg sendReport',
  }),
  blackboard: all('execute', 'write writeMany acquire renew handoff release append propose proposeEntry sendCell sendTopic', {
    negotiate: 'openSpace setWriters setController setMaxLease',
  }),
  gateway: all('execute', 'sendMessage broadcast', { verify: 'deliver', conflict: 'retry reportExpired' }),
  watcherSet: all('verify', 'proposeRotation completeRotation cancelRotation', { conflict: 'submitEvidence' }),
  taskEscrow: all(
    'negotiate',
    'open openFor openChild claim claimUnder claimWith claimFor hire award handoff handoffBetween propose cancel revoke revokeSignature',
    {
      execute: 'submit submitFor submitChecked giveUp giveUpFor alive aliveFor',
      verify: 'decide revise confirmPrerequisites sendAnswer sendAnswerTo sendReceipt',
      settle: 'deposit settle split closeChild withdrawTo withdrawDeposit',
      conflict: 'lapse expire suspect contest counter counterFor rule resolve',
    },
  ),
  taskPortal: all('negotiate', 'claim handoff', { execute: 'submit alive giveUp', verify: 'askReceipt', conflict: 'counter' }),
  taskFunding: all('negotiate', 'openMany openWithAuthorization openWithPermit'),
  quorumPanels: all('verify', 'create'),
  claimGates: all('negotiate', 'create'),
}

function all(activity: Activity, names: string, others: Partial<Record<Activity, string>> = {}): Readonly<Record<string, Activity>> {
  const groups = [[activity, names], ...activities.map((other) => [other, others[other] ?? ''] as const)] as const
  const listed = groups.flatMap(([of, list]) => list.split(' ').map((name) => [name, of] as const))
  return Object.fromEntries(listed.filter(([name]) => name !== ''))
}
