export * from '../gateway/index.ts'
export { type TrackEnd, type TrackParameters, type TrackStage, track, waitForDelivery } from './track.ts'
