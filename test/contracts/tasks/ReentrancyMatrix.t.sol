// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {IGateway} from "../../../contracts/gateway/IGateway.sol";
import {ITaskAssignments} from "../../../contracts/tasks/ITaskAssignments.sol";
import {ITaskEscrowCore} from "../../../contracts/tasks/ITaskEscrowCore.sol";
import {IPortalDesk} from "../../../contracts/tasks/IPortalDesk.sol";
import {ITaskReviews} from "../../../contracts/tasks/ITaskReviews.sol";
import {Actor, ActorHandoff, Bid, PortalAction, Prerequisite, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf, newEscrow} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {HostilePayee, Taking} from "../mocks/HostilePayees.sol";
import {HostileToken, Trick} from "../mocks/HostileTokens.sol";
import {Module, Mood} from "../mocks/Modules.sol";
import {OpenGateway} from "../mocks/OpenGateway.sol";
import {Saying, SigningAccount} from "../mocks/Signers.sol";
import {SigningWorld} from "./SigningWorld.sol";

/// @notice Whoever the escrow calls, calls every function of the escrow from inside.
/// - all that change state or money refuse, from each of the callbacks
/// - the others read; messages from portals count and take nothing
/// - the list of functions is that of the interface
/// @dev The look-up of payees is no callback: the registry is our own and calls nobody.
contract ReentrancyMatrixTest is SigningWorld {
    bytes4 private constant GUARDED = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
    uint256 private constant FAR = 2002;
    address private constant PORTAL = address(0x9047A1);

    HostileToken private _token;
    HostilePayee private _payee;
    Module private _module;
    SigningAccount private _signer;
    OpenGateway private _open;

    function setUp() public override {
        super.setUp();
        _token = new HostileToken();
        _payee = new HostilePayee();
        _module = new Module();
        _signer = new SigningAccount();
        fund(address(_token), requester, 1e12);
        fund(address(_token), worker, 1e12);
        _signer.behave(Saying.Call);
    }

    /// @dev Every function that changes a task, a deposit, a credit or a signature, with arguments that decode.
    function _guarded() private view returns (bytes[] memory calls) {
        calls = new bytes[](39);
        Terms memory terms = fullTerms();
        bytes32 id = escrow.taskIdOf(terms);
        calls[0] = abi.encodeCall(ITaskEscrowCore.open, (terms));
        calls[1] = abi.encodeCall(ITaskEscrowCore.openChild, (terms, terms));
        calls[2] = abi.encodeCall(ITaskEscrowCore.openFor, (terms, 0, ""));
        calls[3] = abi.encodeCall(ITaskEscrowCore.revoke, (terms));
        calls[4] = abi.encodeCall(ITaskEscrowCore.revokeSignature, (id));
        calls[5] = abi.encodeCall(ITaskEscrowCore.cancel, (terms));
        calls[6] = abi.encodeCall(ITaskEscrowCore.expire, (terms));
        calls[7] = abi.encodeCall(ITaskEscrowCore.claim, (id, claimTermsOf(terms), worker));
        calls[8] = abi.encodeCall(ITaskEscrowCore.hire, (terms, newOffer(), ""));
        calls[9] = abi.encodeCall(ITaskEscrowCore.submit, (id, 1, WORK_HASH));
        calls[10] = abi.encodeCall(ITaskEscrowCore.decide, (terms, work(), 0));
        calls[11] = abi.encodeCall(ITaskEscrowCore.settle, (terms, work()));
        calls[12] = abi.encodeCall(ITaskAssignments.claimWith, (terms, worker, 1));
        calls[13] = abi.encodeCall(ITaskAssignments.propose, (terms, Bid(worker, worker, 1, 1, 0), ""));
        calls[14] = abi.encodeCall(ITaskAssignments.award, (terms));
        calls[15] = abi.encodeCall(ITaskAssignments.lapse, (terms));
        calls[16] = abi.encodeCall(ITaskAssignments.giveUp, (terms));
        calls[17] = abi.encodeCall(ITaskAssignments.handoff, (terms, newHandoff(), "", "", ""));
        calls[18] = abi.encodeCall(ITaskAssignments.suspect, (terms));
        calls[19] = abi.encodeCall(ITaskAssignments.alive, (id));
        calls[20] = abi.encodeCall(IPortalDesk.confirmPrerequisites, (terms, new Prerequisite[](0)));
        calls[21] = abi.encodeCall(ITaskReviews.submitChecked, (terms, 1, ""));
        calls[22] = abi.encodeCall(ITaskReviews.revise, (terms, work()));
        calls[23] = abi.encodeCall(ITaskReviews.contest, (terms, work(), 0));
        calls[24] = abi.encodeCall(ITaskReviews.counter, (terms, work()));
        calls[25] = abi.encodeCall(ITaskReviews.rule, (terms, work(), 0));
        calls[26] = abi.encodeCall(ITaskReviews.resolve, (terms, work()));
        calls[27] = abi.encodeCall(ITaskReviews.split, (terms, work(), newSplit(0), "", ""));
        calls[28] = abi.encodeCall(ITaskReviews.closeChild, (terms));
        calls[29] = abi.encodeCall(ITaskReviews.deposit, (HOME, worker, address(0), 0));
        calls[30] = abi.encodeCall(ITaskReviews.withdrawDeposit, (HOME, worker, address(_token), 1));
        calls[31] = abi.encodeCall(ITaskReviews.withdrawTo, (address(0), stranger));
        calls[32] = abi.encodeCall(ITaskEscrowCore.claimUnder, (id, claimTermsOf(terms), 0, 0, worker));
        Actor memory actor = Actor(FAR, worker);
        calls[33] = abi.encodeCall(IPortalDesk.claimFor, (terms, actor, worker, 0, 0, ""));
        calls[34] = abi.encodeCall(IPortalDesk.submitFor, (id, actor, 1, WORK_HASH, 0, ""));
        calls[35] = abi.encodeCall(IPortalDesk.aliveFor, (id, actor, 1, 0, 0, ""));
        calls[36] = abi.encodeCall(IPortalDesk.giveUpFor, (terms, actor, 1, 0, ""));
        calls[37] = abi.encodeCall(IPortalDesk.counterFor, (terms, work(), actor, worker, 0, ""));
        calls[38] = abi.encodeCall(IPortalDesk.handoffBetween, (terms, ActorHandoff(actor, worker, 1, 0), "", "", ""));
    }

    /// @dev The others: they read, or governance calls them, or they repeat an answer.
    function _others() private view returns (bytes[] memory calls) {
        calls = new bytes[](24);
        Terms memory terms = fullTerms();
        bytes32 id = escrow.taskIdOf(terms);
        calls[0] = abi.encodeCall(ITaskEscrowCore.taskIdOf, (terms));
        calls[1] = abi.encodeCall(ITaskEscrowCore.taskOf, (id));
        calls[2] = abi.encodeCall(IPortalDesk.sendAnswer, (id, work()));
        calls[3] = abi.encodeCall(IPortalDesk.linkPortal, (FAR, stranger));
        calls[4] = abi.encodeCall(IPortalDesk.portalOf, (FAR));
        calls[5] = abi.encodeCall(ITaskReviews.pause, (1));
        calls[6] = abi.encodeCall(ITaskReviews.workDeadlineOf, (id));
        calls[7] = abi.encodeCall(ITaskReviews.workerOf, (id));
        calls[8] = abi.encodeCall(ITaskReviews.suspicionOf, (id));
        calls[9] = abi.encodeCall(ITaskReviews.isReady, (id));
        calls[10] = abi.encodeCall(ITaskReviews.isRevoked, (worker, id));
        calls[11] = abi.encodeCall(ITaskReviews.isUnderReview, (id, work()));
        calls[12] = abi.encodeCall(ITaskReviews.settlementOf, (terms));
        calls[13] = abi.encodeCall(ITaskReviews.latestEnd, (terms));
        calls[14] = abi.encodeCall(ITaskReviews.delegatedOf, (id));
        calls[15] = abi.encodeCall(ITaskReviews.depositOf, (worker, HOME, worker, address(0)));
        calls[16] = abi.encodeCall(ITaskReviews.creditOf, (worker, address(0)));
        calls[17] = abi.encodeCall(ITaskReviews.pausedUntil, ());
        Actor memory actor = Actor(FAR, worker);
        calls[18] = abi.encodeCall(IPortalDesk.sendAnswerTo, (id, work(), actor));
        calls[19] = abi.encodeCall(IPortalDesk.sendReceipt, (terms, FAR));
        calls[20] = abi.encodeCall(IPortalDesk.receiptOf, (terms));
        calls[21] = abi.encodeCall(IPortalDesk.setLatency, (FAR, 1));
        calls[22] = abi.encodeCall(IPortalDesk.latencyOf, (FAR));
        calls[23] = abi.encodeCall(IPortalDesk.hasAgreed, (actor, id));
    }

    function test_the_list_is_that_of_the_interface() public view {
        bytes[] memory guarded = _guarded();
        bytes[] memory others = _others();
        bytes4[] memory all = new bytes4[](guarded.length + others.length);
        bytes4 sum;
        for (uint256 i; i < all.length; ++i) {
            all[i] = bytes4(i < guarded.length ? guarded[i] : others[i - guarded.length]);
            sum ^= all[i];
            for (uint256 j; j < i; ++j) vm.assertTrue(all[i] != all[j], "twice");
        }
        bytes4 expected = type(ITaskEscrowCore).interfaceId ^ type(ITaskAssignments).interfaceId;
        expected ^= type(ITaskReviews).interfaceId ^ type(IPortalDesk).interfaceId;
        vm.assertEq(bytes32(sum), bytes32(expected), "a function is missing here");
    }

    function _expectRefused(bool success, bytes memory reason, uint256 index) private pure {
        string memory name = string.concat("function ", vm.toString(index));
        vm.assertFalse(success, name);
        vm.assertEq(bytes32(bytes4(reason)), bytes32(GUARDED), name);
        vm.assertEq(reason.length, 4, name);
    }

    // callbacks that may change state

    function _duringTransferFrom(bytes memory call) private {
        _token.behave(Trick.Reenter, Trick.None);
        _token.aim(address(escrow), call);
        vm.prank(worker);
        escrow.deposit(HOME, worker, address(_token), 10);
    }

    function _duringTransfer(bytes memory call) private {
        _token.behave(Trick.None, Trick.Reenter);
        _token.aim(address(escrow), call);
        vm.prank(worker);
        escrow.withdrawDeposit(HOME, worker, address(_token), 1);
    }

    function test_from_a_token_on_the_way_in() public {
        bytes[] memory calls = _guarded();
        for (uint256 i; i < calls.length; ++i) {
            _duringTransferFrom(calls[i]);
            _expectRefused(_token.reentered(), _token.reason(), i);
        }
        vm.assertEq(escrow.depositOf(worker, HOME, worker, address(_token)), 10 * calls.length);
    }

    function test_from_a_token_on_the_way_out() public {
        bytes[] memory calls = _guarded();
        vm.prank(worker);
        escrow.deposit(HOME, worker, address(_token), calls.length);
        for (uint256 i; i < calls.length; ++i) {
            _duringTransfer(calls[i]);
            _expectRefused(_token.reentered(), _token.reason(), i);
        }
        vm.assertEq(_token.balanceOf(worker), 1e12);
        vm.assertEq(_token.balanceOf(address(escrow)), 0);
    }

    function test_from_a_payee_of_native_coin() public {
        bytes[] memory calls = _guarded();
        depositFor(address(_payee), HOME, worker, address(0), calls.length);
        _payee.behave(Taking.Reenter);
        for (uint256 i; i < calls.length; ++i) {
            _payee.aim(address(escrow), calls[i]);
            _payee.act(address(escrow), 0, abi.encodeCall(ITaskReviews.withdrawDeposit, (HOME, worker, address(0), 1)));
            vm.assertTrue(_payee.wasCalled());
            _expectRefused(_payee.reentered(), _payee.reason(), i);
        }
        vm.assertEq(address(_payee).balance, calls.length);
    }

    /// @dev What only reads does no harm: whatever the token makes of it, each unit is paid or owed.
    function test_the_others_take_nothing() public {
        bytes[] memory calls = _others();
        vm.prank(worker);
        escrow.deposit(HOME, worker, address(_token), calls.length);
        for (uint256 i; i < calls.length; ++i) {
            _duringTransfer(calls[i]);
            uint256 sum = escrow.creditOf(worker, address(_token)) + escrow.depositOf(worker, HOME, worker, address(_token));
            vm.assertEq(sum, _token.balanceOf(address(escrow)));
        }
        vm.assertEq(escrow.portalOf(FAR), address(0));
        vm.assertEq(uint256(escrow.pausedUntil()), 0);
    }

    // callbacks that may only read

    function test_from_an_account_that_is_asked_for_its_signature() public {
        bytes[] memory calls = _guarded();
        Terms memory terms = fullTerms();
        terms.requester = address(_signer);
        for (uint256 i; i < calls.length; ++i) {
            terms.salt = bytes32(i);
            _signer.aim(address(escrow), calls[i], GUARDED);
            // It says yes only if it was refused with that error.
            vm.prank(stranger);
            assertState(escrow.openFor(terms, later(), "x"), TaskState.Open);
        }
    }

    function _fromModule(address by, bytes memory outer) private {
        bytes[] memory calls = _guarded();
        _module.behave(Mood.Call, 10_000);
        for (uint256 i; i < calls.length; ++i) {
            _module.aim(address(escrow), calls[i]);
            vm.prank(by);
            (bool success, bytes memory reason) = address(escrow).call(outer);
            _expectRefused(success, reason, i);
        }
        _module.behave(Mood.Honest, 10_000);
        vm.prank(by);
        (bool works, ) = address(escrow).call(outer);
        vm.assertTrue(works);
    }

    function test_from_a_price_policy() public {
        Terms memory terms = fullTerms();
        terms.allocation = address(_module);
        openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        _fromModule(worker, abi.encodeCall(ITaskAssignments.claimWith, (terms, worker, 1)));
    }

    function test_from_an_auction_policy() public {
        Terms memory terms = fullTerms();
        (terms.allocation, terms.challengeWindow) = (address(_module), 1 hours);
        openTask(terms);
        depositFor(worker, HOME, worker, address(coin), BOND);
        _fromModule(worker, abi.encodeCall(ITaskAssignments.propose, (terms, Bid(worker, worker, 1, 1, 0), "")));
    }

    function test_from_a_check() public {
        Terms memory terms = fullTerms();
        terms.evaluator = address(_module);
        assignTask(terms);
        _fromModule(worker, abi.encodeCall(ITaskReviews.submitChecked, (terms, 1, "work")));
    }

    // messages

    /// @dev A payment in whose middle the gateway delivers: a claim and a submission of other tasks count, and no unit goes astray.
    function test_messages_from_inside_a_payment_count_and_take_nothing() public {
        _open = new OpenGateway();
        escrow = newEscrow(address(authority), IGateway(address(_open)), registry);
        escrow.linkPortal(FAR, PORTAL);
        fund(address(_token), requester, 1e12);
        fund(address(_token), worker, 1e12);
        depositFor(worker, FAR, worker, address(_token), 2 * BOND);
        Terms memory terms = newTerms();
        terms.token = address(_token);
        submitFor(terms);
        Terms memory other = newTerms();
        (other.token, other.chains, other.salt) = (address(_token), new uint256[](1), "other");
        other.chains[0] = FAR;
        bytes32 otherId = openTask(other);

        _duringDecision(terms, abi.encode(PortalAction.Claim, otherId, worker, other, worker, uint16(0), other.openUntil));
        assertState(otherId, TaskState.Assigned);
        vm.assertEq(_token.balanceOf(address(escrow)), 3 * uint256(BOND) + REWARD);
        vm.assertEq(escrow.depositOf(worker, FAR, worker, address(_token)), BOND);

        terms.salt = "third";
        submitFor(terms);
        _duringDecision(terms, abi.encode(PortalAction.Submit, otherId, worker, uint16(1), WORK_HASH));
        assertState(otherId, TaskState.Submitted);
        vm.assertTrue(escrow.isUnderReview(otherId, Work(worker, 1, WORK_HASH)));
    }

    function _duringDecision(Terms memory terms, bytes memory payload) private {
        bytes memory sender = InteroperableAddress.formatEvmV1(FAR, PORTAL);
        _token.behave(Trick.None, Trick.Reenter);
        _token.aim(address(_open), abi.encodeCall(OpenGateway.deliver, (address(escrow), sender, payload)));
        mark(terms);
        vm.prank(evaluator);
        escrow.decide(terms, work(), 10_000);
        vm.assertTrue(_token.reentered());
        assertPaid(terms, worker, REWARD, "worker");
        _token.behave(Trick.None, Trick.None);
    }
}
