export * from './answer.ts'
export * from './whyAgent.ts'
export * from './whyMessage.ts'
export * from './whyTask.ts'
