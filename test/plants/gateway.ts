import type { Plant } from './plant.ts'

const gateway = 'contracts/gateway/Gateway.sol'
const watcherSet = 'contracts/verifiers/WatcherSet.sol'
const attestation = 'contracts/verifiers/Attestation.sol'
const nonceSet = 'contracts/gateway/NonceSet.sol'
const cappedCall = 'contracts/gateway/CappedCall.sol'
const laneStop = 'contracts/gateway/LaneStop.sol'

const deliver = ['test/contracts/gateway/Deliver.t.sol']
const gasSweep = ['test/contracts/gateway/GasSweep.t.sol']
const send = ['test/contracts/gateway/Send.t.sol']
const link = ['test/contracts/gateway/Link.t.sol']
const retry = ['test/contracts/gateway/Retry.t.sol']
const watchers = ['test/contracts/verifiers/WatcherSet.t.sol']
const rogue = ['test/contracts/gateway/RogueChainHandler.sol', 'test/contracts/gateway/RogueChain.t.sol']
const invariants = ['test/contracts/gateway/MessagesHandler.sol', 'test/contracts/gateway/MessagesInvariant.t.sol']

const edit = (file: string, find: string, replace: string) => ({ file, find, replace })
const oneCall = '!_call(nonce, leaf, prefix, header, payload, header.gasLimit())'
const isSigned = 'if (index == watchers.members.length || _isMasked(watchers, index)) return false;'

/** The generation before the current one still counts. */
const pastCounts = [
  edit(watcherSet, '    Current private _current;', '    Current private _current;\n    address private _past;'),
  edit(watcherSet, '        _current = Current({', '        _past = _current.roster;\n        _current = Current({'),
  edit(
    watcherSet,
    '        return _isSigned(watchers, digest, proof[end:]);',
    `        if (_isSigned(watchers, digest, proof[end:])) return true;
        if (_past == address(0)) return false;
        (watchers.setId, watchers.quorum, watchers.members) = RosterCode.read(_past);
        return _isSigned(watchers, Attestation.headDigest(watchers.setId, lane, nonce + uint64(leaves), head), proof[end:]);`,
  ),
]

