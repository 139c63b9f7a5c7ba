import type { Plant } from './plant.ts'

const escrow = 'contracts/tasks/TaskEscrow.sol'
const deposits = 'contracts/tasks/Deposits.sol'
const rules = 'contracts/tasks/TermsRules.sol'
const payments = 'contracts/tasks/Payments.sol'
const push = 'contracts/tasks/PushPayment.sol'

const invariants = ['test/contracts/tasks/TaskHandler.t.sol', 'test/contracts/tasks/TaskInvariants.t.sol']
const hostile = ['test/contracts/tasks/Hostile.t.sol']
const portal = ['test/contracts/tasks/PortalRequests.t.sol']
const terms = ['test/contracts/tasks/TermsRules.t.sol']

const edit = (file: string, find: string, replace: string) => ({ file, find, replace })

/** One per invariant of `test/invariant/tasks.md`, noticed by it alone. */
const ofInvariants: readonly Plant[] = [
  {
    bug: 'an odd unit of a refund stays behind',
    edits: [edit(escrow, 'terms.reward - pay + cost);', '((terms.reward - pay) / 2) * 2 + cost);')],
    tests: invariants,
    caughtBy: ['invariant_E1_money_is_conserved'],
    alone: true,
  },
  {
    bug: 'a late claim makes a cancelled task an expired one',
    edits: [
      edit(
        escrow,
        '            answer.refusal = Refusal.Stale;\n        } else if (!terms.admits',
        '            answer.refusal = Refusal.Stale;\n            if (task.state == TaskState.Cancelled) _step(answer.taskId, task, TaskState.Expired);\n        } else if (!terms.admits',
      ),
    ],
    tests: invariants,
    caughtBy: ['invariant_E2_an_end_is_final'],
    alone: true,
  },
  {
    bug: 'the fencing token rises once only',
    edits: [edit(escrow, 'task.token += 1;', 'if (task.token == 0) task.token = 1;')],
    tests: invariants,
    caughtBy: ['invariant_E3_the_token_rises_on_every_assignment'],
    alone: true,
  },
  {
    bug: 'a refund goes to whoever asks for the settlement',
    edits: [
      edit(
        escrow,
        '_push(terms.requester, terms.requester, terms.token, terms.reward - pay + cost);',
        '_push(terms.requester, msg.sender, terms.token, terms.reward - pay + cost);',
      ),
    ],
    tests: invariants,
    caughtBy: ['invariant_E4_nobody_gains_but_the_payee'],
    alone: true,
  },
  {
    bug: 'the bond of a remote worker returns to the deposit for its namesake at home',
    edits: [
      edit(
        deposits,
        '        _deposits[_depositKey(sponsor, actor.chainId, actor.account, token)] += amount;',
        '        _deposits[_depositKey(sponsor, block.chainid, actor.account, token)] += amount;',
      ),
    ],
    tests: invariants,
    caughtBy: ['invariant_E5_only_its_actor_locks_a_deposit'],
    alone: true,
  },
  {
    bug: 'the latest end is when claims end',
    edits: [
      edit(
        rules,
        'return uint256(terms.openUntil) + terms.workWindow + remote + terms.reviewWindow + terms.grace;',
        'return uint256(terms.openUntil) + remote * 0;',
      ),
    ],
    tests: invariants,
    caughtBy: ['invariant_E6_a_stranger_can_end_every_task'],
    alone: true,
  },
  {
    bug: 'anybody may judge',
    edits: [edit(escrow, '        require(msg.sender == terms.evaluator, TaskWrongCaller(taskId, terms.evaluator, msg.sender));\n', '')],
    tests: invariants,
    caughtBy: ['invariant_E7_every_call_ends_as_the_books_say'],
    alone: true,
  },
]

/** One per idea of the other tests. */
const named: readonly Plant[] = [
  {
    bug: 'what arrives is not measured',
    edits: [edit(payments, '        require(arrived == amount, AmountMismatch(token, amount, arrived));\n', '')],
    tests: hostile,
    caughtBy: ['test_RevertWhen_a_token_brings_another_amount'],
  },
  {
    bug: 'a token that says no is believed to have paid',
    edits: [edit(push, '(size >= 32 && answer == 1)', 'size >= 32')],
    tests: hostile,
    caughtBy: ['test_a_token_that_cannot_pay_leaves_credits'],
  },
  {
    // The 64th that stays behind could never pay for a credit, so what is lost is only the word of what is wrong.
    bug: 'a payment is tried with whatever gas there is',
    edits: [edit(push, '        require(available >= needed, PaymentGasShort(available, needed));\n', '')],
    tests: hostile,
    caughtBy: ['test_short_gas_says_so'],
  },
  {
    bug: 'a portal acts for workers of other chains',
    edits: [edit(escrow, 'task.worker != answer.account || _chainOf(taskId, task) != chainId', 'task.worker != answer.account')],
    tests: portal,
    caughtBy: ['test_an_actor_is_of_one_chain'],
  },
  {
    bug: 'the clock runs on while the lane stands still',
    edits: [edit(escrow, 'return deadline + (stopped < Limits.MAX_STOP ? stopped : Limits.MAX_STOP);', 'return deadline + stopped * 0;')],
    tests: portal,
    caughtBy: ['test_a_stopped_lane_stops_the_clock'],
  },
  {
    bug: 'stops move a deadline without bound',
    edits: [edit(escrow, 'return deadline + (stopped < Limits.MAX_STOP ? stopped : Limits.MAX_STOP);', 'return deadline + stopped;')],
    tests: portal,
    caughtBy: ['test_stops_are_bounded'],
  },
  {
    bug: 'the terms of a claim are not those of the task it names',
    edits: [edit(escrow, 'answer.taskId != taskIdOf(terms) || task.state', 'task.state')],
    tests: portal,
    caughtBy: ['test_an_id_that_is_not_of_the_terms_is_stale', 'testFuzz_a_turned_bit_never_claims'],
  },
  {
    bug: 'silence may pay less than the floor',
    edits: [edit(rules, 'terms.silence <= WHOLE && terms.silence >= terms.floor', 'terms.silence <= WHOLE')],
    tests: terms,
    caughtBy: ['test_RevertWhen_silence_pays_less_than_the_floor', 'testFuzz_any_terms'],
  },
]

export const taskPlants: readonly Plant[] = [...ofInvariants, ...named]
