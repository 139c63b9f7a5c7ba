// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice What a token does when it is asked to move.
enum Trick {
    None,
    /// Keeps one unit in a hundred.
    Fee,
    /// Says false and moves nothing.
    SayFalse,
    /// Says nothing.
    SayNothing,
    /// Answers one byte.
    SayShort,
    /// Answers two instead of true.
    SayTwo,
    Revert,
    /// Reverts with 20 kB.
    RevertHuge,
    /// Answers true and 20 kB more.
    ReturnHuge,
    EatGas,
    /// Says true and moves nothing.
    Lie,
    /// Calls somebody first.
    Reenter,
    /// Takes one unit from the escrow at each transfer to it.
    Shrink
}

/// @notice A token that behaves as it is told, on the way in and on the way out.
contract HostileToken is ERC20("Hostile", "HOST") {
    Trick public onTransfer;
    Trick public onTransferFrom;
    address private _target;
    bytes private _call;
    bool public reentered;
    bytes public reason;

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function behave(Trick onTransferFrom_, Trick onTransfer_) external {
        (onTransferFrom, onTransfer) = (onTransferFrom_, onTransfer_);
    }

    function aim(address target, bytes calldata call_) external {
        (_target, _call) = (target, call_);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _play(onTransfer, msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        return _play(onTransferFrom, from, to, amount);
    }

    function _play(Trick trick, address from, address to, uint256 amount) private returns (bool) {
        if (trick == Trick.SayFalse) return false;
        if (trick == Trick.Lie) return true;
        if (trick == Trick.Revert) revert("no");
        if (trick == Trick.RevertHuge) _answer(20_000, false);
        if (trick == Trick.EatGas) while (true) {}
        if (trick == Trick.Reenter) {
            (reentered, reason) = _target.call(_call);
        }
        _transfer(from, to, amount);
        if (trick == Trick.Fee) _burn(to, amount / 100);
        if (trick == Trick.Shrink) _burn(to, amount + 1);
        if (trick == Trick.ReturnHuge) _answer(20_000, true);
        if (trick == Trick.SayNothing) _answer(0, true);
        if (trick == Trick.SayShort) _answer(1, true);
        if (trick == Trick.SayTwo) {
            assembly {
                mstore(0, 2)
                return(0, 32)
            }
        }
        return true;
    }

    function _answer(uint256 length, bool isGood) private pure {
        assembly {
            let start := mload(0x40)
            mstore(start, 1)
            if isGood {
                return(start, length)
            }
            revert(start, length)
        }
    }
}
