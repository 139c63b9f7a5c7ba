export * from './attestation.ts'
export * from './attributes.ts'
export * from './broadcast.ts'
export * from './completeRotation.ts'
export * from './deliver.ts'
export * from './deliverPending.ts'
export * from './explainFailure.ts'
export {
  type Attestations,
  type FetchAttestationsParameters,
  fetchAttestations,
  type Lie,
  type VouchedHead,
} from './fetchAttestations.ts'
export * from './getDelivery.ts'
export * from './getLane.ts'
export * from './getLaneHistory.ts'
export * from './getLink.ts'
export * from './getMessages.ts'
export * from './getPendingRotation.ts'
export * from './getRoster.ts'
export * from './getStatus.ts'
export * from './header.ts'
export * from './interoperable.ts'
export * from './isExpired.ts'
export * from './lane.ts'
export * from './messages.ts'
export type { BatchLimits } from './planBatches.ts'
export * from './proposeRotation.ts'
export * from './reportExpired.ts'
export * from './retry.ts'
export * from './sendMessage.ts'
export * from './submitEvidence.ts'
