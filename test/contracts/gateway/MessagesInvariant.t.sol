// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Chain, Message} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {Execution, Witness} from "../mocks/Witness.sol";
import {MessagesHandler} from "./MessagesHandler.sol";

/// @notice Messages between two chains under every order of events. In words and with their planted bugs: test/invariant/messages.md.
/// hardhat-config: invariant.runs = 20
contract MessagesInvariant {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    MessagesHandler internal handler;
    uint256 internal constant LANES = 4;
    mapping(bytes32 id => uint256) private _times;

    function setUp() public {
        handler = new MessagesHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory selectors = new bytes4[](19);
        selectors[0] = selectors[1] = MessagesHandler.sendOne.selector;
        selectors[2] = MessagesHandler.broadcastOne.selector;
        selectors[3] = selectors[4] = selectors[5] = MessagesHandler.deliverRange.selector;
        selectors[6] = MessagesHandler.deliverWeakly.selector;
        selectors[7] = MessagesHandler.deliverForged.selector;
        selectors[8] = MessagesHandler.retryOne.selector;
        selectors[9] = MessagesHandler.report.selector;
        selectors[10] = MessagesHandler.setMood.selector;
        selectors[11] = MessagesHandler.wait.selector;
        selectors[12] = MessagesHandler.govern.selector;
        selectors[13] = MessagesHandler.rotate.selector;
        selectors[14] = MessagesHandler.equivocate.selector;
        selectors[15] = MessagesHandler.deliverByLiar.selector;
        selectors[16] = MessagesHandler.deliverStopped.selector;
        selectors[17] = MessagesHandler.standStill.selector;
        selectors[18] = MessagesHandler.deliverByPast.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), selectors);
    }

    function invariant_01_runs_each_message_at_most_once() external {
        for (uint256 i; i < 3; ++i) {
            Witness witness = handler.witnesses(i);
            for (uint256 j; j < witness.count(); ++j) {
                vm.assertLe(++_times[execution(witness, j).id], 1);
            }
        }
    }

    function invariant_02_runs_only_what_was_sent() external {
        mark();
        for (uint256 i; i < 3; ++i) {
            Witness witness = handler.witnesses(i);
            for (uint256 j; j < witness.count(); ++j) {
                Execution memory ran = execution(witness, j);
                vm.assertTrue(_content[ran.id] == ran.content && _recipient[ran.id] == address(witness));
                vm.assertTrue(_destination[ran.id] == ran.chainId && _gateway[ran.id] == ran.gateway);
            }
        }
    }

    function invariant_03_every_status_is_that_of_the_ledger() external {
        for (uint256 lane; lane < LANES; ++lane) {
            for (uint64 nonce; nonce < handler.countOf(lane) + 2; ++nonce) {
                bool isSkipped = lane == 2 && nonce < handler.LATE();
                vm.assertEq(uint256(statusOf(lane, nonce)), uint256(isSkipped ? MessageStatus.Skipped : handler.expected(lane, nonce)));
            }
        }
    }

    function invariant_04_no_true_delivery_is_refused() external view {
        vm.assertEq(handler.refused(), 0);
    }

    function invariant_05_a_lane_is_what_was_sent_over_it() external {
        for (uint256 lane; lane < LANES; ++lane) {
            (, , uint256 destinationChainId) = handler.lanes(lane);
            Chain memory origin = handler.chainTo(lane ^ 1);
            (uint64 nonce, bytes32 head) = origin.gateway.lane(destinationChainId);
            vm.assertEq(nonce, handler.countOf(lane));
            vm.assertEq(head, handler.headOf(lane));
        }
    }

    function invariant_06_nothing_runs_past_its_deadline() external {
        mark();
        for (uint256 i; i < 3; ++i) {
            Witness witness = handler.witnesses(i);
            for (uint256 j; j < witness.count(); ++j) {
                Execution memory ran = execution(witness, j);
                uint256 deadline = _deadline[ran.id];
                vm.assertTrue(deadline == 0 || ran.time <= deadline);
            }
        }
    }

    function invariant_07_every_message_gets_its_gas() external {
        mark();
        for (uint256 i; i < 3; ++i) {
            Witness witness = handler.witnesses(i);
            for (uint256 j; j < witness.count(); ++j) {
                Execution memory ran = execution(witness, j);
                vm.assertGe(ran.gas + 2_000, _gasLimit[ran.id]);
            }
        }
    }

    function invariant_08_history_never_runs_on_a_late_chain() external {
        count();
        for (uint64 nonce; nonce < handler.LATE() && nonce < handler.countOf(2); ++nonce) {
            vm.assertEq(_times[handler.leafAt(2, nonce)], 0);
        }
    }

    function invariant_09_stopped_seconds_are_counted() external {
        for (uint256 lane; lane < LANES; ++lane) {
            Chain memory chain = handler.chainTo(lane);
            vm.chainId(chain.id);
            vm.assertEq(chain.gateway.stoppedSeconds(laneOf(lane)), handler.stoodAt(lane));
        }
    }

    function invariant_10_a_stopped_lane_delivers_nothing() external view {
        vm.assertEq(handler.deliveredWhileStopped(), 0);
    }

    function invariant_11_expired_at_the_origin_means_expired() external {
        for (uint256 lane; lane < 2; ++lane) {
            Chain memory origin = handler.chainTo(lane ^ 1);
            Chain memory destination = handler.chainTo(lane);
            for (uint64 nonce; nonce < handler.countOf(lane) + 2; ++nonce) {
                if (!origin.gateway.isExpired(destination.id, address(destination.gateway), nonce)) continue;
                vm.assertTrue(statusOf(lane, nonce) == MessageStatus.Expired && handler.isReported(lane, nonce));
            }
        }
        vm.assertEq(handler.falseReports(), 0);
    }

    function invariant_12_less_than_a_quorum_delivers_nothing() external view {
        vm.assertEq(handler.weakProofs(), 0);
    }

    function invariant_13_a_past_generation_delivers_nothing() external view {
        vm.assertEq(handler.stalePowers(), 0);
    }

    function invariant_14_only_governance_governs() external view {
        vm.assertEq(handler.strangersHeard(), 0);
    }

    function invariant_15_only_the_failed_message_itself_is_retried() external view {
        vm.assertEq(handler.forgedRetries(), 0);
    }

    function invariant_16_nothing_is_sent_to_an_unlinked_chain() external view {
        vm.assertEq(handler.sentUnlinked(), 0);
    }

    function invariant_17_a_masked_watcher_counts_nothing() external view {
        vm.assertEq(handler.maskedHeard(), 0);
    }

    // What was sent, by message

    mapping(bytes32 id => bytes32) private _content;
    mapping(bytes32 id => address) private _recipient;
    mapping(bytes32 id => uint256) private _destination;
    mapping(bytes32 id => address) private _gateway;
    mapping(bytes32 id => uint256) private _deadline;
    mapping(bytes32 id => uint256) private _gasLimit;

    function mark() private {
        for (uint256 lane; lane < LANES; ++lane) {
            Chain memory to = handler.chainTo(lane);
            for (uint64 nonce; nonce < handler.countOf(lane); ++nonce) {
                bytes32 id = handler.leafAt(lane, nonce);
                Message memory message = handler.messageAt(lane, nonce);
                _content[id] = keccak256(abi.encode(handler.senderOn(lane, message.sender), message.payload));
                _recipient[id] = message.recipient;
                _destination[id] = to.id;
                _gateway[id] = address(to.gateway);
                _deadline[id] = message.deliverBefore;
                _gasLimit[id] = message.gasLimit;
            }
        }
    }

    function count() private {
        for (uint256 i; i < 3; ++i) {
            Witness witness = handler.witnesses(i);
            for (uint256 j; j < witness.count(); ++j) {
                ++_times[execution(witness, j).id];
            }
        }
    }

    function execution(Witness witness, uint256 i) private view returns (Execution memory ran) {
        (ran.id, ran.content, ran.gateway, ran.chainId, ran.time, ran.gas) = witness.executions(i);
    }

    function laneOf(uint256 lane) private view returns (Lane memory found) {
        (found.originChainId, found.originGateway, found.destinationChainId) = handler.lanes(lane);
    }

    function statusOf(uint256 lane, uint64 nonce) private returns (MessageStatus) {
        Chain memory chain = handler.chainTo(lane);
        vm.chainId(chain.id);
        return chain.gateway.statusOf(laneOf(lane), nonce);
    }
}
