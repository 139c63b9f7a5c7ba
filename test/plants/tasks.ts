import type { Plant } from './plant.ts'

const folder = 'contracts/tasks'
const base = `${folder}/TaskBase.sol`
const escrow = `${folder}/TaskEscrow.sol`
const assignments = `${folder}/TaskAssignments.sol`
const reviews = `${folder}/TaskReviews.sol`
const steps = `${folder}/ActorSteps.sol`
const deposits = `${folder}/Deposits.sol`
const rules = `${folder}/TermsRules.sol`
const payments = `${folder}/Payments.sol`
const push = `${folder}/PushPayment.sol`

const tests = (...names: string[]) => names.map((name) => `test/contracts/tasks/${name}.t.sol`)
const path = tests('TaskHandler', 'TaskInvariants')
const rights = tests('RightsHandler', 'RightsInvariants')

const edit = (file: string, find: string, replace: string) => ({ file, find, replace })
const plant = (bug: string, files: readonly string[], caughtBy: string | readonly string[], ...edits: Plant['edits']): Plant => ({
  bug,
  tests: files,
  caughtBy: typeof caughtBy === 'string' ? [caughtBy] : caughtBy,
  edits,
})
const without = (file: string, line: string) => edit(file, line, '')

/** E1 to E7 of `test/invariant/tasks.md`. */
const ofPath: readonly Plant[] = [
  plant(
    'an odd unit of a refund stays behind',
    path,
    'invariant_E1_money_is_conserved',
    edit(base, '_refund(taskId, terms, left, cost);', '_refund(taskId, terms, (left / 2) * 2, cost);'),
  ),
  plant(
    'a late claim makes a cancelled task an expired one',
    path,
    'invariant_E2_an_end_is_final',
    edit(
      steps,
      'task.state != TaskState.Open || task.token != token) {\n            answer.refusal = Refusal.Stale;\n        } else if (!_admitsChain',
      'task.state != TaskState.Open || task.token != token) {\n            answer.refusal = Refusal.Stale;\n            if (task.state == TaskState.Cancelled) _step(answer.taskId, task, TaskState.Expired);\n        } else if (!_admitsChain',
    ),
  ),
  plant(
    'the fencing token rises once only',
    path,
    'invariant_E3_the_token_rises_on_every_assignment',
    edit(base, 'task.token += 1;', 'if (task.token == 0) task.token = 1;'),
  ),
  plant(
    'a refund goes to whoever asks for the settlement',
    path,
    'invariant_E4_nobody_gains_but_the_payee',
    edit(
      base,
      'return _push(terms.requester, terms.requester, terms.token, amount + cost);',
      'return _push(terms.requester, msg.sender, terms.token, amount + cost);',
    ),
  ),
  plant(
    'the bond of a remote worker returns to the deposit for its namesake at home',
    path,
    'invariant_E5_only_its_actor_locks_a_deposit',
    edit(
      deposits,
      '_deposits[_depositKey(sponsor, actor.chainId, actor.account, token)] += amount;',
      '_deposits[_depositKey(sponsor, block.chainid, actor.account, token)] += amount;',
    ),
  ),
  plant(
    'the latest end forgets the first round of work',
    path,
    'invariant_E6_a_stranger_can_end_every_task',
    edit(rules, 'round * (1 + uint256(terms.maxRevisions)) +', 'round * uint256(terms.maxRevisions) +'),
  ),
  plant(
    'anybody may judge',
    path,
    'invariant_E7_every_call_ends_as_the_books_say',
    without(escrow, '        require(msg.sender == terms.evaluator, TaskWrongCaller(taskId, terms.evaluator, msg.sender));\n'),
  ),
]

