// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {RisingReward} from "../../../contracts/allocation/RisingReward.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";

/// priceOf
/// ├── when the first share is zero, over the whole or has more bits: reverts with it
/// ├── at or before the opening: the first share
/// ├── at or after the end: the whole, also where both are one second
/// └── between: rises by the same factor in equal times, never falls, and stays between the two
contract RisingRewardTest {
    uint40 private constant OPENED = 1_800_000_000;
    /// @dev What the escrow gives a policy.
    uint256 private constant POLICY_GAS = 100_000;

    RisingReward private _ramp = RisingReward(create("RisingReward", ""));

    function test_RisesByTheSameFactorInEqualTimes() public {
        // From one percent: a factor of ten in each half.
        vm.assertEq(_at(100, 1 days, 0), 100);
        vm.assertEq(_at(100, 1 days, 6 hours), 316);
        vm.assertEq(_at(100, 1 days, 12 hours), 1_000);
        vm.assertEq(_at(100, 1 days, 18 hours), 3_162);
        vm.assertEq(_at(100, 1 days, 1 days - 1), 9_999);
        vm.assertEq(_at(100, 1 days, 1 days), 10_000);
        vm.assertEq(_at(1, 16, 4), 10);
        vm.assertEq(_at(1, 16, 8), 100);
        vm.assertEq(_at(1, 16, 12), 1_000);
    }

    function test_IsTheWholeAtTheEndHoweverShort() public {
        vm.assertEq(_at(1, 0, 0), 10_000);
        vm.assertEq(_at(1, 1, 1), 10_000);
        vm.assertEq(_at(1, 1, 0), 1);
        vm.assertEq(_at(1, 1 days, 365 days), 10_000);
    }

    function test_HoldsForATaskThatOpensAfterItsEnd() public {
        vm.warp(OPENED);
        vm.assertEq(_ramp.priceOf(bytes32(uint256(5)), OPENED + 10, OPENED - 10), 10_000);
        vm.assertEq(_ramp.priceOf(bytes32(uint256(5)), OPENED + 20, OPENED + 10), 5);
    }

    function testFuzz_RevertWhen_NoFirstShareIsPackedLikeThis(bytes32 params) public {
        vm.assume(uint256(params) == 0 || uint256(params) > 10_000);
        vm.expectRevert(abi.encodeWithSelector(RisingReward.RampInvalid.selector, params));
        _ramp.priceOf(params, OPENED, OPENED + 1);
    }

    function test_RevertWhen_TheFirstShareIsJustWrong() public {
        testFuzz_RevertWhen_NoFirstShareIsPackedLikeThis(0);
        testFuzz_RevertWhen_NoFirstShareIsPackedLikeThis(bytes32(uint256(10_001)));
        testFuzz_RevertWhen_NoFirstShareIsPackedLikeThis(bytes32((uint256(1) << 16) | 1));
    }

    function testFuzz_StaysBetweenAndNeverFalls(uint16 first, uint40 openedAt, uint40 openUntil, uint40 early, uint40 late) public {
        first = uint16(1 + (uint256(first) % 10_000));
        if (early > late) (early, late) = (late, early);
        vm.warp(early);
        uint256 before = _price(first, openedAt, openUntil);
        vm.warp(late);
        uint256 later = _price(first, openedAt, openUntil);
        vm.assertGe(before, first);
        vm.assertGe(later, before);
        vm.assertLe(later, 10_000);
    }

    /// @dev Every step of the ramp for shares of every size, where rounding could make it fall by one.
    function testFuzz_NeverFallsFromOneSecondToTheNext(uint16 first, uint16 second) public {
        first = uint16(1 + (uint256(first) % 10_000));
        uint256 elapsed = uint256(second) % 65_535;
        vm.assertGe(_at(first, 65_536, elapsed + 1), _at(first, 65_536, elapsed));
    }

    function test_NeverFallsWhereAllBitsFlip() public {
        uint16[6] memory shares = [1, 2, 99, 5_000, 9_998, 9_999];
        for (uint256 i; i < shares.length; ++i) {
            for (uint256 bit = 1; bit < 65_536; bit <<= 1) {
                vm.assertGe(_at(shares[i], 65_536, bit), _at(shares[i], 65_536, bit - 1));
            }
        }
    }

    /// @dev Against a ramp computed another way: by whole roots and powers.
    function testFuzz_IsTheGeometricRamp(uint16 first, uint8 quarter) public {
        first = uint16(1 + (uint256(first) % 10_000));
        uint256 n = uint256(quarter) % 4;
        uint256 share = _at(first, 4_000, n * 1_000);
        // share^4 is at most first^(4-n) * 10000^n, and (share + 1)^4 is at least that, up to one unit of rounding.
        uint256 exact = uint256(first) ** (4 - n) * 10_000 ** n;
        vm.assertLe(share ** 4, exact);
        vm.assertGe((share + 1) ** 4, exact);
    }

    function test_NeedsLittleGas() public {
        vm.warp(OPENED + 65_535);
        uint256 before = gasleft();
        _ramp.priceOf(bytes32(uint256(1)), OPENED, OPENED + 65_536);
        vm.assertLt(before - gasleft(), POLICY_GAS / 2);
    }

    function _at(uint16 first, uint256 duration, uint256 elapsed) private returns (uint256) {
        vm.warp(OPENED + elapsed);
        return _price(first, OPENED, uint40(OPENED + duration));
    }

    function _price(uint16 first, uint40 openedAt, uint40 openUntil) private view returns (uint256) {
        return _ramp.priceOf(bytes32(uint256(first)), openedAt, openUntil);
    }
}
