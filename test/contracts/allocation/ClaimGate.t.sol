// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {ClaimGate} from "../../../contracts/allocation/ClaimGate.sol";
import {ClaimGates} from "../../../contracts/allocation/ClaimGates.sol";
import {Condition, ConditionKind, IClaimGate} from "../../../contracts/allocation/IClaimGate.sol";
import {IClaimGates} from "../../../contracts/allocation/IClaimGates.sol";
import {IPricePolicy} from "../../../contracts/allocation/IPricePolicy.sol";
import {RisingReward} from "../../../contracts/allocation/RisingReward.sol";
import {IBoardRecords, Mirror} from "../../../contracts/board/IBoardRecords.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {GateWorld} from "./GateWorld.sol";

/// create
/// ├── when there are no conditions, or more than four: reverts with how many
/// ├── when one asks for nothing, or has a field that its kind does not need: reverts with its place
/// ├── when the gate stands already: gives it, without an event
/// └── otherwise: it stands where `gateOf` said, with what was asked
/// priceOf
/// ├── when a condition does not hold: reverts with the blackboard's word
/// ├── when all hold and nothing prices: the whole, and parameters are refused
/// ├── when all hold and a policy prices: what that says of the same parameters
/// └── of what gates are clones of: reverts
contract ClaimGateTest is GateWorld {
    uint40 private constant NOW = 1_800_000_000;
    uint256 private constant HOME = 1001;
    /// @dev What the escrow gives a policy.
    uint256 private constant POLICY_GAS = 100_000;

    function setUp() public {
        vm.warp(NOW);
        vm.chainId(HOME);
        newGates(new AccessManager(address(this)), HOME);
    }

    // create

    function test_AGateStandsWhereItWasSaid() public {
        Condition[] memory conditions = one(version(3));
        address expected = gates.gateOf(conditions, WHOLE_REWARD);
        vm.assertEq(expected.code.length, 0);
        vm.expectEmit(address(gates));
        emit IClaimGates.GateCreated(expected, conditions, WHOLE_REWARD);
        vm.assertEq(gates.create(conditions, WHOLE_REWARD), expected);
        (Condition[] memory asked, IPricePolicy pricing) = IClaimGate(expected).gate();
        vm.assertEq(keccak256(abi.encode(asked)), keccak256(abi.encode(conditions)));
        vm.assertEq(address(pricing), address(0));

        vm.recordLogs();
        vm.assertEq(gates.create(conditions, WHOLE_REWARD), expected);
        vm.assertEq(vm.getRecordedLogs().length, 0);
    }

    function testFuzz_OtherConditionsAreAnotherGate(uint32 atLeast, uint32 other, bool isPriced) public view {
        vm.assume(atLeast != 0 && other != 0 && (atLeast != other || isPriced));
        IPricePolicy pricing = IPricePolicy(isPriced ? address(0x9) : address(0));
        vm.assertTrue(gates.gateOf(one(version(atLeast)), WHOLE_REWARD) != gates.gateOf(one(version(other)), pricing));
        vm.assertTrue(gates.gateOf(one(version(atLeast)), WHOLE_REWARD) != gates.gateOf(one(length(other)), pricing));
    }

    function test_RevertWhen_ThereAreNoneOrTooMany() public {
        vm.expectRevert(abi.encodeWithSelector(IClaimGates.ConditionsWrong.selector, 0, 4));
        gates.create(new Condition[](0), WHOLE_REWARD);
        vm.expectRevert(abi.encodeWithSelector(IClaimGates.ConditionsWrong.selector, 5, 4));
        gates.create(new Condition[](5), WHOLE_REWARD);
    }

    function test_RevertWhen_AConditionAsksForNothing() public {
        _expectInvalid(version(0));
        _expectInvalid(length(0));
        _expectInvalid(mirrored(false, 0, 10));
        _expectInvalid(mirrored(true, 0, 10));
    }

    function test_RevertWhen_AVersionIsOneThatNoCellHas() public {
        _expectInvalid(version(uint64(type(uint32).max) + 1));
        _expectInvalid(mirrored(false, uint64(type(uint32).max) + 1, 10));
        gates.create(one(version(type(uint32).max)), WHOLE_REWARD);
        gates.create(one(mirrored(false, type(uint32).max, 10)), WHOLE_REWARD);
        gates.create(one(length(type(uint64).max)), WHOLE_REWARD);
        gates.create(one(mirrored(true, type(uint64).max, 0)), WHOLE_REWARD);
        gates.create(one(value(0)), WHOLE_REWARD);
    }

    function test_RevertWhen_AMirrorIsOfNoOtherChain() public {
        Condition memory condition = mirrored(false, 1, 10);
        condition.homeChainId = 0;
        _expectInvalid(condition);
        condition.homeChainId = uint64(HOME);
        _expectInvalid(condition);
    }

    /// @dev One condition has one form: whatever its kind does not need is zero.
    function testFuzz_RevertWhen_AFieldIsNotNeeded(uint8 kindSeed, bytes32 hash, uint64 atLeast, uint64 chainId, uint40 maxAge) public {
        ConditionKind kind = ConditionKind(kindSeed % 5);
        Condition memory condition = Condition(kind, space, KEY, hash, atLeast, chainId, maxAge);
        bool isValue = kind == ConditionKind.Value;
        bool isMirror = kind == ConditionKind.MirrorVersion || kind == ConditionKind.MirrorLength;
        bool isLong = kind == ConditionKind.Length || kind == ConditionKind.MirrorLength;
        bool isSound = isValue ? atLeast == 0 : atLeast != 0 && hash == 0 && (isLong || atLeast <= type(uint32).max);
        isSound = isSound && (isMirror ? chainId != 0 && chainId != HOME : chainId == 0 && maxAge == 0);
        if (isSound) gates.create(one(condition), WHOLE_REWARD);
        else _expectInvalid(condition);
    }

    function test_RevertWhen_TheSecondConditionIsUnsound() public {
        Condition[] memory conditions = new Condition[](2);
        (conditions[0], conditions[1]) = (version(1), version(0));
        vm.expectRevert(abi.encodeWithSelector(IClaimGates.ConditionInvalid.selector, 1));
        gates.create(conditions, WHOLE_REWARD);
    }

    // priceOf

    function test_AVersionIsReached() public {
        IClaimGate gate = gateWith(version(3));
        writeTimes(2);
        _expectClosed(gate, abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 3, 2));
        writeTimes(1);
        _expectOpen(gate);
        writeTimes(1);
        _expectOpen(gate);
    }

    function test_AValueHoldsUntilItIsOverwritten() public {
        bytes32 wanted = keccak256("go");
        IClaimGate gate = gateWith(value(wanted));
        _expectClosed(gate, abi.encodeWithSelector(IBoardRecords.ValueUnmet.selector, space, KEY, wanted, bytes32(0)));
        board.write(space, KEY, 0, "go");
        _expectOpen(gate);
        board.write(space, KEY, 1, "stop");
        _expectClosed(gate, abi.encodeWithSelector(IBoardRecords.ValueUnmet.selector, space, KEY, wanted, keccak256("stop")));
    }

    function test_NothingWrittenIsAConditionToo() public {
        IClaimGate gate = gateWith(value(0));
        _expectOpen(gate);
        board.write(space, KEY, 0, "veto");
        _expectClosed(gate, abi.encodeWithSelector(IBoardRecords.ValueUnmet.selector, space, KEY, 0, keccak256("veto")));
    }

    function test_ATopicIsLongEnough() public {
        IClaimGate gate = gateWith(length(2));
        appendTimes(1);
        _expectClosed(gate, abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 2, 1));
        appendTimes(1);
        _expectOpen(gate);
    }

    function test_AMirrorIsNewAndYoungEnough() public {
        for (uint256 i; i < 2; ++i) {
            bool isTopic = i == 1;
            vm.warp(NOW);
            IClaimGate gate = gateWith(mirrored(isTopic, 7, 60));
            mirror(isTopic, 6, NOW);
            _expectClosed(gate, abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 7, 6));
            mirror(isTopic, 7, NOW);
            _expectOpen(gate);
            vm.warp(NOW + 60);
            _expectOpen(gate);
            vm.warp(NOW + 61);
            _expectClosed(gate, abi.encodeWithSelector(IBoardRecords.MirrorTooOld.selector, uint256(FAR), space, KEY, NOW, 60));
            mirror(isTopic, 7, NOW + 61);
            _expectOpen(gate);
        }
    }

    function test_TheCopyOfACellIsNotItsHome() public {
        mirror(false, 9, NOW);
        mirror(true, 9, NOW);
        _expectClosed(gateWith(version(1)), abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 1, 0));
        _expectClosed(gateWith(length(1)), abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 1, 0));
    }

    /// @dev Against the state of the board, read another way: open exactly while every condition holds.
    function testFuzz_OpensWhileAllHold(uint256 seed) public {
        writeTimes(seed % 4);
        appendTimes((seed >> 8) % 4);
        mirror(false, uint64((seed >> 16) % 4), NOW - ((seed >> 24) % 4));
        mirror(true, uint64((seed >> 32) % 4), NOW - ((seed >> 40) % 4));
        Condition[] memory conditions = new Condition[](1 + ((seed >> 48) % 4));
        bool holds = true;
        for (uint256 i; i < conditions.length; ++i) {
            conditions[i] = _anyCondition(uint256(keccak256(abi.encode(seed, i))));
            holds = holds && _holds(conditions[i]);
        }
        IClaimGate gate = IClaimGate(gates.create(conditions, WHOLE_REWARD));
        try gate.priceOf(0, NOW, NOW) returns (uint16 share) {
            vm.assertTrue(holds && share == 10_000);
        } catch {
            vm.assertFalse(holds);
        }
    }

    function testFuzz_RevertWhen_NothingPricesAndParametersAreGiven(bytes32 params) public {
        vm.assume(params != 0);
        IClaimGate gate = gateWith(value(0));
        vm.expectRevert(abi.encodeWithSelector(IClaimGate.GateParamsInvalid.selector, params));
        gate.priceOf(params, NOW, NOW);
    }

    function testFuzz_AnotherPolicyPricesWhatIsOpen(uint16 first, uint40 openedAt, uint40 openUntil) public {
        first = 1 + (first % 10_000);
        RisingReward ramp = RisingReward(create("RisingReward", ""));
        IClaimGate gate = IClaimGate(gates.create(one(version(1)), ramp));
        bytes32 params = bytes32(uint256(first));
        vm.expectRevert(abi.encodeWithSelector(IBoardRecords.VersionUnmet.selector, space, KEY, 1, 0));
        gate.priceOf(params, openedAt, openUntil);
        writeTimes(1);
        vm.assertEq(gate.priceOf(params, openedAt, openUntil), ramp.priceOf(params, openedAt, openUntil));
    }

    function test_RevertWhen_ItIsWhatGatesAreClonesOf() public {
        address original = vm.computeCreateAddress(address(gates), 1);
        vm.assertEq(address(ClaimGate(original).BOARD()), address(board));
        vm.expectRevert();
        ClaimGate(original).priceOf(0, NOW, NOW);
    }

    /// @dev The dearest gate that can be made, with everything cold, before the dearest ramp.
    function test_NeedsLittleGas() public {
        mirror(true, 1, NOW);
        Condition[] memory conditions = new Condition[](4);
        for (uint40 i; i < 4; ++i) {
            conditions[i] = mirrored(true, 1, i);
        }
        IPricePolicy ramp = IPricePolicy(create("RisingReward", ""));
        IClaimGate gate = IClaimGate(gates.create(conditions, ramp));
        uint256 before = gasleft();
        gate.priceOf(bytes32(uint256(1)), NOW - 65_535, NOW + 1);
        vm.assertLt(before - gasleft(), (POLICY_GAS * 9) / 10);
    }

    function _anyCondition(uint256 seed) private view returns (Condition memory) {
        uint64 atLeast = uint64(1 + ((seed >> 8) % 3));
        if (seed % 5 == 0) return version(atLeast);
        if (seed % 5 == 1) return length(atLeast);
        if (seed % 5 == 2) return value(atLeast == 3 ? bytes32(0) : keccak256(abi.encode(uint32(0))));
        return mirrored(seed % 5 == 3, atLeast, uint40((seed >> 16) % 4));
    }

    function _holds(Condition memory asked) private view returns (bool) {
        if (asked.kind == ConditionKind.Version) return board.cellOf(space, KEY).version >= asked.atLeast;
        if (asked.kind == ConditionKind.Value) return board.cellOf(space, KEY).valueHash == asked.valueHash;
        if (asked.kind == ConditionKind.Length) {
            (uint64 entries, ) = board.topicOf(space, KEY);
            return entries >= asked.atLeast;
        }
        bool isTopic = asked.kind == ConditionKind.MirrorLength;
        Mirror memory known = isTopic ? board.topicMirrorOf(FAR, space, KEY) : board.mirrorOf(FAR, space, KEY);
        return known.version >= asked.atLeast && known.asOf + uint256(asked.maxAge) >= block.timestamp;
    }

    function _expectInvalid(Condition memory condition) private {
        vm.expectRevert(abi.encodeWithSelector(IClaimGates.ConditionInvalid.selector, 0));
        gates.create(one(condition), WHOLE_REWARD);
    }

    function _expectClosed(IClaimGate gate, bytes memory reason) private {
        vm.expectRevert(reason);
        gate.priceOf(0, NOW, NOW);
    }

    function _expectOpen(IClaimGate gate) private view {
        vm.assertEq(gate.priceOf(0, NOW, NOW), 10_000);
    }
}