/** R1 to R10 of `test/invariant/tasks.md`. */
const ofRights: readonly Plant[] = [
  plant(
    'half of what a ruling leaves of the bonds stays behind',
    rights,
    'invariant_R1_all_that_is_held_is_owed',
    edit(
      reviews,
      '_push(terms.requester, terms.requester, terms.token, pot - won);',
      '_push(terms.requester, terms.requester, terms.token, (pot - won) / 2);',
    ),
  ),
  plant(
    'the arbitrator has what the worker won of the bonds',
    rights,
    'invariant_R2_everybody_has_what_the_books_say',
    edit(
      reviews,
      '_push(dispute.counterer, dispute.counterer, terms.token, won);',
      '_push(dispute.counterer, msg.sender, terms.token, won);',
    ),
  ),
  plant(
    'a revision is not counted',
    rights,
    'invariant_R3_a_task_is_where_the_books_say',
    without(reviews, '        task.revisions += 1;\n'),
  ),
  plant(
    'every other hand-off leaves the task where it was',
    rights,
    'invariant_R4_the_worker_is_who_agreed',
    edit(assignments, '        task.worker = change.to;', '        if (token % 2 == 0) task.worker = change.to;'),
  ),
  plant(
    'after a revision that nobody worked on, something else stands for review',
    rights,
    'invariant_R5_exactly_the_work_handed_in_stands_for_review',
    edit(assignments, 'bytes32 deliverable = _deliverables[taskId];', 'bytes32 deliverable = ~_deliverables[taskId];'),
  ),
  plant(
    'the bond of who hands on returns to the successor',
    rights,
    'invariant_R6_worker_bonds',
    edit(
      assignments,
      '_returnBond(taskId, sponsor, from, terms.token, terms.workerBond);',
      '_returnBond(taskId, change.sponsor, Actor(from.chainId, change.to), terms.token, sponsor == address(0) ? 0 : terms.workerBond);',
    ),
  ),
  plant(
    'an answer may come after the work is due',
    tests('Suspicions'),
    'test_a_late_doubt_does_not_put_the_lapse_off',
    edit(assignments, 'uint40(answer < deadline ? answer : deadline)', 'uint40(answer)'),
  ),
  plant(
    'what a child gives back frees half of its part',
    rights,
    'invariant_R8_what_children_have',
    edit(base, '_delegated[terms.parent] -= amount;', '_delegated[terms.parent] -= amount / 2;'),
  ),
  plant(
    'a settlement forgets the price of the bid',
    rights,
    'invariant_R9_a_settlement_stays_as_it_was_made',
    edit(base, '| outcome.verdict;', '| outcome.verdict;\n        task.price = TermsRules.WHOLE;'),
  ),
  plant(
    'only the requester ends a case that nobody ruled upon',
    rights,
    'invariant_R10_a_stranger_can_end_every_task',
    edit(
      reviews,
      '        uint16 verdict = isDisputed ?',
      '        require(!isDisputed || msg.sender == terms.requester);\n        uint16 verdict = isDisputed ?',
    ),
  ),
]

const offerToken = 'require(offer.token == task.token + 1, TaskTokenStale(taskId, task.token + 1, offer.token));'
const unguarded = (file: string, signature: string) =>
  edit(file, `${signature} external onlyEscrow nonReentrant`, `${signature} external onlyEscrow`)

