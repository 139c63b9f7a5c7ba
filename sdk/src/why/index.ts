export * from './answer.ts'
export * from './whyMessage.ts'
export * from './whyTask.ts'
