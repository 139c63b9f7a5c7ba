// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @notice Ways in which tokens differ from what one would like.
enum Breed {
    Plain,
    SayNothing,
    SayFalse,
    SayTrueMoveNothing,
    Revert,
    RevertBomb,
    ReturnBomb,
    EatGas,
    FeeIn,
    FeeOut,
    /// Takes one in a hundred more from whoever pays.
    FeeOnTop,
    RebaseUp,
    RebaseDown,
    GiveMore,
    /// Neither takes from nor gives to the blocked account.
    Blocklist,
    /// Calls the escrow before it moves, as hooks of ERC-777 do.
    HookBefore,
    HookAfter,
    /// Says the same balance always.
    BalanceStuck,
    /// Says another balance each time.
    BalanceWild,
    BalanceReverts,
    ZeroReverts,
    /// Refuses to change an allowance that is not zero.
    ApproveRace,
    /// Keeps all that it should move.
    KeepAll,
    /// Refuses transfers to the sender itself.
    NoSelf,
    LowDecimals,
    HighDecimals
}

/// @notice A token of the breed that it is told, from the moment on when it is told so: also as one that is upgraded.
contract ZooToken is ERC20("Zoo", "ZOO") {
    Breed public breed;
    address private _escrow;
    address private _blocked;
    bytes private _call;

    function settle(address escrow, address blocked, bytes calldata call_) external {
        (_escrow, _blocked, _call) = (escrow, blocked, call_);
    }

    function become(Breed breed_) external {
        breed = breed_;
    }

    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }

    function decimals() public view override returns (uint8) {
        return
            breed == Breed.LowDecimals
                ? 0
                : breed == Breed.HighDecimals
                    ? 77
                    : 18;
    }

    function approve(address spender, uint256 amount) public override returns (bool) {
        require(breed != Breed.ApproveRace || amount == 0 || allowance(msg.sender, spender) == 0, "race");
        return super.approve(spender, amount);
    }

    /// @notice The true balance.
    function heldBy(address account) external view returns (uint256) {
        return super.balanceOf(account);
    }

    function balanceOf(address account) public view override returns (uint256) {
        if (breed == Breed.BalanceStuck) return 1e9;
        if (breed == Breed.BalanceWild) return gasleft();
        if (breed == Breed.BalanceReverts) revert("no");
        return super.balanceOf(account);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return _play(msg.sender, to, amount, true);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        return _play(from, to, amount, false);
    }

    function _play(address from, address to, uint256 amount, bool isOut) private returns (bool) {
        if (breed == Breed.SayFalse) return false;
        if (breed == Breed.SayTrueMoveNothing) return true;
        if (breed == Breed.Revert) revert("paused");
        if (breed == Breed.RevertBomb) _answer(20_000, false);
        if (breed == Breed.EatGas) while (true) {}
        if (breed == Breed.Blocklist) require(from != _blocked && to != _blocked, "blocked");
        if (breed == Breed.ZeroReverts) require(amount != 0, "zero");
        if (breed == Breed.NoSelf) require(from != to, "self");
        if (breed == Breed.HookBefore) _hook();
        _transfer(from, breed == Breed.KeepAll ? address(this) : to, amount);
        if (breed == Breed.HookAfter) _hook();
        if ((breed == Breed.FeeIn && !isOut) || (breed == Breed.FeeOut && isOut)) _burn(to, amount / 100);
        if (breed == Breed.FeeOnTop) _burn(from, amount / 100);
        if (breed == Breed.GiveMore) _mint(to, 1);
        if (breed == Breed.RebaseUp) _mint(_escrow, 1_000);
        if (breed == Breed.RebaseDown) _burn(_escrow, 1_000);
        if (breed == Breed.ReturnBomb) _answer(20_000, true);
        if (breed == Breed.SayNothing) _answer(0, true);
        return true;
    }

    /// @dev What it calls must fail.
    function _hook() private {
        (bool success, ) = _escrow.call(_call);
        if (success) _mint(address(0xBAD), 1);
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
