// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CharterAccount} from "../../../contracts/charters/CharterAccount.sol";
import {
    AcceptanceAttestation,
    AgentIntent,
    CoordinationPayload,
    IAgentCoordination,
    Status
} from "../../../contracts/charters/IAgentCoordination.sol";
import {Acceptances, Call, IAgreements, KeySignature, Leg, Plan, WalletSignature} from "../../../contracts/charters/IAgreements.sol";
import {Charters} from "../../../contracts/charters/Charters.sol";
import {ICharters} from "../../../contracts/charters/ICharters.sol";
import {vm} from "../../support/Vm.sol";
import {SignerContract} from "../mocks/SignerContract.sol";
import {CharterWorld, Witness} from "./CharterWorld.sol";

/// agree
/// ├── when the intent was executed or cancelled, ran out, or is not of this payload: reverts
/// ├── when a signature is not good, not in order, twice of one, or of nobody: reverts
/// ├── when fewer signed than bind the party: reverts
/// ├── when a call fails: reverts it all
/// └── otherwise: every call leaves from the account of the party, once
contract AgreementsTest is CharterWorld {
    bytes32 private _charter;
    AgentIntent private _intent;
    CoordinationPayload private _payload;

    function setUp() public override {
        super.setUp();
        _charter = newCharter();
        _prepare(planOf(_charter, 1, 0, callOf(address(witness), hearing())));
    }

    function test_AQuorumSpeaksFromTheAccountOfItsCharter() public {
        address account = agreements.accountOf(_charter);
        vm.assertEq(account.code.length, 0);
        bytes32 hash = intentHashOf(_intent);
        vm.expectEmit(address(agreements));
        emit IAgreements.AgreementExecuted(hash, _charter, 1, 3);
        vm.prank(stranger);
        bytes memory result = agreements.agree(_intent, _payload, _acceptances(1, 3));
        bytes[] memory results = abi.decode(result, (bytes[]));
        vm.assertEq(abi.decode(results[0], (uint256)), 1);
        vm.assertEq(witness.caller(), account);
        _assertStatus(Status.Executed);
        vm.assertGt(account.code.length, 0);
    }

    function test_RevertWhen_ItIsBroughtAgain() public {
        Acceptances memory acceptances = _acceptances(0, 3);
        agreements.agree(_intent, _payload, acceptances);
        _expect(abi.encodeWithSelector(IAgreements.IntentKnown.selector, intentHashOf(_intent), Status.Executed));
        agreements.agree(_intent, _payload, acceptances);
        acceptances = _acceptances(2, 3);
        _expect(abi.encodeWithSelector(IAgreements.IntentKnown.selector, intentHashOf(_intent), Status.Executed));
        agreements.agree(_intent, _payload, acceptances);
        vm.assertEq(witness.calls(), 1);
    }

    function test_RevertWhen_ItWasWithdrawn() public {
        vm.prank(_intent.agentId);
        agreements.withdrawIntent(_intent);
        Acceptances memory acceptances = _acceptances(0, 5);
        _expect(abi.encodeWithSelector(IAgreements.IntentKnown.selector, intentHashOf(_intent), Status.Cancelled));
        agreements.agree(_intent, _payload, acceptances);
    }

    function test_WhatWasProposedMayBeBroughtAtOnceAndThenNotAgain() public {
        agreements.proposeCoordination(_intent, sign(agreements, _intent), _payload);
        agreements.agree(_intent, _payload, _acceptances(0, 3));
        _assertStatus(Status.Executed);
        vm.expectRevert(IAgentCoordination.ERC8001_NotReady.selector);
        agreements.executeCoordination(intentHashOf(_intent), _payload, "");
    }

    function test_APlanGoesThePathOfTheStandardToo() public {
        agreements.proposeCoordination(_intent, sign(agreements, _intent), _payload);
        bytes32 hash = intentHashOf(_intent);
        for (uint256 i; i < 5; ++i) {
            AcceptanceAttestation memory attestation = attest(agreements, hash, members[i], uint64(block.timestamp + 60));
            vm.prank(members[i]);
            agreements.acceptCoordination(hash, attestation);
        }
        // Nobody signed any other execution.
        bytes memory other = abi.encode(planOf(_charter, 1, 0, callOf(stranger, hearing())));
        _expect(abi.encodeWithSelector(IAgreements.ExecutionNotSigned.selector, hash));
        agreements.executeCoordination(hash, _payload, other);
        agreements.executeCoordination(hash, _payload, _payload.coordinationData);
        vm.assertEq(witness.caller(), agreements.accountOf(_charter));
    }

    function test_RevertWhen_TooFewSigned() public {
        Acceptances memory acceptances = _acceptances(3, 2);
        _expect(abi.encodeWithSelector(IAgreements.QuorumMissed.selector, 3, 2));
        agreements.agree(_intent, _payload, acceptances);
        acceptances = _acceptances(0, 0);
        _expect(abi.encodeWithSelector(IAgreements.QuorumMissed.selector, 3, 0));
        agreements.agree(_intent, _payload, acceptances);
    }

    function test_RevertWhen_SignaturesAreUnsortedDoubledOrOfNobody() public {
        Acceptances memory acceptances = _acceptances(0, 3);
        (acceptances.keys[0], acceptances.keys[1]) = (acceptances.keys[1], acceptances.keys[0]);
        _expectNotSigned(0, acceptances);
        acceptances = _acceptances(0, 3);
        acceptances.keys[1] = acceptances.keys[0];
        _expectNotSigned(1, acceptances);
        // One more bit than signatures, one less, and one beyond the participants.
        acceptances = _acceptances(0, 3);
        acceptances.signers[0] |= 1 << 4;
        _expectOutOfOrder(4, acceptances);
        acceptances = _acceptances(0, 3);
        acceptances.signers[0] = 3;
        _expectOutOfOrder(2, acceptances);
        acceptances = _acceptances(0, 3);
        acceptances.signers[0] = 3 | (1 << 5);
        _expectOutOfOrder(5, acceptances);
        acceptances.signers = new uint256[](3);
        acceptances.signers[2] = 7;
        _expectOutOfOrder(512, acceptances);
    }

    function test_RevertWhen_ASignatureIsOfSomethingElse() public {
        Acceptances memory acceptances = acceptancesUnder(domainOf(HOME + 1, address(agreements)), _intent, _payload, 0, 3);
        _expectNotSigned(0, acceptances);
        acceptances = acceptancesUnder(domainOf(HOME, address(witness)), _intent, _payload, 0, 3);
        _expectNotSigned(0, acceptances);
        acceptances = _acceptances(0, 3);
        acceptances.expiry += 1;
        _expectNotSigned(0, acceptances);
        acceptances = _acceptances(0, 3);
        vm.chainId(HOME + 1);
        vm.expectPartialRevert(IAgreements.AcceptanceNotSigned.selector);
        agreements.agree(_intent, _payload, acceptances);
    }

    function test_EveryFieldOfAnIntentIsSigned() public {
        Acceptances memory acceptances = _acceptances(0, 3);
        AgentIntent memory intent = _intent;
        intent.expiry += 1;
        _expectOther(intent, acceptances);
        intent = _intent;
        intent.nonce += 1;
        _expectOther(intent, acceptances);
        intent = _intent;
        intent.agentId = members[1];
        _expectOther(intent, acceptances);
        intent = _intent;
        intent.coordinationValue += 1;
        _expectOther(intent, acceptances);
        intent = _intent;
        intent.participants = without(members, 4);
        _expectOther(intent, acceptances);
        CoordinationPayload memory payload = _payload;
        payload.coordinationData = abi.encode(planOf(_charter, 1, 0, callOf(address(1), "")));
        vm.expectRevert(IAgentCoordination.ERC8001_PayloadHashMismatch.selector);
        agreements.agree(_intent, payload, acceptances);
        intent = _intent;
        intent.payloadHash = payloadHashOf(payload);
        vm.expectPartialRevert(IAgreements.AcceptanceNotSigned.selector);
        agreements.agree(intent, payload, acceptances);
    }

    function testFuzz_RevertWhen_AnAddressHasMoreThanItsBits(uint8 which, uint96 dirt) public {
        vm.assume(dirt != 0);
        bytes memory data = abi.encodeCall(IAgreements.agree, (_intent, _payload, _acceptances(0, 5)));
        bytes32 wanted = bytes32(uint256(uint160(members[which % 5])));
        for (uint256 place = 4; place < data.length; place += 32) {
            bytes32 word;
            for (uint256 i; i < 32; ++i) word |= bytes32(data[place + i]) >> (8 * i);
            if (word != wanted) continue;
            for (uint256 i; i < 12; ++i) data[place + i] = bytes12(dirt)[i];
        }
        (bool success, bytes memory reason) = address(agreements).call(data);
        vm.assertFalse(success);
        // The proposer's address stands twice, and the decoder itself does not take the other one.
        if (members[which % 5] == _intent.agentId) vm.assertEq(reason.length, 0);
        else vm.assertEq(reason, abi.encodeWithSelector(IAgentCoordination.ERC8001_ParticipantsNotCanonical.selector));
    }

    function test_RevertWhen_ItRanOut() public {
        Acceptances memory acceptances = _acceptances(0, 3);
        vm.warp(acceptances.expiry);
        _expect(abi.encodeWithSelector(IAgreements.AcceptancesExpired.selector, acceptances.expiry, block.timestamp));
        agreements.agree(_intent, _payload, acceptances);
        vm.warp(_intent.expiry);
        vm.expectRevert(IAgentCoordination.ERC8001_ExpiredIntent.selector);
        agreements.agree(_intent, _payload, acceptances);
    }

    function test_WalletsAcceptInASecondListAndNobodyCountsTwice() public {
        SignerContract wallet = new SignerContract();
        address[] memory mixed = new address[](3);
        (mixed[0], mixed[1], mixed[2]) = (members[0], members[1], address(wallet));
        sort(mixed);
        uint16 place;
        while (mixed[place] != address(wallet)) ++place;
        _prepare(mixed, planOf(0, 0, 3, callOf(address(witness), hearing())));
        if (_intent.agentId == address(wallet)) _intent.agentId = mixed[1];
        Acceptances memory acceptances = _mixed(mixed, place);
        bytes32 structHash = acceptanceHashOf(intentHashOf(_intent), address(wallet), 0, acceptances.expiry, _payload.conditionsHash);
        bytes32 digest = digestOf(domainOf(HOME, address(agreements)), structHash);
        _expect(abi.encodeWithSelector(IAgreements.AcceptanceNotSigned.selector, address(wallet), digest));
        agreements.agree(_intent, _payload, acceptances);

        wallet.accept(digest);
        WalletSignature[] memory twice = new WalletSignature[](2);
        (twice[0], twice[1]) = (acceptances.wallets[0], acceptances.wallets[0]);
        acceptances.wallets = twice;
        _expectOutOfOrder(place, acceptances);
        acceptances = _mixed(mixed, place);
        acceptances.wallets[0].index = place == 0 ? 1 : 0;
        _expectOutOfOrder(acceptances.wallets[0].index, acceptances);
        acceptances.wallets[0].index = 3;
        _expectOutOfOrder(3, acceptances);
        agreements.agree(_intent, _payload, _mixed(mixed, place));
        vm.assertEq(witness.caller(), agreements.accountOf(agreements.partyOf(mixed, 3)));
    }

    function test_AFailingCallRevertsItAll() public {
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(witness), 0, hearing());
        calls[1] = Call(address(witness), 0, abi.encodeCall(witness.refuse, ()));
        _prepare(planOf(_charter, 1, 0, calls));
        Acceptances memory acceptances = _acceptances(0, 3);
        vm.expectRevert(Witness.Refused.selector);
        agreements.agree(_intent, _payload, acceptances);
        vm.assertEq(witness.calls(), 0);
        _assertStatus(Status.None);
    }

    function test_TheAccountSpendsItsOwnAndOnlyItsOwn() public {
        address account = agreements.accountOf(_charter);
        vm.deal(account, 5);
        vm.deal(address(agreements), 5);
        Call[] memory calls = new Call[](2);
        calls[0] = Call(address(witness), 2, hearing());
        calls[1] = Call(stranger, 3, "");
        _prepare(planOf(_charter, 1, 0, calls));
        agreements.agree(_intent, _payload, _acceptances(0, 3));
        vm.assertEq(witness.value(), 2);
        vm.assertEq(stranger.balance, 3);
        vm.assertEq(account.balance, 0);
        vm.assertEq(address(agreements).balance, 5);
        _prepare(planOf(_charter, 1, 0, calls));
        Acceptances memory acceptances = _acceptances(0, 3);
        vm.expectRevert();
        agreements.agree(_intent, _payload, acceptances);
    }

    function test_RevertWhen_DataGoesWhereThereIsNoContract() public {
        _prepare(planOf(_charter, 1, 0, callOf(stranger, hearing())));
        Acceptances memory acceptances = _acceptances(0, 3);
        vm.expectRevert();
        agreements.agree(_intent, _payload, acceptances);
    }

    function test_RevertWhen_APlanBreaksARule() public {
        Plan memory plan = planOf(_charter, 1, 3, callOf(address(witness), hearing()));
        _expectPlanInvalid(plan, "threshold");
        _expectPlanInvalid(planOf(0, 0, 0, plan.calls), "threshold");
        _expectPlanInvalid(planOf(0, 0, 6, plan.calls), "threshold");
        _expectPlanInvalid(planOf(0, 1, 3, plan.calls), "epoch");
        plan = planOf(0, 0, 3, plan.calls);
        plan.legs = new Leg[](1);
        _expectPlanInvalid(plan, "legs");
        plan = planOf(_charter, 1, 0, plan.calls);
        plan.legs = new Leg[](1);
        plan.legs[0].chainId = 77;
        _prepare(plan);
        Acceptances memory acceptances = _acceptances(0, 3);
        _expect(abi.encodeWithSelector(IAgreements.LegChainNotLinked.selector, 77));
        agreements.agree(_intent, _payload, acceptances);
        _prepare(members, keccak256("HANSE_PLAN_V1"), "no plan");
        acceptances = _acceptances(0, 3);
        vm.expectRevert();
        agreements.agree(_intent, _payload, acceptances);
    }

    function test_AnotherTypeOfIntentNeedsAllAndCallsNobody() public {
        _prepare(members, keccak256("OTHER"), abi.encode(planOf(_charter, 1, 0, callOf(address(witness), hearing()))));
        Acceptances memory acceptances = _acceptances(0, 4);
        _expect(abi.encodeWithSelector(IAgreements.QuorumMissed.selector, 5, 4));
        agreements.agree(_intent, _payload, acceptances);
        vm.assertEq(agreements.agree(_intent, _payload, _acceptances(0, 5)), _payload.coordinationData);
        vm.assertEq(witness.calls(), 0);
    }

    // AgreementCannotSpeakForCharters

    function test_AgreementCannotSpeakForCharters() public {
        // Outsiders with a quorum of their own, and a charter of their own.
        address[] memory others = people("outsider", 5);
        _prepare(others, planOf(_charter, 1, 0, callOf(address(witness), hearing())));
        Acceptances memory acceptances = _acceptances(0, 5);
        _expect(abi.encodeWithSelector(IAgreements.ParticipantsNotMembers.selector, _charter, 1));
        agreements.agree(_intent, _payload, acceptances);
        // A quorum of the members, but not all of them named.
        _prepare(without(without(members, 4), 3), planOf(_charter, 1, 0, callOf(address(witness), hearing())));
        acceptances = _acceptances(0, 3);
        _expect(abi.encodeWithSelector(IAgreements.ParticipantsNotMembers.selector, _charter, 1));
        agreements.agree(_intent, _payload, acceptances);
        // The members with some friends.
        _prepare(_joined(members, others), planOf(_charter, 1, 0, callOf(address(witness), hearing())));
        acceptances = _acceptances(0, 10);
        _expect(abi.encodeWithSelector(IAgreements.ParticipantsNotMembers.selector, _charter, 1));
        agreements.agree(_intent, _payload, acceptances);
        // A charter that nobody adopted.
        _prepare(planOf(keccak256("none"), 0, 0, callOf(address(witness), hearing())));
        acceptances = _acceptances(0, 5);
        _expect(abi.encodeWithSelector(ICharters.CharterNotHome.selector, keccak256("none"), 0));
        agreements.agree(_intent, _payload, acceptances);
        vm.assertEq(witness.calls(), 0);
    }

    function test_AgreementCannotSpeakForAnotherCharterNorForTheProtocol() public {
        address[] memory others = people("outsider", 5);
        bytes32 other = adopt(charters, documentOf(others, 3), 0);
        // It calls the account of another charter, the agreements, the charters: always only as itself.
        address victim = agreements.accountOf(_charter);
        agree(agreements, members, planOf(_charter, 1, 0, callOf(address(witness), hearing())), 3);
        Call[] memory calls = callOf(victim, abi.encodeCall(CharterAccount.execute, (callOf(address(witness), hearing()))));
        address own = agreements.accountOf(other);
        _expect(abi.encodeWithSelector(CharterAccount.AccountWrongCaller.selector, address(agreements), own));
        this.agreeAs(other, others, calls);
        calls = callOf(address(charters), abi.encodeCall(ICharters.amend, (_charter, 2, documentOf(others, 3))));
        _expect(abi.encodeWithSelector(ICharters.CharterWrongCaller.selector, victim, own));
        this.agreeAs(other, others, calls);
        vm.assertEq(charters.current(_charter).number, 1);
        vm.assertEq(witness.calls(), 1);
    }

    function testFuzz_OnlyItsQuorumMovesAnAccount(uint256 seed, uint8 size, uint8 signed) public {
        uint256 count = (size % 9) + 1;
        address[] memory group = people(string(abi.encode(seed)), count);
        uint16 quorum = uint16((count / 2) + 1);
        bytes32 charter = adopt(charters, documentOf(group, quorum), bytes32(seed));
        uint256 acceptances = signed % (count + 1);
        (AgentIntent memory intent, CoordinationPayload memory payload) = intentOf(
            group,
            abi.encode(planOf(charter, 1, 0, callOf(address(witness), hearing())))
        );
        Acceptances memory brought = acceptancesOf(agreements, intent, payload, count - acceptances, acceptances);
        if (acceptances < quorum) _expect(abi.encodeWithSelector(IAgreements.QuorumMissed.selector, quorum, acceptances));
        agreements.agree(intent, payload, brought);
        vm.assertEq(witness.calls(), acceptances < quorum ? 0 : 1);
    }

    function agreeAs(bytes32 charterId, address[] memory participants, Call[] memory calls) external {
        agree(agreements, participants, planOf(charterId, 1, 0, calls), participants.length);
    }

    function _prepare(Plan memory plan) private {
        _prepare(members, plan);
    }

    function _prepare(address[] memory participants, Plan memory plan) private {
        _prepare(participants, PLAN, abi.encode(plan));
    }

    function _prepare(address[] memory participants, bytes32 coordinationType, bytes memory data) private {
        (AgentIntent memory intent, CoordinationPayload memory payload) = intentOf(participants, coordinationType, data);
        (_intent, _payload) = (intent, payload);
    }

    function _acceptances(uint256 first, uint256 count) private view returns (Acceptances memory) {
        return acceptancesOf(agreements, _intent, _payload, first, count);
    }

    /// @dev All sign by key but the one at `place`, which is a contract.
    function _mixed(address[] memory mixed, uint16 place) private view returns (Acceptances memory mixedAcceptances) {
        Acceptances memory left = _acceptances(0, place);
        Acceptances memory right = _acceptances(uint256(place) + 1, mixed.length - place - 1);
        mixedAcceptances = _acceptances(0, 0);
        mixedAcceptances.signers[0] = left.signers[0] | right.signers[0];
        mixedAcceptances.keys = new KeySignature[](mixed.length - 1);
        for (uint256 i; i < mixedAcceptances.keys.length; ++i) {
            mixedAcceptances.keys[i] = i < place ? left.keys[i] : right.keys[i - place];
        }
        mixedAcceptances.wallets = new WalletSignature[](1);
        mixedAcceptances.wallets[0] = WalletSignature(place, "whatever it likes");
    }

    function _joined(address[] memory one, address[] memory other) private pure returns (address[] memory all) {
        all = new address[](one.length + other.length);
        for (uint256 i; i < all.length; ++i) all[i] = i < one.length ? one[i] : other[i - one.length];
        sort(all);
    }

    function _assertStatus(Status expected) private view {
        (Status status, , , , ) = agreements.getCoordinationStatus(intentHashOf(_intent));
        vm.assertEq(uint256(status), uint256(expected));
    }

    function _expect(bytes memory reason) private {
        vm.expectRevert(reason);
    }

    function _expectOther(AgentIntent memory intent, Acceptances memory acceptances) private {
        vm.expectPartialRevert(IAgreements.AcceptanceNotSigned.selector);
        agreements.agree(intent, _payload, acceptances);
    }

    function _expectNotSigned(uint256 index, Acceptances memory acceptances) private {
        bytes32 structHash = acceptanceHashOf(intentHashOf(_intent), members[index], 0, acceptances.expiry, _payload.conditionsHash);
        bytes32 digest = digestOf(domainOf(HOME, address(agreements)), structHash);
        _expect(abi.encodeWithSelector(IAgreements.AcceptanceNotSigned.selector, members[index], digest));
        agreements.agree(_intent, _payload, acceptances);
    }

    function _expectOutOfOrder(uint256 index, Acceptances memory acceptances) private {
        _expect(abi.encodeWithSelector(IAgreements.AcceptanceOutOfOrder.selector, index));
        agreements.agree(_intent, _payload, acceptances);
    }

    function _expectPlanInvalid(Plan memory plan, string memory field) private {
        _prepare(plan);
        Acceptances memory acceptances = _acceptances(0, 5);
        _expect(abi.encodeWithSelector(IAgreements.PlanInvalid.selector, intentHashOf(_intent), field));
        agreements.agree(_intent, _payload, acceptances);
    }
}
