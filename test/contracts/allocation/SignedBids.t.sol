// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedBids} from "../../../contracts/allocation/SignedBids.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";

/// isBetter
/// ├── when step or reserve is out of range, or a bit above them is set: reverts with the parameters
/// ├── when the share is zero, over the whole or over the reserve: no
/// ├── given no standing bid: yes
/// └── given one: only when the share is less by the step, and by one basis point at least
contract SignedBidsTest {
    SignedBids private _bids = SignedBids(create("SignedBids", ""));

    function test_TheFirstBidNeedsOnlyTheReserve() public view {
        vm.assertTrue(_is({step: 500, reserve: 0, standing: 0, share: 10_000}));
        vm.assertTrue(_is({step: 500, reserve: 8_000, standing: 0, share: 8_000}));
        vm.assertFalse(_is({step: 500, reserve: 8_000, standing: 0, share: 8_001}));
        vm.assertFalse(_is({step: 500, reserve: 0, standing: 0, share: 10_001}));
        vm.assertFalse(_is({step: 500, reserve: 0, standing: 0, share: 0}));
        vm.assertFalse(_is({step: 10_000, reserve: 0, standing: 5, share: 0}));
    }

    function test_ABetterBidIsLessByTheStep() public view {
        vm.assertTrue(_is({step: 500, reserve: 0, standing: 8_000, share: 7_600}));
        vm.assertFalse(_is({step: 500, reserve: 0, standing: 8_000, share: 7_601}));
        vm.assertFalse(_is({step: 500, reserve: 7_000, standing: 8_000, share: 7_600}));
    }

    function test_ASmallStepIsAWholeBasisPoint() public view {
        vm.assertFalse(_is({step: 1, reserve: 0, standing: 100, share: 100}));
        vm.assertTrue(_is({step: 1, reserve: 0, standing: 100, share: 99}));
        vm.assertFalse(_is({step: 9_999, reserve: 0, standing: 1, share: 1}));
        vm.assertFalse(_is({step: 10_000, reserve: 0, standing: 10_000, share: 1}));
    }

    function testFuzz_AuctionsEnd(uint16 step, uint16 standing, uint16 share) public view {
        step = uint16(1 + (uint256(step) % 10_000));
        standing = uint16(1 + (uint256(standing) % 10_000));
        bool isLess = uint256(standing - (share < standing ? share : standing)) * 10_000 >= uint256(standing) * step;
        vm.assertTrue(_is(step, 0, standing, share) == (isLess && share < standing && share != 0));
    }

    function testFuzz_RevertWhen_PackedOtherwise(bytes32 params, uint16 standing, uint16 share) public {
        uint256 step = uint16(uint256(params));
        vm.assume(step == 0 || step > 10_000 || uint256(params) >> 16 > 10_000);
        vm.expectRevert(abi.encodeWithSelector(SignedBids.AuctionInvalid.selector, params));
        _bids.isBetter(params, standing, share);
    }

    function test_RevertWhen_AParameterIsJustWrong() public {
        testFuzz_RevertWhen_PackedOtherwise(0, 0, 1);
        testFuzz_RevertWhen_PackedOtherwise(_pack(10_001, 0), 0, 1);
        testFuzz_RevertWhen_PackedOtherwise(_pack(1, 10_001), 0, 1);
        testFuzz_RevertWhen_PackedOtherwise(bytes32((uint256(1) << 32) | 1), 0, 1);
    }

    function _is(uint16 step, uint16 reserve, uint16 standing, uint16 share) private view returns (bool) {
        return _bids.isBetter(_pack(step, reserve), standing, share);
    }

    function _pack(uint256 step, uint256 reserve) private pure returns (bytes32) {
        return bytes32((reserve << 16) | step);
    }
}
