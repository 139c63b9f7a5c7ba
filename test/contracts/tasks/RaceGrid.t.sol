// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Ending, Receipt, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Task, TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {PortalWorld} from "./PortalWorld.sol";

/// @notice What may happen to a task over two chains, each once, in any order.
enum Happening {
    /// The worker asks for the task.
    Claim,
    /// Another asks for it too.
    RivalClaim,
    /// All messages arrive: one is granted, the other refused.
    Deliver,
    /// The worker hands in.
    Submit,
    /// The first second at which the task can be taken from who has it. Until then its messages arrive, unless their lane stands still.
    Lapse,
    /// The evaluator proposes to pay next to nothing.
    Verdict,
    /// The lane home stands still for two hours.
    LaneStop,
    /// All messages arrive while home believes no portal, and fail.
    Outage,
    /// Whatever failed is tried again.
    Retry,
    /// The worker says all it said once more, and what arrived arrives again.
    Duplicate,
    /// The worker disputes.
    Counter,
    /// The answer is sent and delivered once more.
    SendAnswer
}

interface Environment {
    function envUint(string calldata name) external view returns (uint256 value);
}

/// @title All orders of these, on the real bytecode
/// @notice Two orders after which everything is the same are one. Whatever the order: money is conserved, there is one end, and a worker that handed in
/// while the task was its own is paid in full. `HANSE_RACES` says how many of the happenings; `scripts/races.ts` runs them all.
contract RaceGridTest is PortalWorld {
    /// @dev In memory, which outlives what is undone.
    struct Grid {
        uint256 count;
        /// @dev By set of happenings and what is the same after it: key, and in how many orders the rest can happen. Open addressing.
        bytes32[] keys;
        uint256[] orders;
        uint256 states;
        uint256 steps;
        bytes32[] ends;
        uint256 endCount;
    }

    uint256 private constant SMALL = 6;
    uint256 private constant BITS = 15;
    uint256 private constant MOST_ENDS = 4_096;

    Terms private _terms;
    bytes32 private _taskId;
    /// @dev The token under which the worker handed in, in time; zero: it has not.
    uint16 private _handedIn;

    function setUp() public override {
        super.setUp();
        Terms memory terms = newTerms();
        terms.suspectBond = 0;
        terms.answerWindow = 0;
        _terms = terms;
        _taskId = open(terms);
        collect();
        on(a);
    }

    function test_every_order_has_one_end_and_costs_no_honest_worker_its_pay() public {
        Grid memory grid;
        grid.count = _size();
        grid.keys = new bytes32[](1 << BITS);
        grid.orders = new uint256[](1 << BITS);
        grid.ends = new bytes32[](MOST_ENDS);
        uint256 orders = _explore(grid, 0);
        _log(
            string.concat(
                "races: ",
                vm.toString(grid.count),
                " happenings, ",
                vm.toString(orders),
                " orders, ",
                vm.toString(grid.states),
                " states, ",
                vm.toString(grid.steps),
                " steps, ",
                vm.toString(grid.endCount),
                " distinct ends"
            )
        );
        uint256 expected = 1;
        for (uint256 i = 2; i <= grid.count; ++i) expected *= i;
        vm.assertEq(orders, expected, "every order was tried");
        vm.assertGt(grid.endCount, 1);
    }

    function _size() private view returns (uint256) {
        try Environment(address(vm)).envUint("HANSE_RACES") returns (uint256 size) {
            return size;
        } catch {
            return SMALL;
        }
    }

    /// @dev In how many orders the happenings that are not in `done` can happen from here; all of them tried.
    function _explore(Grid memory grid, uint256 done) private returns (uint256 orders) {
        uint256 place = _placeOf(grid, keccak256(abi.encode(done, this.fingerprint())));
        if (grid.orders[place] != 0) return grid.orders[place];
        require(++grid.states < (1 << BITS) / 2, "too many states");

        if (done == (1 << grid.count) - 1) {
            uint256 end = vm.snapshotState();
            _noteEnd(grid, this.finish());
            vm.revertToState(end);
            orders = 1;
        }
        for (uint256 i; i < grid.count; ++i) {
            if (done & (1 << i) != 0) continue;
            uint256 snapshot = vm.snapshotState();
            ++grid.steps;
            this.happen(Happening(i));
            orders += _explore(grid, done | (1 << i));
            vm.revertToState(snapshot);
        }
        grid.orders[place] = orders;
    }

    function _placeOf(Grid memory grid, bytes32 key) private pure returns (uint256 place) {
        uint256 mask = grid.keys.length - 1;
        place = uint256(key) & mask;
        while (grid.keys[place] != 0 && grid.keys[place] != key) place = (place + 1) & mask;
        grid.keys[place] = key;
    }

    /// @dev All that may make a difference later. Messages count by content and status, not by their place in the lane.
    function fingerprint() external view returns (bytes32) {
        Lane memory lane = laneOf(b, a);
        (, , uint40 stoppedUntil) = a.gateway.linkOf(lane);
        return
            keccak256(
                abi.encode(
                    home.escrow.taskOf(_taskId),
                    home.escrow.workerOf(_taskId),
                    _money(),
                    [block.timestamp, stoppedUntil, a.gateway.stoppedSeconds(Lane(b.id, address(a.gateway), a.id)), _deadline(), _handedIn],
                    _messages(lane)
                )
            );
    }

    /// @dev To be read on `a`: elsewhere its escrow takes the worker for one of home.
    function _deadline() private view returns (uint256) {
        return home.escrow.taskOf(_taskId).state == TaskState.Assigned ? home.escrow.workDeadlineOf(_taskId) : 0;
    }

    function _money() private view returns (uint256[9] memory) {
        return
            [
                balance(requester),
                balance(worker),
                balance(rival),
                balance(SPONSOR),
                balance(STRANGER),
                balance(EVALUATOR),
                balance(address(home.escrow)),
                free(b.id, worker),
                free(b.id, rival)
            ];
    }

    function _messages(Lane memory lane) private view returns (uint256 sum) {
        uint64 count = sentCount(lane);
        for (uint64 i; i < count; ++i) {
            unchecked {
                sum += uint256(keccak256(abi.encode(sentMessage(lane, i).payload, a.gateway.statusOf(lane, i))));
            }
        }
    }

    // what happens

    /// @dev In a frame of its own, as the others from outside, so that the memory of thousands of steps does not add up.
    function happen(Happening what) external {
        on(a);
        if (what == Happening.Claim) ask(_terms, worker);
        else if (what == Happening.RivalClaim) ask(_terms, rival);
        else if (what == Happening.Deliver) _deliver();
        else if (what == Happening.Submit) _submit(worker);
        else if (what == Happening.Lapse) _lapse();
        else if (what == Happening.Verdict) _decide();
        else if (what == Happening.Outage) _fail();
        else if (what == Happening.Retry) _retry();
        else if (what == Happening.LaneStop) _stop();
        else if (what == Happening.Duplicate) _repeat();
        else if (what == Happening.Counter) _counter(worker);
        else _sendAnswer();
        collect();
        on(a);
    }

    function _isStopped() private view returns (bool) {
        (, , uint40 stoppedUntil) = a.gateway.linkOf(laneOf(b, a));
        return block.timestamp < stoppedUntil;
    }

    /// @dev From the first message on: what was consumed is passed over.
    function _deliver() private {
        collect();
        Lane memory lane = laneOf(b, a);
        uint64 count = sentCount(lane);
        if (count == 0 || _isStopped()) return;
        deliver(a, range(lane, 0, count, 0));
    }

    function _retry() private {
        Lane memory lane = laneOf(b, a);
        on(a);
        uint64 count = sentCount(lane);
        for (uint64 i; i < count; ++i) {
            if (a.gateway.statusOf(lane, i) == MessageStatus.Failed) retry(a, lane, i);
        }
    }

    function _fail() private {
        on(a);
        home.escrow.linkPortal(b.id, address(0));
        _deliver();
        on(a);
        home.escrow.linkPortal(b.id, address(far.portal));
    }

    function _submit(address account) private {
        Task memory task = home.escrow.taskOf(_taskId);
        bool isHeld = task.state == TaskState.Assigned && task.worker == account;
        if (account == worker && isHeld && block.timestamp <= _deadline()) _handedIn = task.token;
        on(b);
        vm.prank(account);
        far.portal.submit(a.id, _taskId, isHeld ? task.token : 1, WORK_HASH);
    }

    function _counter(address account) private {
        uint16 token = home.escrow.taskOf(_taskId).token;
        on(b);
        vm.prank(account);
        far.portal.counter(a.id, _terms, Work(account, token, WORK_HASH), SPONSOR);
    }

    function _lapse() private {
        for (uint256 i; i < 8 && home.escrow.taskOf(_taskId).state == TaskState.Assigned; ++i) {
            uint256 deadline = _deadline();
            if (block.timestamp > deadline + GRACE) {
                on(a);
                vm.prank(STRANGER);
                home.escrow.lapse(_terms);
                return;
            }
            if (block.timestamp > deadline) {
                vm.warp(deadline + GRACE + 1);
                continue;
            }
            vm.warp(deadline);
            _deliver();
            if (!_isStopped()) _retry();
            if (_deadline() == deadline) vm.warp(deadline + 1);
        }
    }

    function _decide() private {
        (bool isKnown, Work memory seen) = _underReview();
        if (!isKnown || home.escrow.taskOf(_taskId).state != TaskState.Submitted) return;
        on(a);
        vm.prank(EVALUATOR);
        home.escrow.decide(_terms, seen, 100);
    }

    function _underReview() private view returns (bool isKnown, Work memory seen) {
        uint16 token = home.escrow.taskOf(_taskId).token;
        seen = Work(worker, token, WORK_HASH);
        if (home.escrow.isUnderReview(_taskId, seen)) return (true, seen);
        seen.worker = rival;
        isKnown = home.escrow.isUnderReview(_taskId, seen);
    }

    function _stop() private {
        stopLane(2 hours);
    }

    function _repeat() private {
        ask(_terms, worker);
        _submit(worker);
        collect();
        Lane memory lane = laneOf(b, a);
        uint64 count = sentCount(lane) - 2;
        for (uint64 i; i < count; ++i) {
            if (a.gateway.statusOf(lane, i) != MessageStatus.Consumed || _isStopped()) continue;
            deliver(a, range(lane, i, 1, sentCount(lane) - i - 1));
        }
    }

    function _sendAnswer() private {
        (, Work memory seen) = _underReview();
        on(a);
        try home.escrow.sendAnswer(_taskId, seen) returns (bytes32) {
            collect();
            relay(a, b);
        } catch {}
    }

    // how it ends, when everybody is honest from now on

    function finish() external returns (bytes32) {
        on(a);
        (, , uint40 stoppedUntil) = a.gateway.linkOf(laneOf(b, a));
        if (block.timestamp < stoppedUntil) vm.warp(stoppedUntil);
        _deliver();
        _retry();
        for (uint256 i; i < 6 && home.escrow.taskOf(_taskId).state < TaskState.Settled; ++i) _advance();
        Receipt memory receipt = home.escrow.receiptOf(_terms);
        uint256[9] memory money = _money();
        _assertOver(receipt, money);
        return keccak256(abi.encode(receipt, money));
    }

    function _advance() private {
        on(a);
        TaskState state = home.escrow.taskOf(_taskId).state;
        (, Work memory seen) = _underReview();
        if (state == TaskState.Open) {
            on(a);
            vm.warp(_terms.openUntil + GRACE + 1);
            home.escrow.expire(_terms);
        } else if (state == TaskState.Assigned) {
            if (block.timestamp > _deadline()) return _lapse();
            _submit(home.escrow.taskOf(_taskId).worker);
            _deliver();
        } else if (state == TaskState.Submitted) {
            on(a);
            vm.warp(block.timestamp + REVIEW + GRACE + 1);
            home.escrow.settle(_terms, seen);
        } else if (state == TaskState.Contested) {
            _counter(seen.worker);
            _deliver();
        } else {
            on(a);
            vm.prank(ARBITRATOR);
            home.escrow.rule(_terms, seen, 10_000);
        }
    }

    function _assertOver(Receipt memory receipt, uint256[9] memory money) private {
        vm.assertEq(money[6], money[7] + money[8], "what the escrow has left belongs to deposits");
        uint256 sum;
        for (uint256 i; i < 7; ++i) sum += money[i];
        vm.assertEq(sum, 3 * FUNDS, "money is conserved");
        if (receipt.ending != Ending.Expiry) vm.assertTrue(receipt.verdict == 10_000, "honest work is paid in full");
        if (_handedIn != 0) {
            vm.assertTrue(receipt.worker.account == worker && receipt.fencingToken == _handedIn, "the worker has the task");
            vm.assertEq(money[1], REWARD, "its pay");
            // Its dispute bond is the sponsor's again, outside of the deposit.
            vm.assertTrue(money[7] == DEPOSIT || (money[7] == DEPOSIT - DISPUTE_BOND && receipt.ending == Ending.Ruling), "its bond");
        }
        _assertFinal();
    }

    /// @dev No default, and nothing that a worker says, makes another end.
    function _assertFinal() private {
        on(a);
        vm.warp(block.timestamp + 30 days);
        bytes32 before = keccak256(abi.encode(home.escrow.taskOf(_taskId), _money()));
        Work memory seen = Work(worker, home.escrow.taskOf(_taskId).token, WORK_HASH);
        bytes[5] memory calls = [
            abi.encodeCall(home.escrow.lapse, (_terms)),
            abi.encodeCall(home.escrow.expire, (_terms)),
            abi.encodeCall(home.escrow.settle, (_terms, seen)),
            abi.encodeCall(home.escrow.resolve, (_terms, seen)),
            abi.encodeCall(home.escrow.counter, (_terms, seen))
        ];
        for (uint256 i; i < calls.length; ++i) {
            (bool success, ) = address(home.escrow).call(calls[i]);
            vm.assertFalse(success, "a second end");
        }
        _submit(worker);
        _deliver();
        vm.assertEq(keccak256(abi.encode(home.escrow.taskOf(_taskId), _money())), before, "an end is final");
    }

    function _noteEnd(Grid memory grid, bytes32 end) private pure {
        for (uint256 i; i < grid.endCount; ++i) {
            if (grid.ends[i] == end) return;
        }
        grid.ends[grid.endCount++] = end;
    }

    function _log(string memory text) private view {
        (bool success, ) = address(0x000000000000000000636F6e736F6c652e6c6f67).staticcall(abi.encodeWithSignature("log(string)", text));
        success;
    }
}