const ofTokensAndCallbacks: readonly Plant[] = [
  plant(
    'what arrives is not measured, in the zoo',
    tests('TokenZoo'),
    'test_tokens_that_do_not_bring_what_they_say_are_refused',
    without(payments, '        require(arrived == amount, AmountMismatch(token, amount, arrived));\n'),
  ),
  plant(
    'what cannot be paid is lost',
    tests('TokenZoo'),
    'test_tokens_that_change_after_the_money_is_in',
    without(payments, '        if (!paid) _credit(owner, token, amount);\n'),
  ),
  plant(
    'an amount counts in 96 bits',
    tests('TokenZoo'),
    'test_huge_credits',
    edit(payments, '        _credits[account][token] += amount;', '        _credits[account][token] += uint96(amount);'),
  ),
  plant(
    'cancel may be called from inside a payment',
    tests('ReentrancyMatrix'),
    ['test_from_a_payee_of_native_coin', 'test_from_a_token_on_the_way_out'],
    edit(escrow, 'function cancel(Terms calldata terms) external nonReentrant', 'function cancel(Terms calldata terms) external'),
  ),
  plant(
    'a deposit may be made from inside one',
    tests('ReentrancyMatrix'),
    'test_from_a_token_on_the_way_in',
    edit(
      reviews,
      'function deposit(uint256 chainId, address account, address token, uint256 amount) external payable onlyEscrow nonReentrant',
      'function deposit(uint256 chainId, address account, address token, uint256 amount) external payable onlyEscrow',
    ),
  ),
  plant(
    'a check may withdraw credits while it is asked',
    tests('ReentrancyMatrix'),
    'test_from_a_check',
    unguarded(reviews, 'function withdrawTo(address token, address to)'),
  ),
  plant(
    'a policy may claim while it is asked for the price',
    tests('ReentrancyMatrix'),
    'test_from_a_price_policy',
    unguarded(assignments, 'function claimWith(Terms calldata terms, address sponsor, uint16 minShare)'),
  ),
  plant(
    'a policy may bid while it compares bids',
    tests('ReentrancyMatrix'),
    'test_from_an_auction_policy',
    unguarded(assignments, 'function propose(Terms calldata terms, Bid calldata bid, bytes calldata signature)'),
  ),
]

const ofTimesAndSignatures: readonly Plant[] = [
  plant(
    'a deadline is over on its last second',
    tests('Boundaries'),
    'test_every_window_without_a_grace',
    edit(base, 'require(block.timestamp <= deadline,', 'require(block.timestamp < deadline,'),
  ),
  plant(
    'a default is due on the last second of what it waits for',
    tests('Boundaries'),
    'test_every_window_without_a_grace',
    edit(base, 'require(block.timestamp > notBefore,', 'require(block.timestamp >= notBefore,'),
  ),
  plant(
    'silence does not wait for the grace',
    tests('Boundaries'),
    ['test_every_window_with_a_grace', 'test_every_window_with_a_grace_of_a_second'],
    edit(escrow, 'uint256(task.steppedAt) + terms.reviewWindow + terms.grace);', 'uint256(task.steppedAt) + terms.reviewWindow);'),
  ),
  plant(
    'a remote submission is late on its last second',
    tests('RemoteBoundaries'),
    'test_a_remote_submission_counts_until_its_deadline_and_a_lapse_after_the_grace',
    edit(steps, 'else if (block.timestamp > _workDeadline(taskId, task))', 'else if (block.timestamp >= _workDeadline(taskId, task))'),
  ),
  plant(
    'an offer counts for every assignment',
    tests('SignatureReplay'),
    'test_none_counts_after_the_task_opened_again',
    without(escrow, offerToken),
  ),
  plant(
    'a hand-off counts for every assignment',
    tests('SignatureReplay'),
    'test_none_counts_after_a_handoff_there_and_back',
    without(assignments, 'require(change.token == task.token, TaskTokenStale(taskId, task.token, change.token));'),
  ),
  plant(
    'an agreed end counts for every assignment',
    tests('SignatureReplay'),
    'test_none_counts_after_a_revision',
    without(reviews, 'require(agreed.token == task.token, TaskTokenStale(taskId, task.token, agreed.token));'),
  ),
  plant(
    'a signature never expires',
    tests('SignatureReplay'),
    'test_each_counts_until_its_expiry',
    without(base, '        require(block.timestamp <= expiry, SignatureExpired(expiry, block.timestamp));\n'),
  ),
  plant(
    'a signature cannot be taken back',
    tests('SignatureReplay'),
    'test_none_counts_after_it_was_taken_back',
    without(base, '        require(!_revoked[account][digest], SignatureTakenBack(account, digest));\n'),
  ),
  plant(
    'any signature counts for anybody',
    tests('SignatureForms'),
    'test_nobody_signs_for_another',
    edit(base, 'fault == ECDSA.RecoverError.NoError && signer == account', 'fault == ECDSA.RecoverError.NoError && signer != address(0)'),
  ),
]

