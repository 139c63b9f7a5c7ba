// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IGateway} from "./IGateway.sol";
import {Limits} from "./Limits.sol";

/// @notice How long a lane has stood still. The end of the stop is kept with the lane's link, which every delivery reads.
struct LaneStop {
    // slot 0
    /// @dev When the running or last stop began.
    uint40 since;
    /// @dev Seconds of all stops before that one.
    uint40 counted;
    /// @dev Those of them that count as one row with it.
    uint40 inRow;
}

using LaneStopLibrary for LaneStop global;

/// @notice Stops of at most 7 days in a row. A lane that ran for less than 7 days between two stops was stopped in one row: stopping
/// again and again gives no more than stopping once.
library LaneStopLibrary {
    /// @notice Closes the stop that ended, or would end, at `until`, begins one of `duration` seconds now, and gives its end.
    function begin(LaneStop storage self, uint40 until, uint40 duration) internal returns (uint40) {
        uint40 timestamp = uint40(block.timestamp);
        LaneStop memory stop = self;
        uint40 stood = standing(stop, until);
        stop.counted += stood;
        stop.inRow = timestamp < until || timestamp - until < Limits.MAX_STOP ? stop.inRow + stood : 0;
        stop.since = timestamp;

        uint40 limit = Limits.MAX_STOP - stop.inRow;
        require(duration > 0 && duration <= limit, IGateway.StopTooLong(duration, limit));
        self.since = stop.since;
        self.counted = stop.counted;
        self.inRow = stop.inRow;
        return timestamp + duration;
    }

    /// @notice Seconds of all stops, the one until `until` included as far as it has lasted.
    function total(LaneStop memory self, uint40 until) internal view returns (uint40) {
        return self.counted + standing(self, until);
    }

    /// @dev Seconds of the stop until `until`.
    function standing(LaneStop memory self, uint40 until) private view returns (uint40) {
        uint40 timestamp = uint40(block.timestamp);
        return (timestamp < until ? timestamp : until) - self.since;
    }
}
