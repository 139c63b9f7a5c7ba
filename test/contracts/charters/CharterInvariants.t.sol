// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Charters} from "../../../contracts/charters/Charters.sol";
import {Document} from "../../../contracts/charters/Document.sol";
import {AcceptanceAttestation, AgentIntent, CoordinationPayload} from "../../../contracts/charters/IAgentCoordination.sol";
import {Acceptances, Call, IAgreements, Plan} from "../../../contracts/charters/IAgreements.sol";
import {Epoch, ICharters} from "../../../contracts/charters/ICharters.sol";
import {vm} from "../../support/Vm.sol";
import {CharterParties} from "./CharterParties.sol";
import {CharterWorld} from "./CharterWorld.sol";

/// @notice Counts what it is told, and by whom.
contract Tally {
    mapping(bytes32 intent => uint256) public times;
    mapping(bytes32 intent => address) public caller;
    uint256 public told;

    function tell(bytes32 intent) external {
        ++times[intent];
        ++told;
        caller[intent] = msg.sender;
    }
}

/// @notice Two charters of overlapping people. Half of what is tried is by too few, by the wrong ones, for the wrong epoch, or for the second time.
contract CharterHandler is CharterParties {
    struct Brought {
        AgentIntent intent;
        CoordinationPayload payload;
        bytes32 mark;
        uint8 charter;
    }

    Charters public immutable CHARTERS;
    IAgreements public immutable AGREEMENTS;
    Tally public immutable TALLY;

    bytes32[2] public charters;
    /// @dev What the charters must be: who agreed to it, and how often they were amended.
    uint32[2] public epochs;
    uint16[2] public quorums;
    bytes32[2] public memberHashes;
    /// @dev What succeeded and must not have.
    uint256 public wrongs;
    uint256 public rights;

    address[] private _people;
    address[][2] private _members;
    Brought[] private _brought;
    uint256 private _marks;

    constructor(Charters charters_) {
        CHARTERS = charters_;
        AGREEMENTS = IAgreements(charters_.agreements());
        TALLY = new Tally();
        _people = people("somebody", 7);
        for (uint8 i; i < 2; ++i) {
            _members[i] = _slice(i, 5);
            Document memory document = documentOf(_members[i], 3);
            charters[i] = adopt(CHARTERS, document, bytes32(uint256(i)));
            _note(i, 1, document);
        }
    }

    /// @notice A charter's people have something told.
    function speak(uint8 charter, uint8 signed, uint8 epochOff, bool byOthers) external {
        charter %= 2;
        address[] memory group = _members[byOthers ? 1 - charter : charter];
        uint256 count = signed % (group.length + 1);
        uint32 epoch = epochOff % 4 == 0 ? epochs[charter] - 1 : epochs[charter];
        Brought memory mine = _telling(charter, epoch, group);
        bool isRight = count >= quorums[charter] && epoch == epochs[charter] && _hash(group) == memberHashes[charter];
        bool isDone = _bring(mine.intent, mine.payload, count);
        if (isDone != isRight) ++wrongs;
        if (isDone) {
            ++rights;
            _brought.push(mine);
        }
    }

    /// @notice What was done is brought again, on both paths, by other signatures of the same people.
    function again(uint256 which, uint8 signed) external {
        if (_brought.length == 0) return;
        Brought memory old = _brought[which % _brought.length];
        if (_bring(old.intent, old.payload, signed % (old.intent.participants.length + 1))) ++wrongs;
        bytes memory signature = sign(AGREEMENTS, old.intent);
        try AGREEMENTS.proposeCoordination(old.intent, signature, old.payload) {
            ++wrongs;
        } catch {}
    }

    /// @notice A charter is amended, or somebody tries to.
    function turn(uint8 charter, uint8 size, uint8 quorum, uint8 signed, uint8 epochOff, bool byOthers) external {
        charter %= 2;
        Document memory document = documentOf(_slice(signed, 1 + (size % 7)), quorum % 8);
        uint32 epoch = epochs[charter] + (epochOff % 3);
        uint8 by = byOthers ? 1 - charter : charter;
        uint256 count = signed % (_members[by].length + 1);
        bool isRight = by == charter && count >= quorums[charter] && epoch == epochs[charter] + 1 && _isSound(document);
        bool isDone = _amend(charter, epoch, document, by, count);
        if (isDone != isRight) ++wrongs;
        if (isDone) {
            ++rights;
            _members[charter] = document.members;
            _note(charter, epoch, document);
        }
    }

    /// @notice Anyone calls what only accounts may.
    function meddle(uint8 charter, address caller) external {
        charter %= 2;
        Document memory document = documentOf(_members[charter], uint16(_members[charter].length));
        vm.prank(caller);
        try CHARTERS.amend(charters[charter], epochs[charter] + 1, document) {
            ++wrongs;
        } catch {}
        vm.prank(caller);
        try CHARTERS.adopt(document, keccak256(abi.encode(caller))) {
            ++wrongs;
        } catch {}
    }

    function brought() external view returns (uint256) {
        return _brought.length;
    }

    function broughtAt(uint256 index) external view returns (bytes32 mark, uint8 charter) {
        return (_brought[index].mark, _brought[index].charter);
    }

    function membersOf(uint8 charter) external view returns (address[] memory) {
        return _members[charter];
    }

    function everybody() external view returns (address[] memory) {
        return _people;
    }

    function _bring(AgentIntent memory intent, CoordinationPayload memory payload, uint256 count) private returns (bool) {
        Acceptances memory acceptances = acceptancesOf(AGREEMENTS, intent, payload, intent.participants.length - count, count);
        try AGREEMENTS.agree(intent, payload, acceptances) {
            return true;
        } catch {
            return false;
        }
    }

    function _telling(uint8 charter, uint32 epoch, address[] memory group) private returns (Brought memory mine) {
        mine.charter = charter;
        mine.mark = keccak256(abi.encode(++_marks));
        Call[] memory calls = callOf(address(TALLY), abi.encodeCall(TALLY.tell, (mine.mark)));
        (mine.intent, mine.payload) = intentOf(group, abi.encode(planOf(charters[charter], epoch, 0, calls)));
    }

    function _amend(uint8 charter, uint32 epoch, Document memory document, uint8 by, uint256 count) private returns (bool) {
        Call[] memory calls = callOf(address(CHARTERS), abi.encodeCall(ICharters.amend, (charters[charter], epoch, document)));
        Plan memory plan = planOf(charters[by], epochs[by], 0, calls);
        (AgentIntent memory intent, CoordinationPayload memory payload) = intentOf(_members[by], abi.encode(plan));
        return _bring(intent, payload, count);
    }

    function _isSound(Document memory document) private pure returns (bool) {
        return document.quorum <= document.members.length && 2 * document.quorum > document.members.length;
    }

    function _note(uint8 charter, uint32 epoch, Document memory document) private {
        epochs[charter] = epoch;
        quorums[charter] = document.quorum;
        memberHashes[charter] = _hash(document.members);
    }

    function _slice(uint256 from, uint256 count) private view returns (address[] memory some) {
        some = new address[](count);
        for (uint256 i; i < count; ++i) some[i] = _people[(from + i) % _people.length];
        sort(some);
    }

    function _hash(address[] memory list) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(list));
    }
}