const endOfCase = '        uint16 verdict = isDisputed ?'
const ofModules: readonly Plant[] = [
  plant(
    'a policy may ask for more than the whole',
    tests('HostilePolicy'),
    'test_a_price_over_the_whole_is_refused',
    edit(assignments, 'share >= minShare && share != 0 && share <= TermsRules.WHOLE', 'share >= minShare && share != 0'),
  ),
  plant(
    'a policy may pay less than the worker takes',
    tests('HostilePolicy'),
    'test_a_price_under_what_the_worker_takes_is_refused',
    edit(assignments, 'share >= minShare && share != 0 &&', 'share != 0 &&'),
  ),
  plant(
    'a policy is asked before an award',
    tests('HostilePolicy'),
    'test_no_module_blocks_award_and_lapse',
    edit(
      assignments,
      '        task.window = terms.workWindow;\n',
      '        task.window = terms.workWindow;\n        require(IAuctionPolicy(terms.allocation).isBetter(terms.allocationParams, 0, task.price));\n',
    ),
  ),
  plant(
    'an arbitrator is asked before its silence counts',
    tests('HostilePolicy'),
    'test_no_module_blocks_the_end_of_a_review_or_a_dispute',
    edit(reviews, endOfCase, `        IDeliverableCheck(terms.arbitrator).check(taskId, 0, "");\n${endOfCase}`),
  ),
]

const panels = 'contracts/evaluation/panels/QuorumPanels.sol'
const panel = 'contracts/evaluation/panels/QuorumVerdict.sol'
const adapter = 'contracts/disputes/ArbitratorAdapter.sol'
const central = 'contracts/disputes/examples/CentralizedArbitrator.sol'
const funding = `${folder}/TaskFunding.sol`
const quorum = ['test/contracts/evaluation/QuorumVerdict.t.sol']
const arbitration = ['test/contracts/disputes/ArbitratorAdapter.t.sol']

const around: readonly Plant[] = [
  plant(
    'a judge may sit twice on a panel',
    quorum,
    'test_RevertWhen_APanelIsUnsound',
    edit(panels, 'judges[i] > previous', 'judges[i] >= previous'),
  ),
  plant(
    'a panel may need more judges than it has',
    quorum,
    'test_RevertWhen_APanelIsUnsound',
    edit(panels, 'quorum != 0 && quorum <= judges.length', 'quorum != 0'),
  ),
  plant(
    'one judge less is enough',
    [...quorum, 'test/contracts/evaluation/QuorumSubsets.t.sol'],
    ['test_RevertWhen_TheQuorumIsMissed', 'testFuzz_OnlyAQuorumOfJudgesCounts'],
    edit(panel, 'require(signatures.length >= quorum,', 'require(signatures.length + 1 >= quorum,'),
  ),
  plant(
    'anybody rules for the arbitrator',
    arbitration,
    'test_RevertWhen_SomebodyElseRules',
    without(adapter, '        require(msg.sender == address(ARBITRATOR), NotArbitrator(msg.sender));\n'),
  ),
  plant(
    'a ruling for the requester is the default split',
    arbitration,
    'test_ARulingForTheRequesterIsTheContestedVerdict',
    without(adapter, '        if (case_.ruling == FOR_REQUESTER) verdict = uint16(ESCROW.taskOf(taskId).window);\n'),
  ),
  plant(
    'the last second of the arbitration is too late',
    arbitration,
    'test_ARulingCountsInTheLastSecond',
    edit(
      adapter,
      'block.timestamp <= uint256(task.steppedAt) + terms.arbitrationWindow',
      'block.timestamp < uint256(task.steppedAt) + terms.arbitrationWindow',
    ),
  ),
  plant(
    'the example carries a ruling out while it may be appealed',
    arbitration,
    'test_TheExampleKeepsItsRules',
    edit(central, 'require(block.timestamp > end,', 'require(block.timestamp >= end,'),
  ),
  plant(
    'the example rules what is no choice',
    arbitration,
    'test_TheExampleKeepsItsRules',
    without(central, '        require(ruling <= dispute.choices, ChoiceInvalid(ruling, dispute.choices));\n'),
  ),
  plant(
    'the value of many postings is not added up',
    tests('TaskFunding'),
    'test_RevertWhen_TheValueIsNotTheSum',
    without(funding, '        _requireValue(postings);\n'),
  ),
  plant(
    'a batch takes from the requesters it names',
    tests('TaskFunding'),
    'test_RevertWhen_AStrangerSpendsAnothersAllowance',
    edit(
      funding,
      'IERC20(token).safeTransferFrom(msg.sender, address(this), amount);',
      'IERC20(token).safeTransferFrom(posting.terms.requester, address(this), amount);',
    ),
  ),
  plant(
    'what a token charges is paid out of what lies here',
    tests('TaskFundingTokens'),
    'test_RevertWhen_TheTokenChargesAFee',
    without(funding, '        _requireBalance(token, before + amount);\n'),
    without(funding, '        _requireBalance(token, before);\n'),
  ),
]