/** One per named test. */
const named: readonly Plant[] = [
  {
    bug: 'a lane keeps its order',
    edits: [
      edit(
        gateway,
        '        _consumed[range.laneKey].addEach(',
        '        require(first == 0 || _consumed[range.laneKey].has(first - 1));\n        _consumed[range.laneKey].addEach(',
      ),
    ],
    tests: deliver,
    caughtBy: ['test_LaneCannotBeStalledByGasEaters'],
  },
  {
    bug: 'a message over the limits is tried',
    edits: [edit(gateway, 'if (gasLimit > Limits.MAX_GAS || payload.length > Limits.MAX_PAYLOAD) return false;', '')],
    tests: deliver,
    caughtBy: ['test_OversizeMessageFailsAlone'],
  },
  {
    bug: 'a message over the limits reverts its batch',
    edits: [
      edit(
        gateway,
        'if (gasLimit > Limits.MAX_GAS || payload.length > Limits.MAX_PAYLOAD) return false;',
        'require(gasLimit <= Limits.MAX_GAS && payload.length <= Limits.MAX_PAYLOAD);',
      ),
    ],
    tests: deliver,
    caughtBy: ['test_OversizeMessageFailsAlone'],
  },
  {
    bug: 'the tail is consumed',
    edits: [
      edit(
        gateway,
        '        _run(range, headers, payloads);',
        '        _consumed[range.laneKey].addRange(first, range.nonce - first);\n        _run(range, headers, payloads);',
      ),
    ],
    tests: deliver,
    caughtBy: ['test_TailNeverConsumes'],
  },
  {
    bug: 'an overlap reverts',
    edits: [
      edit(nonceSet, '                if (nonce < floor', '                require(bits & bit == 0);\n                if (nonce < floor'),
    ],
    tests: deliver,
    caughtBy: ['test_OverlapSkips'],
  },
  {
    bug: 'an overlap runs again',
    edits: [edit(nonceSet, 'nonce < floor || bits & bit != 0', 'nonce < floor')],
    tests: deliver,
    caughtBy: ['test_OverlapSkips'],
  },
  {
    bug: 'history runs on a late chain',
    edits: [edit(nonceSet, 'nonce < floor || bits & bit != 0', 'bits & bit != 0')],
    tests: link,
    caughtBy: ['test_LateChainCannotExecuteHistory'],
  },
  {
    bug: 'a recipient without a chain is the broadcast lane',
    edits: [
      edit(
        gateway,
        'require(valid, RecipientInvalid(recipient));',
        'if (!valid && recipient.length == 26) (valid, account) = (true, address(bytes20(recipient[6:])));\n        require(valid, RecipientInvalid(recipient));',
      ),
    ],
    tests: send,
    caughtBy: ['test_ChainlessRecipientReverts'],
  },
  {
    bug: 'a retry forgets the deadline',
    edits: [edit(gateway, '        if (_isLate(header)) {\n            _expire(key, nonce, leaf);\n            return;\n        }\n', '')],
    tests: retry,
    caughtBy: ['test_RetryHonoursDeadlineAndGas'],
  },
  {
    bug: 'a call starts with less than its gas',
    edits: [edit(gateway, 'require(CappedCall.canAfford(gasLimit), GasShort(nonce, gasLimit));', '')],
    tests: [...retry, ...gasSweep],
    caughtBy: [
      'test_RetryHonoursDeadlineAndGas',
      'test_a_plain_message',
      'test_a_message_whose_recipient_runs_out_inside',
      'test_a_message_that_is_answered',
      'test_a_broadcast',
      'test_a_batch',
      'test_a_retry',
    ],
  },
  {
    bug: 'the check of gas forgets the 64th that stays behind',
    edits: [edit(cappedCall, 'available - available / 64 >= gasLimit', 'available >= gasLimit')],
    tests: gasSweep,
    caughtBy: ['test_a_message_whose_recipient_runs_out_inside', 'test_a_retry'],
  },
  {
    bug: 'a message that never failed is retried',
    edits: [edit(gateway, 'require(_records[key][nonce] == leaf,', 'require(_records[key][nonce] == leaf || _records[key][nonce] == 0,')],
    tests: deliver,
    caughtBy: ['test_InventedMessageHasNoStatus'],
  },
  { bug: 'the last generation still counts', edits: pastCounts, tests: watchers, caughtBy: ['test_OldNonceDeliverableAfterTwoRotations'] },
  {
    bug: 'evidence needs no link',
    edits: [edit(watcherSet, 'one.head != other.head && address(verifier) != address(0)', 'one.head != other.head')],
    tests: watchers,
    caughtBy: ['test_EvidenceNeedsSameSetAndLink'],
  },
  {
    bug: 'a signature does not name its set',
    edits: [edit(attestation, 'abi.encode(HEAD, setId,', 'abi.encode(HEAD, bytes32(0),')],
    tests: watchers,
    caughtBy: ['test_EvidenceAfterFinalityBreakRefused', 'test_EvidenceNeedsSameSetAndLink'],
  },
  {
    bug: 'a mask lowers the quorum',
    edits: [
      edit(
        watcherSet,
        '        watchers.masked = current.masked;',
        '        watchers.masked = current.masked;\n        if (watchers.masked != 0) --watchers.quorum;',
      ),
    ],
    tests: watchers,
    caughtBy: ['test_EjectionOnlySubtracts'],
  },
  {
    bug: 'no set has no quorum',
    edits: [edit(watcherSet, 'watchers.quorum = type(uint8).max;', '')],
    tests: watchers,
    caughtBy: ['test_GenesisKeysOnFreshChainPowerless'],
  },
  {
    bug: 'the leaves of a proof do not move the nonce',
    edits: [edit(watcherSet, 'nonce + uint64(leaves), head)', 'nonce, head)')],
    tests: watchers,
    caughtBy: ['test_ModulesAtDifferentNoncesAgree'],
  },
  {
    bug: 'a peer is believed for every chain',
    edits: [
      edit(
        'contracts/gateway/Peers.sol',
        'require(self._of[chainId] == account, PeerNotLinked(sender));',
        'require(self._of[chainId] == account || self._of[1001] == account || self._of[6666] == account, PeerNotLinked(sender));',
      ),
    ],
    tests: rogue,
    caughtBy: ['test_NoLieOfARogueChainIsBelieved'],
    isInTests: true,
  },
  {
    bug: 'a report is filed under the chain that its text is about',
    edits: [
      edit(
        gateway,
        'Lane memory from = Lane(chainId, gateway, block.chainid);\n        require(address(_links[from.key()].verifier) != address(0), Peers.PeerNotLinked(sender));',
        'if (_outbound[2002].nonce > 0) chainId = 2002;',
      ),
    ],
    tests: rogue,
    caughtBy: ['test_NoLieOfARogueChainIsBelieved'],
  },
]

