export * from '../topic/index.ts'
export * from './subscribe.ts'
