/** What to do about a Solidity error, where the notice in the contract does not say it all. */
export type Hint = { readonly retryable?: boolean; readonly nextAction?: string }

const hints: Readonly<Record<string, Hint>> = {
  GasShort: { retryable: true, nextAction: 'Send the same call with more gas, or deliver fewer messages at once.' },
  LaneIsStopped: { retryable: true, nextAction: 'Wait until the stop ends; clocks that wait for the lane stand still too.' },
  EscrowPaused: { retryable: true, nextAction: 'Wait until the pause ends. Refunds, submissions and withdrawals go on.' },
  HeadNotVouched: { nextAction: 'Ask watchers for attestations of the current set over this head.' },
  DestinationNotLinked: { nextAction: 'Link the chains first, or send to a chain that is linked.' },
  TaskDeadlineNotReached: { retryable: true, nextAction: 'Call again after `notBefore`.' },
  TaskDeadlinePassed: { nextAction: 'Only the default of this state counts now; anyone may trigger it.' },
  TaskTokenStale: { nextAction: 'Read the task again: it was assigned anew.' },
  TaskWrongState: { nextAction: 'Read the task again before the next step.' },
  RequestRefused: { nextAction: 'Read `refusal` in `args`: home would tell the portal the same. Mend what it names and sign again.' },
  WindowTooShort: { nextAction: 'Make the windows or the grace longer, or do not admit the chain.' },
  DepositInsufficient: { nextAction: 'Deposit for the account on its chain first, or name another sponsor.' },
  AmountMismatch: { nextAction: 'Send the exact amount. Coins that take a fee on transfer do not fit.' },
  CellStale: { retryable: true, nextAction: 'Read the cell again and write on top of what is there: see `cell.edit`.' },
  CellLeased: { retryable: true, nextAction: 'Wait until `leaseEnd`, or ask the holder.' },
  LeaseNotHeld: { nextAction: 'Stop the work: another may hold the cell now. Acquire it anew.' },
  MirrorTooOld: { retryable: true, nextAction: 'Have home send the cell again: see `cell.sendCell`.' },
  AgentAlreadyRegistered: { nextAction: 'Choose another salt.' },
}

/** What is known to do about the error of that name. */
export function hintOf(name: string): Hint {
  return hints[name] ?? {}
}
