// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

import {Charters} from "../../../contracts/charters/Charters.sol";
import {Document} from "../../../contracts/charters/Document.sol";
import {AgentIntent, CoordinationPayload} from "../../../contracts/charters/IAgentCoordination.sol";
import {Acceptances, Call, IAgreements, Leg, LegStatus, Plan} from "../../../contracts/charters/IAgreements.sol";
import {Epoch, ICharters} from "../../../contracts/charters/ICharters.sol";
import {Legs} from "../../../contracts/charters/Legs.sol";
import {EvmAddress} from "../../../contracts/gateway/EvmAddress.sol";
import {IGateway, MessageStatus} from "../../../contracts/gateway/IGateway.sol";
import {Lane} from "../../../contracts/gateway/Lane.sol";
import {Limits} from "../../../contracts/gateway/Limits.sol";
import {Peers} from "../../../contracts/gateway/Peers.sol";
import {create} from "../../support/Create.sol";
import {Chain, Message, TwoChains} from "../../support/TwoChains.sol";
import {vm} from "../../support/Vm.sol";
import {CharterParties} from "./CharterParties.sol";
import {Witness} from "./CharterWorld.sol";

/// @notice A charter at home on chain `a`, its mirror and its legs on chain `b`, through both real gateways.
contract ChartersOverChainsTest is TwoChains, CharterParties {
    Charters private _home;
    Charters private _mirror;
    IAgreements private _atHome;
    IAgreements private _there;
    Witness private _witness;
    address[] private _members;
    bytes32 private _charter;

    function setUp() public override {
        super.setUp();
        on(a);
        _home = Charters(create("Charters", abi.encode(address(a.authority), a.gateway)));
        _atHome = IAgreements(_home.agreements());
        on(b);
        _mirror = Charters(create("Charters", abi.encode(address(b.authority), b.gateway)));
        _there = IAgreements(_mirror.agreements());
        _mirror.linkCharters(a.id, address(_home));
        _there.linkAgreements(a.id, address(_atHome));
        on(a);
        _home.linkCharters(b.id, address(_mirror));
        _atHome.linkAgreements(b.id, address(_there));
        _witness = new Witness();
        _members = people("member", 5);
        _charter = adopt(_home, documentOf(_members, 3), 0);
    }

    // Mirrors

    function test_AMirrorKnowsWhatItsHomeAnnounced() public {
        _announce();
        Epoch memory epoch = _mirror.current(_charter);
        vm.assertEq(epoch.number, 1);
        vm.assertEq(epoch.quorum, 3);
        vm.assertEq(_mirror.homeOf(_charter), a.id);
        (bytes32 membersHash, bytes32 documentHash) = _mirror.hashesOf(_charter, 1);
        (bytes32 homeMembersHash, bytes32 homeDocumentHash) = _home.hashesOf(_charter, 1);
        vm.assertEq(membersHash, homeMembersHash);
        vm.assertEq(documentHash, homeDocumentHash);

        vm.assertFalse(_mirror.isMember(_charter, _members[0]));
        address[] memory wrong = without(_members, 0);
        vm.expectPartialRevert(ICharters.MembersWrong.selector);
        _mirror.writeMembers(_charter, 1, wrong);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterEpochUnknown.selector, _charter, 2));
        _mirror.writeMembers(_charter, 2, _members);
        _mirror.writeMembers(_charter, 1, _members);
        vm.assertTrue(_mirror.isMember(_charter, _members[0]));
        vm.assertTrue(_mirror.isMemberAt(_charter, 1, _members[4]));
    }

    function test_AnOlderEpochThatComesLateNeverBecomesCurrent() public {
        bytes memory first = _announcement();
        amend(_home, _charter, _members, documentOf(_members, 4));
        bytes memory second = _announcement();
        _bring(second);
        vm.assertEq(_mirror.current(_charter).number, 2);
        _bring(first);
        vm.assertEq(_mirror.current(_charter).number, 2);
        vm.assertEq(_mirror.current(_charter).quorum, 4);
        vm.assertEq(_mirror.epochOf(_charter, 1).quorum, 3);
        _bring(second);
        vm.assertEq(_mirror.current(_charter).number, 2);
    }

    function test_AnEpochHasOneContentWhateverItsHomeSaysLater() public {
        (bytes32 foundingHash, Epoch memory epoch, bytes32[2] memory hashes) = _parts(_announcement());
        _bring(abi.encode(foundingHash, epoch, hashes));
        epoch.quorum = 1;
        _bring(abi.encode(foundingHash, epoch, hashes));
        vm.assertEq(_mirror.current(_charter).quorum, 3);
        vm.assertEq(_mirror.epochOf(_charter, epoch.number).quorum, 3);
    }

    function test_AChainSpeaksOnlyOfChartersWhoseHomeItIs() public {
        // Whatever it says, what it makes has an id of its own.
        (, Epoch memory epoch, bytes32[2] memory hashes) = _parts(_announcement());
        on(b);
        bytes32 own = adopt(_mirror, documentOf(_members, 3), 0);
        bytes32 foundingHash = keccak256(abi.encode(keccak256(abi.encode(documentOf(_members, 3))), bytes32(0)));
        epoch.number = 9;
        epoch.quorum = 1;
        _bring(abi.encode(foundingHash, epoch, hashes));
        vm.assertEq(_mirror.current(own).number, 1);
        vm.assertEq(_mirror.homeOf(own), b.id);
        vm.assertEq(_mirror.current(keccak256(abi.encode(a.id, address(_home), foundingHash))).quorum, 1);
    }

    function test_OnlyTheHomeAmendsAndAnnounces() public {
        _announce();
        on(b);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterNotHome.selector, _charter, a.id));
        _mirror.announce(_charter);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterNotHome.selector, _charter, a.id));
        _mirror.amend(_charter, 2, documentOf(_members, 4));
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterNotHome.selector, _charter, a.id));
        this.agreeAt(_there, 1, callOf(address(_witness), ""));
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterUnknown.selector, bytes32(0)));
        _mirror.announce(0);
    }

    function test_NobodyElseBringsAnnouncementsOrLegs() public {
        bytes memory announcement = _announcement();
        bytes memory sender = addressOn(a, address(_home));
        on(b);
        vm.expectPartialRevert(Peers.CallerNotGateway.selector);
        _mirror.receiveMessage(0, sender, announcement);
        // Another sender of that chain: for instance the account of a charter, by an agreement.
        address account = _atHome.accountOf(_charter);
        vm.prank(address(b.gateway));
        vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, addressOn(a, account)));
        _mirror.receiveMessage(0, addressOn(a, account), announcement);
        // The right address on another chain.
        vm.prank(address(b.gateway));
        vm.expectPartialRevert(Peers.PeerNotLinked.selector);
        _mirror.receiveMessage(0, EvmAddress.format(77, address(_home)), announcement);
        vm.prank(address(b.gateway));
        vm.expectRevert(abi.encodeWithSelector(Peers.PeerNotLinked.selector, addressOn(a, account)));
        IERC7786Recipient(address(_there)).receiveMessage(0, addressOn(a, account), _legPayload());
    }

    function test_AgreementCannotSpeakForChartersThroughTheGateway() public {
        // A quorum has its account broadcast and send what only charters and agreements may say.
        (bytes32 foundingHash, Epoch memory epoch, bytes32[2] memory hashes) = _parts(_announcement());
        epoch.number = 9;
        Call[] memory calls = new Call[](2);
        bytes memory forged = abi.encode(foundingHash, epoch, hashes);
        calls[0] = _sending(address(_mirror), forged);
        calls[1] = _sending(address(_there), _legPayload());
        on(a);
        agree(_atHome, _members, planOf(_charter, 1, 0, calls), 3);
        relay(a, b);
        vm.assertEq(uint256(b.gateway.statusOf(laneOf(a, b), 0)), uint256(MessageStatus.Failed));
        vm.assertEq(uint256(b.gateway.statusOf(laneOf(a, b), 1)), uint256(MessageStatus.Failed));
        vm.assertEq(_mirror.current(_charter).number, 0);
        vm.assertEq(_witness.calls(), 0);
    }

    function test_OnlyGovernanceLinks() public {
        on(a);
        vm.startPrank(address(0x57A6));
        vm.expectPartialRevert(IAccessManaged.AccessManagedUnauthorized.selector);
        _home.linkCharters(b.id, address(1));
        vm.expectPartialRevert(IAccessManaged.AccessManagedUnauthorized.selector);
        _atHome.linkAgreements(b.id, address(1));
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(ICharters.ChartersChainInvalid.selector, a.id));
        _home.linkCharters(a.id, address(1));
        vm.expectRevert(abi.encodeWithSelector(IAgreements.LegChainInvalid.selector, 0));
        _atHome.linkAgreements(0, address(1));
        vm.assertEq(_home.chartersOf(b.id), address(_mirror));
        vm.assertEq(_atHome.agreementsOf(b.id), address(_there));
    }

    // Legs

    function test_ALegIsDoneOnceByTheSameAccountAndReported() public {
        _announce();
        bytes32 intent = _send(0, callOf(address(_witness), abi.encodeCall(_witness.hear, ("far"))));
        relay(a, b);
        vm.assertEq(_witness.caller(), _there.accountOf(_charter));
        vm.assertEq(_witness.calls(), 1);
        _assertLeg(intent, LegStatus.Done, LegStatus.None);
        relay(b, a);
        _assertLeg(intent, LegStatus.Done, LegStatus.Done);
        on(b);
        vm.expectPartialRevert(IAgreements.LegWrongStatus.selector);
        _there.retryLeg(a.id, intent, 0, _charter, 0, new Call[](0));
        // The report may be told again, and changes nothing.
        _there.sendReport(a.id, intent, 0);
        relay(b, a);
        _assertLeg(intent, LegStatus.Done, LegStatus.Done);
    }

    function test_ALegWaitsForTheMirrorOfItsCharter() public {
        bytes32 intent = _send(0, callOf(address(_witness), abi.encodeCall(_witness.hear, ("far"))));
        relay(a, b);
        _assertLeg(intent, LegStatus.None, LegStatus.None);
        _announce();
        retry(b, laneOf(a, b), 0);
        _assertLeg(intent, LegStatus.Done, LegStatus.None);
    }

    function test_AFailedLegIsUndoneAndMayBeTriedAgain() public {
        _announce();
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(_witness), 0, abi.encodeCall(_witness.hear, ("far")));
        calls[1] = Call(address(0xB0B), 5, "");
        uint40 deadline = uint40(block.timestamp + 1 days);
        bytes32 intent = _send(deadline, calls);
        relay(a, b);
        _assertLeg(intent, LegStatus.Failed, LegStatus.None);
        vm.assertEq(_witness.calls(), 0);
        relay(b, a);
        _assertLeg(intent, LegStatus.Failed, LegStatus.Failed);

        on(b);
        vm.expectPartialRevert(IAgreements.LegWrong.selector);
        _there.retryLeg(a.id, intent, 0, _charter, deadline + 1, calls);
        vm.expectRevert();
        _there.retryLeg(a.id, intent, 0, _charter, deadline, calls);
        vm.deal(_there.accountOf(_charter), 5);
        _there.retryLeg(a.id, intent, 0, _charter, deadline, calls);
        relay(b, a);
        _assertLeg(intent, LegStatus.Done, LegStatus.Done);
        vm.assertEq(_witness.calls(), 1);
    }

    function test_ALateLegDoesNothingAndSaysSo() public {
        _announce();
        Call[] memory calls = callOf(address(_witness), abi.encodeCall(_witness.hear, ("far")));
        bytes32 intent = _send(uint40(block.timestamp), calls);
        vm.warp(block.timestamp + 1);
        relay(a, b);
        relay(b, a);
        _assertLeg(intent, LegStatus.Expired, LegStatus.Expired);
        vm.assertEq(_witness.calls(), 0);
    }

    function test_AFailedLegExpiresInTheEnd() public {
        _announce();
        Call[] memory calls = callOf(address(_witness), abi.encodeCall(_witness.refuse, ()));
        bytes32 intent = _send(uint40(block.timestamp), calls);
        uint40 deadline = uint40(block.timestamp);
        relay(a, b);
        relay(b, a);
        _assertLeg(intent, LegStatus.Failed, LegStatus.Failed);
        vm.warp(block.timestamp + 1);
        on(b);
        _there.retryLeg(a.id, intent, 0, _charter, deadline, calls);
        relay(b, a);
        _assertLeg(intent, LegStatus.Expired, LegStatus.Expired);
    }

    function test_AnOldReportDoesNotUndoAFinalOne() public {
        on(a);
        bytes32 intent = keccak256("intent");
        _report(intent, LegStatus.Failed);
        _report(intent, LegStatus.Done);
        _report(intent, LegStatus.Failed);
        vm.assertEq(uint256(_atHome.reportOf(b.id, intent, 0)), uint256(LegStatus.Done));
    }

    function test_AChainCannotBringLegsForAnothersCharter() public {
        on(b);
        bytes32 own = adopt(_mirror, documentOf(_members, 3), keccak256("own"));
        bytes memory payload = _legPayload(own);
        vm.prank(address(b.gateway));
        vm.expectRevert(abi.encodeWithSelector(IAgreements.LegNotFromHome.selector, own, b.id, a.id));
        IERC7786Recipient(address(_there)).receiveMessage(0, addressOn(a, address(_atHome)), payload);
        vm.expectRevert(abi.encodeWithSelector(IAgreements.CallerNotSelf.selector, address(this)));
        Legs(address(_there)).runLeg(own, callOf(address(_witness), ""));
    }

    function test_RevertWhen_ALegIsTooLongToSend() public {
        Plan memory plan = planOf(_charter, 1, 0, new Call[](0));
        plan.legs = new Leg[](1);
        plan.legs[0] = Leg(b.id, 100_000, 0, callOf(address(_witness), new bytes(Limits.MAX_PAYLOAD)));
        vm.expectPartialRevert(IGateway.PayloadTooLong.selector);
        this.agreeOn(plan);
    }

    function test_RevertWhen_AnAgreementIsBroughtOnAnotherChain() public {
        bytes32 far;
        on(b);
        far = adopt(_mirror, documentOf(_members, 3), 0);
        on(a);
        (AgentIntent memory intent, CoordinationPayload memory payload) = intentOf(_members, abi.encode(planOf(far, 1, 0, new Call[](0))));
        Acceptances memory acceptances = acceptancesOf(_atHome, intent, payload, 0, 5);
        on(b);
        vm.expectPartialRevert(IAgreements.AcceptanceNotSigned.selector);
        _there.agree(intent, payload, acceptances);
    }

    function agreeOn(Plan memory plan) external {
        agree(_atHome, _members, plan, 3);
    }

    function agreeAt(IAgreements agreements, uint32 epoch, Call[] memory calls) external {
        agree(agreements, _members, planOf(_charter, epoch, 0, calls), 3);
    }

    function _sending(address recipient, bytes memory payload) private view returns (Call memory) {
        bytes[] memory attributes = limits(1_000_000, 0);
        return
            Call(address(a.gateway), 0, abi.encodeCall(IERC7786GatewaySource.sendMessage, (addressOn(b, recipient), payload, attributes)));
    }

    function _legPayload() private view returns (bytes memory) {
        return _legPayload(_charter);
    }

    function _legPayload(bytes32 charter) private view returns (bytes memory) {
        Call[] memory calls = callOf(address(_witness), abi.encodeCall(_witness.hear, ("forged")));
        return abi.encode(uint8(0), keccak256("intent"), uint256(0), charter, uint40(0), calls);
    }

    /// @dev What the home broadcasts now.
    function _announcement() private returns (bytes memory payload) {
        on(a);
        uint64 count = sentCount(laneOf(a, 0));
        _home.announce(_charter);
        collect();
        return sentMessage(laneOf(a, 0), count).payload;
    }

    /// @dev The two charters have different addresses here, and a broadcast reaches only the same one: so the gateway of `b` is played.
    function _bring(bytes memory payload) private {
        on(b);
        vm.prank(address(b.gateway));
        _mirror.receiveMessage(0, addressOn(a, address(_home)), payload);
    }

    function _announce() private {
        _bring(_announcement());
    }

    function _parts(bytes memory payload) private pure returns (bytes32 foundingHash, Epoch memory epoch, bytes32[2] memory hashes) {
        return abi.decode(payload, (bytes32, Epoch, bytes32[2]));
    }

    function _send(uint40 deadline, Call[] memory calls) private returns (bytes32) {
        on(a);
        Plan memory plan = planOf(_charter, 1, 0, new Call[](0));
        plan.legs = new Leg[](1);
        plan.legs[0] = Leg(b.id, 200_000, deadline, calls);
        return agree(_atHome, _members, plan, 3);
    }

    function _report(bytes32 intent, LegStatus status) private {
        vm.prank(address(a.gateway));
        IERC7786Recipient(address(_atHome)).receiveMessage(
            0,
            addressOn(b, address(_there)),
            abi.encode(uint8(1), intent, uint256(0), status)
        );
    }

    function _assertLeg(bytes32 intent, LegStatus there, LegStatus atHome) private view {
        vm.assertEq(uint256(_there.legStatusOf(a.id, intent, 0)), uint256(there), "there");
        vm.assertEq(uint256(_atHome.reportOf(b.id, intent, 0)), uint256(atHome), "at home");
    }
}
