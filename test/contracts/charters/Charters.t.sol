// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Charters} from "../../../contracts/charters/Charters.sol";
import {ChainRule, Document, TokenForm} from "../../../contracts/charters/Document.sol";
import {Call, IAgreements} from "../../../contracts/charters/IAgreements.sol";
import {Epoch, ICharters} from "../../../contracts/charters/ICharters.sol";
import {MemberList} from "../../../contracts/charters/MemberList.sol";
import {FinalityKind} from "../../../contracts/verifiers/IWatcherSet.sol";
import {vm} from "../../support/Vm.sol";
import {CharterWorld} from "./CharterWorld.sol";

/// adopt, amend
/// ├── when the document breaks a rule of documents: reverts with the rule
/// ├── when the caller is not the account of exactly its members and quorum, or of the charter: reverts
/// ├── when the epoch is not the next one: reverts
/// └── otherwise: the epoch is current, and the one before is still known
contract ChartersTest is CharterWorld {
    function test_AQuorumAdopts() public {
        Document memory document = documentOf(members, 3);
        document.policies.isMembersOnly = true;
        bytes32 charterId = adopt(charters, document, keccak256("salt"));

        Epoch memory epoch = charters.current(charterId);
        vm.assertEq(epoch.number, 1);
        vm.assertEq(epoch.quorum, 3);
        vm.assertEq(epoch.memberCount, 5);
        vm.assertTrue(epoch.isMembersOnly && !epoch.isConflicting);
        (bytes32 membersHash, bytes32 documentHash) = charters.hashesOf(charterId, 1);
        vm.assertEq(membersHash, keccak256(abi.encodePacked(members)));
        vm.assertEq(documentHash, keccak256(abi.encode(document)));
        vm.assertEq(charters.homeOf(charterId), HOME);
        bytes32 foundingHash = keccak256(abi.encode(documentHash, keccak256("salt")));
        vm.assertEq(charterId, keccak256(abi.encode(HOME, address(charters), foundingHash)));
        for (uint256 i; i < 5; ++i) vm.assertTrue(charters.isMember(charterId, members[i]));
        vm.assertFalse(charters.isMember(charterId, stranger));
        vm.assertFalse(charters.isMember(charterId, address(0)));
    }

    function test_RevertWhen_NotTheAccountOfItsMembersAdopts() public {
        Document memory document = documentOf(members, 3);
        bytes32 party = agreements.partyOf(members, 3);
        address expected = agreements.accountOf(party);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterWrongCaller.selector, expected, address(this)));
        charters.adopt(document, 0);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterWrongCaller.selector, expected, members[0]));
        vm.prank(members[0]);
        charters.adopt(document, 0);

        // Two of them are a party, and so are all with another threshold; neither is this one.
        Call[] memory calls = callOf(address(charters), abi.encodeCall(ICharters.adopt, (document, 0)));
        _expectWrongCaller(expected, agreements.partyOf(members, 2));
        this.agreeOn(members, 2, calls);
        address[] memory three = without(without(members, 0), 0);
        _expectWrongCaller(expected, agreements.partyOf(three, 3));
        this.agreeOn(three, 3, calls);
    }

    function test_RevertWhen_TheSameIsAdoptedTwice() public {
        bytes32 charterId = newCharter();
        Call[] memory calls = callOf(address(charters), abi.encodeCall(ICharters.adopt, (documentOf(members, 3), keccak256("salt"))));
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterExists.selector, charterId));
        this.agreeOn(members, 3, calls);
    }

    function test_AQuorumAmendsAndTheEpochBeforeStaysKnown() public {
        bytes32 charterId = newCharter();
        address[] memory rest = without(members, 1);
        amend(charters, charterId, members, documentOf(rest, 3));

        vm.assertEq(charters.current(charterId).number, 2);
        vm.assertFalse(charters.isMember(charterId, members[1]));
        vm.assertTrue(charters.isMemberAt(charterId, 1, members[1]));
        vm.assertFalse(charters.isMemberAt(charterId, 2, members[1]));
        vm.assertFalse(charters.isMemberAt(charterId, 3, members[0]));
        vm.assertTrue(charters.admits(charterId, 2, stranger));
        vm.assertFalse(charters.admits(charterId, 3, stranger));
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterEpochStale.selector, charterId, 2, 1));
        charters.requireCurrent(charterId, 1);
        vm.assertFalse(charters.requireCurrent(charterId, 2));
        // What the members of old signed for the epoch before binds nobody now.
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterEpochStale.selector, charterId, 2, 1));
        this.agreeAs(charterId, 1, members, callOf(address(witness), hearing()), 5);
    }

    function test_AnUnchangedListOfMembersIsNotWrittenAgain() public {
        bytes32 charterId = newCharter();
        address list = charters.current(charterId).members;
        amend(charters, charterId, members, documentOf(members, 4));
        vm.assertEq(charters.current(charterId).members, list);
        vm.assertEq(charters.current(charterId).quorum, 4);
        vm.assertEq(charters.epochOf(charterId, 1).quorum, 3);
    }

    function test_RevertWhen_AnEpochIsSkippedOrRepeated() public {
        bytes32 charterId = newCharter();
        for (uint32 epoch; epoch < 4; ++epoch) {
            if (epoch == 2) continue;
            Call[] memory calls = callOf(address(charters), abi.encodeCall(ICharters.amend, (charterId, epoch, documentOf(members, 4))));
            vm.expectRevert(abi.encodeWithSelector(ICharters.CharterEpochStale.selector, charterId, 1, epoch));
            this.agreeAs(charterId, 1, members, calls, 3);
        }
    }

    function test_RevertWhen_AnotherThanTheCharterAmends() public {
        bytes32 charterId = newCharter();
        address expected = agreements.accountOf(charterId);
        Call[] memory calls = callOf(address(charters), abi.encodeCall(ICharters.amend, (charterId, 2, documentOf(members, 4))));
        // Not even the party that adopted it, which has the same people and the same quorum.
        _expectWrongCaller(expected, agreements.partyOf(members, 3));
        this.agreeOn(members, 3, calls);
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterUnknown.selector, bytes32(uint256(1))));
        charters.amend(bytes32(uint256(1)), 1, documentOf(members, 4));
    }

    function test_RevertWhen_ADocumentBreaksARule() public {
        Document memory document = documentOf(members, 2);
        vm.expectRevert(abi.encodeWithSelector(ICharters.DocumentQuorumTooSmall.selector, 2, 5));
        charters.adopt(document, 0);
        document.isConflicting = true;
        _expectOnlyWrongCaller(document);

        document = documentOf(members, 6);
        _expectInvalid(document, "quorum", 6);
        document = documentOf(members, 0);
        document.isConflicting = true;
        _expectInvalid(document, "quorum", 0);
        document = documentOf(new address[](0), 1);
        _expectInvalid(document, "members.length", 0);
        document = documentOf(new address[](1001), 501);
        _expectInvalid(document, "members.length", 1001);
        document = documentOf(members, 3);
        document.members[2] = document.members[1];
        _expectInvalid(document, "members", 2);
        document.members[0] = address(0);
        _expectInvalid(document, "members", 0);
    }

    function test_RevertWhen_ListsAreNotInTheirOneOrder() public {
        Document memory document = documentOf(members, 3);
        document.chains = new ChainRule[](2);
        document.chains[0] = ChainRule(5, FinalityKind.Depth, 3, 1_000, 10, 5, 60);
        document.chains[1] = ChainRule(5, FinalityKind.Safe, 0, 1_000, 10, 5, 60);
        _expectInvalid(document, "chains", 1);
        document.chains[1].chainId = 6;
        _expectOnlyWrongCaller(document);
        document.chains[1].depth = 1;
        _expectInvalid(document, "chains.depth", 1);
        document.chains[1].depth = 0;

        document.tokens = new TokenForm[][](2);
        document.tokens[0] = _forms(5, address(1), 6, address(2));
        document.tokens[1] = _forms(5, address(3), 6, address(4));
        _expectOnlyWrongCaller(document);
        document.tokens[1] = _forms(5, address(3), 6, address(2));
        _expectInvalid(document, "tokens", 1);
        document.tokens[1] = _forms(5, address(0), 6, address(4));
        _expectInvalid(document, "tokens", 1);
        document.tokens[1] = _forms(6, address(3), 6, address(4));
        _expectInvalid(document, "tokens", 1);
        document.tokens[1] = new TokenForm[](1);
        _expectInvalid(document, "tokens.length", 1);
    }

    function testFuzz_EveryMemberOfAListIsFoundAndNobodyElse(uint256 seed, uint8 count, address other) public {
        address[] memory list = new address[](uint256(count) + 1);
        bool isOther = true;
        for (uint256 i; i < list.length; ++i) {
            list[i] = address(uint160(uint256(keccak256(abi.encode(seed, i)))));
            if (list[i] == other) isOther = false;
        }
        sort(list);
        (address data, bytes memory packed) = this.write(list);
        address[] memory back = MemberList.read(data);
        bytes memory plain;
        for (uint256 i; i < list.length; ++i) {
            vm.assertTrue(MemberList.has(data, list[i]));
            vm.assertEq(back[i], list[i]);
            plain = bytes.concat(plain, bytes20(list[i]));
        }
        vm.assertEq(packed, plain);
        vm.assertEq(MemberList.has(data, other), !isOther);
    }

    function test_AThousandMembersFit() public {
        address[] memory list = new address[](1_000);
        for (uint256 i; i < list.length; ++i) list[i] = address(uint160(1 + i * 7));
        (address data, ) = this.write(list);
        vm.assertTrue(MemberList.has(data, list[999]) && MemberList.has(data, list[0]) && !MemberList.has(data, address(2)));
    }

    // As calls, so that what reverts is one

    function write(address[] calldata list) external returns (address data, bytes memory packed) {
        return (MemberList.write(list), MemberList.pack(list));
    }

    function agreeOn(address[] memory participants, uint16 threshold, Call[] memory calls) external {
        agree(agreements, participants, planOf(0, 0, threshold, calls), threshold);
    }

    function agreeAs(bytes32 charterId, uint32 epoch, address[] memory participants, Call[] memory calls, uint256 count) external {
        agree(agreements, participants, planOf(charterId, epoch, 0, calls), count);
    }

    function _forms(uint64 one, address token, uint64 other, address otherToken) private pure returns (TokenForm[] memory forms) {
        forms = new TokenForm[](2);
        forms[0] = TokenForm(one, token, 18);
        forms[1] = TokenForm(other, otherToken, 6);
    }

    function _expectWrongCaller(address expected, bytes32 party) private {
        vm.expectRevert(abi.encodeWithSelector(ICharters.CharterWrongCaller.selector, expected, agreements.accountOf(party)));
    }

    function _expectOnlyWrongCaller(Document memory document) private {
        vm.expectPartialRevert(ICharters.CharterWrongCaller.selector);
        charters.adopt(document, 0);
    }

    function _expectInvalid(Document memory document, string memory rule, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(ICharters.DocumentInvalid.selector, rule, value));
        charters.adopt(document, 0);
    }
}