/// @notice In words: `test/invariant/charters.md`.
contract CharterInvariantsTest is CharterWorld {
    CharterHandler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new CharterHandler(charters);
    }

    /// @notice Only what this offers is called.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_OnlyAQuorumOfTheCurrentEpochActs() external view {
        vm.assertEq(_handler.wrongs(), 0);
    }

    function invariant_WhatIsAgreedIsDoneOnceAndFromTheAccountOfItsCharter() external view {
        uint256 count = _handler.brought();
        for (uint256 i; i < count; ++i) {
            (bytes32 mark, uint8 charter) = _handler.broughtAt(i);
            vm.assertEq(_handler.TALLY().times(mark), 1);
            vm.assertEq(_handler.TALLY().caller(mark), agreements.accountOf(_handler.charters(charter)));
        }
        vm.assertEq(_handler.TALLY().told(), count);
    }

    function invariant_EpochsCountUpOneByOneAndKeepWhatTheyWere() external view {
        for (uint8 i; i < 2; ++i) {
            bytes32 charter = _handler.charters(i);
            Epoch memory current = charters.current(charter);
            vm.assertEq(current.number, _handler.epochs(i));
            vm.assertEq(current.quorum, _handler.quorums(i));
            (bytes32 membersHash, ) = charters.hashesOf(charter, current.number);
            vm.assertEq(membersHash, _handler.memberHashes(i));
            for (uint32 epoch = 1; epoch <= current.number; ++epoch) vm.assertEq(charters.epochOf(charter, epoch).number, epoch);
            vm.assertEq(charters.epochOf(charter, current.number + 1).number, 0);
            vm.assertEq(keccak256(abi.encode(charters.epochOf(charter, current.number))), keccak256(abi.encode(current)));
        }
    }

    function invariant_WhoIsAMemberIsWhoIsOnTheList() external view {
        address[] memory everybody = _handler.everybody();
        for (uint8 i; i < 2; ++i) {
            address[] memory list = _handler.membersOf(i);
            for (uint256 j; j < everybody.length; ++j) {
                bool isOn;
                for (uint256 k; k < list.length; ++k) if (list[k] == everybody[j]) isOn = true;
                vm.assertEq(charters.isMember(_handler.charters(i), everybody[j]), isOn);
            }
        }
    }
}