/** One per idea of the other tests. */
const named: readonly Plant[] = [
  plant(
    'a part of the escrow acts at its own address',
    tests('Parts'),
    ['test_the_part_for_reviews_refuses_direct_calls', 'test_the_part_for_assignments_refuses_direct_calls'],
    without(`${folder}/TaskExtension.sol`, '        _requireEscrow();\n'),
  ),
  plant(
    'nobody hears of a credit',
    tests('Hostile'),
    'test_a_credit_is_told',
    without(payments, '        emit PaymentCredited(account, token, amount);\n'),
  ),
  plant(
    'what arrives is not measured',
    tests('Hostile'),
    'test_RevertWhen_a_token_brings_another_amount',
    without(payments, '        require(arrived == amount, AmountMismatch(token, amount, arrived));\n'),
  ),
  plant(
    'a token that says no is believed to have paid',
    tests('Hostile'),
    'test_a_token_that_cannot_pay_leaves_credits',
    edit(push, '(size >= 32 && answer == 1)', 'size >= 32'),
  ),
  // The 64th that stays behind could never pay for a credit, so what is lost is only the word of what is wrong.
  plant(
    'a payment is tried with whatever gas there is',
    tests('Hostile'),
    'test_short_gas_says_so',
    without(push, '        require(available >= needed, PaymentGasShort(available, needed));\n'),
  ),
  plant(
    'a portal acts for workers of other chains',
    tests('PortalRequests'),
    'test_an_actor_is_of_one_chain',
    edit(steps, 'task.worker != answer.account || _chainOf(taskId, task) != chainId', 'task.worker != answer.account'),
  ),
  plant(
    'the clock runs on while the lane stands still',
    tests('PortalRequests'),
    'test_a_stopped_lane_stops_the_clock',
    edit(base, 'if (isRemote) deadline += _since(stopped, _backings[taskId].stoppedSeconds);', ''),
  ),
  plant(
    'stops move a deadline without bound',
    tests('PortalRequests'),
    'test_stops_are_bounded',
    edit(base, 'if (moved > Limits.MAX_STOP) moved = Limits.MAX_STOP;', ''),
  ),
  plant(
    'the terms of a claim are not those of the task it names',
    tests('PortalRequests'),
    ['test_an_id_that_is_not_of_the_terms_is_stale', 'testFuzz_a_turned_bit_never_claims'],
    edit(steps, 'answer.taskId != _taskIdOf(terms) || task.state', 'task.state'),
  ),
  plant(
    'silence may pay less than the floor',
    tests('TermsRules'),
    ['test_RevertWhen_silence_pays_less_than_the_floor', 'testFuzz_any_terms'],
    edit(rules, 'terms.silence <= WHOLE && terms.silence >= terms.floor', 'terms.silence <= WHOLE'),
  ),
]

/** Bugs of the escrow and of what stands around it. */
export const taskPlants: readonly Plant[] = [
  ...ofPath,
  ...ofRights,
  ...ofTokensAndCallbacks,
  ...ofTimesAndSignatures,
  ...ofModules,
  ...named,
  ...around,
]