const alone = (bug: string, caughtBy: string, ...edits: Plant['edits']): Plant => ({
  bug,
  edits,
  tests: invariants,
  caughtBy: [caughtBy],
  alone: true,
})

/** One per invariant, which alone notices it. */
const stateful: readonly Plant[] = [
  alone(
    'a message runs twice in its delivery',
    'invariant_01_runs_each_message_at_most_once',
    edit(gateway, oneCall, `${oneCall} || ${oneCall}`),
  ),
  alone(
    'a message with a deadline bears another sender',
    'invariant_02_runs_only_what_was_sent',
    edit(
      gateway,
      'abi.encodePacked(prefix, header.sender())',
      'abi.encodePacked(prefix, header.deliverBefore() == 0 ? header.sender() : header.to())',
    ),
  ),
  alone(
    'history is pending',
    'invariant_03_every_status_is_that_of_the_ledger',
    edit(gateway, 'if (nonce < _links[key].firstNonce) return MessageStatus.Skipped;', ''),
  ),
  alone(
    'an overlap reverts, under every order',
    'invariant_04_no_true_delivery_is_refused',
    edit(nonceSet, '                if (nonce < floor', '                require(bits & bit == 0);\n                if (nonce < floor'),
  ),
  alone(
    'every fifth message does not count in the head',
    'invariant_05_a_lane_is_what_was_sent_over_it',
    edit(gateway, '        outbound.head = head;', '        if (nonce % 5 != 0) outbound.head = head;'),
  ),
  alone(
    'an expired message runs all the same',
    'invariant_06_nothing_runs_past_its_deadline',
    edit(
      gateway,
      '            _expire(key, nonce, leaf);\n        } else',
      '            _expire(key, nonce, leaf);\n            _call(nonce, leaf, prefix, header, payload, header.gasLimit());\n        } else',
    ),
  ),
  alone(
    'a message gets less than its gas',
    'invariant_07_every_message_gets_its_gas',
    edit(gateway, oneCall, '!_call(nonce, leaf, prefix, header, payload, header.gasLimit() - 5_000)'),
  ),
  alone(
    'history runs on a late chain, under every order',
    'invariant_08_history_never_runs_on_a_late_chain',
    edit(nonceSet, 'nonce < floor || bits & bit != 0', 'bits & bit != 0'),
  ),
  alone(
    'only the last stop is counted',
    'invariant_09_stopped_seconds_are_counted',
    edit(laneStop, 'stop.counted += stood;', 'stop.counted = stood;'),
  ),
  alone(
    'a delivery with a tail passes a stopped lane',
    'invariant_10_a_stopped_lane_delivers_nothing',
    edit(gateway, 'require(block.timestamp >= link.stoppedUntil,', 'require(block.timestamp >= link.stoppedUntil || tail.length > 0,'),
  ),
  alone(
    'a report counts one message too many',
    'invariant_11_expired_at_the_origin_means_expired',
    edit(gateway, '.addRange(first, count);', '.addRange(first, uint256(count) + 1);'),
  ),
  alone(
    'one signature less is enough',
    'invariant_12_less_than_a_quorum_delivers_nothing',
    edit(watcherSet, 'signatures.length / SIGNATURE < watchers.quorum', 'signatures.length / SIGNATURE + 1 < watchers.quorum'),
  ),
  alone('the last generation still counts, under every order', 'invariant_13_a_past_generation_delivers_nothing', ...pastCounts),
  alone(
    'anybody may resume a lane',
    'invariant_14_only_governance_governs',
    edit(gateway, 'function resumeLane(Lane calldata lane_) external restricted', 'function resumeLane(Lane calldata lane_) external'),
  ),
  alone(
    'an expired message may be retried',
    'invariant_15_only_the_failed_message_itself_is_retried',
    edit(gateway, 'require(_records[key][nonce] == leaf,', 'require(_records[key][nonce] == leaf || _records[key][nonce] == EXPIRED,'),
  ),
  alone(
    'unlinking stops nothing',
    'invariant_16_nothing_is_sent_to_an_unlinked_chain',
    edit(gateway, 'outbound.isLinked && destinationChainId', 'outbound.hasOrigin && destinationChainId'),
  ),
  alone(
    'a mask does nothing',
    'invariant_17_a_masked_watcher_counts_nothing',
    edit(watcherSet, isSigned, 'if (index == watchers.members.length) return false;'),
  ),
]

/** Bugs of the gateway and the watcher set. */
export const gatewayPlants: readonly Plant[] = [...named, ...stateful]
