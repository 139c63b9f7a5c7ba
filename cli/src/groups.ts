import type { AnyCommand } from './command.ts'

/** A command's file, read only when the command is named. */
type Loader = () => Promise<{ readonly command: AnyCommand }>

/** What stands after `hanse`: one command, or several under one word. */
export type Group = { readonly name: string; readonly summary: string } & (
  | { readonly command: Loader }
  | { readonly commands: Readonly<Record<string, Loader>> }
)

/** All commands. Help of `hanse` itself reads nothing but this table. */
export const groups: readonly Group[] = [
  {
    name: 'deploy',
    summary: 'Put the contracts on chains, at the same addresses',
    commands: {
      plan: () => import('./commands/deploy/plan.ts'),
      apply: () => import('./commands/deploy/apply.ts'),
      check: () => import('./commands/deploy/check.ts'),
    },
  },
  {
    name: 'devnet',
    summary: 'Local chains with chosen rules, and faults on purpose',
    commands: {
      up: () => import('./commands/devnet/up.ts'),
      run: () => import('./commands/devnet/run.ts'),
      status: () => import('./commands/devnet/status.ts'),
      fund: () => import('./commands/devnet/fund.ts'),
      fault: () => import('./commands/devnet/fault.ts'),
      down: () => import('./commands/devnet/down.ts'),
    },
  },
  { name: 'doctor', summary: 'Look for what is wrong, and say what to do', command: () => import('./commands/doctor.ts') },
  { name: 'keystore', summary: 'Keep the key of the deployer in an encrypted file', command: () => import('./commands/keystore.ts') },
]
