// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {ITaskRecords} from "./ITaskRecords.sol";

/// @title A pause that can only refuse new exposure, and lapses by itself
/// @notice At most 7 days from its start. After it, as many days must pass before the next: a guardian cannot keep the escrow shut.
abstract contract ExposurePause is ITaskRecords, AccessManaged {
    /// @dev Seconds of the longest pause, and of the gap that must follow any pause.
    uint40 private constant MAX_PAUSE = 7 days;

    // slot 0
    uint40 private _pausedAt;
    uint40 internal _pausedUntil;

    /// @dev The caller has checked who asks.
    function _pause(uint40 duration) internal {
        uint40 timestamp = uint40(block.timestamp);
        if (timestamp > _pausedUntil) {
            uint40 notBefore = _pausedUntil == 0 ? 0 : _pausedUntil + MAX_PAUSE;
            require(timestamp > notBefore, PauseTooSoon(notBefore));
            _pausedAt = timestamp;
        }
        // A running pause may be made longer or shorter, but counts from its start.
        uint40 limit = _pausedAt + MAX_PAUSE - timestamp;
        require(duration <= limit, PauseTooLong(duration, limit));
        _pausedUntil = timestamp + duration;

        emit PausedUntil(_pausedUntil);
    }

    function _isPaused() internal view returns (bool) {
        return block.timestamp < _pausedUntil;
    }

    function _requireNotPaused() internal view {
        require(!_isPaused(), EscrowPaused(_pausedUntil));
    }
}
