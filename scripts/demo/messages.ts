import type { WorldInfo } from '@hanse/devnet'
import type { Address, Hex } from 'viem'

/** What the agents of the demo tell their parent, if they have one. */
export type AgentMessage =
  | { event: 'ready' }
  | { event: 'posted'; name: string; specHash: Hex }
  | { event: 'working'; taskId: Hex; token: number }
  | { event: 'settled'; taskId: Hex }
  | { event: 'trouble'; message: string }

/** The file that tells an agent about the world, written by the demo. */
export type AgentFile = { world: WorldInfo; home: number; token: Address; content: string }
