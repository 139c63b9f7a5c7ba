/** What each figure may cost at most. */
export const bars: Readonly<Record<string, number>> = {
  'gateway.send.32B': 45_000,
  'gateway.send.limits.32B': 50_000,
  'gateway.broadcast.32B': 45_000,
  'gateway.deliver.1x32B.3of5': 75_000,
  'gateway.deliver.10x32B.3of5': 13_000,
  'gateway.deliver.100x32B.3of5': 6_500,
  'gateway.deliver.100x256B.3of5': 13_000,
  'gateway.deliver.100x1024B.3of5': 44_000,
  'task.lostClaim': 27_000,
  'task.auction.signedBids.10': 75_000,
  'task.auction.signedBids.1000': 75_000,
  'agent.register': 80_000,
  'agent.registerBatch.100': 60_000,
  'agent.heartbeat.100': 10_000,
}
