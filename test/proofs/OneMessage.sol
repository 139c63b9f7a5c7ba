// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Whoever gets the message. It may call back as it likes.
interface IAnyone {
    function receiveMessage() external returns (bool);
}

/// @title One message of one lane, any one, as `Gateway` treats it
/// @notice The model of `Gateway.deliver` and `Gateway.retry`. Its recipient is unknown code. What the verifier says and whether the message
/// is late may be anything at any time. The guard against re-entrance is left out: what is proved does not rest on it.
contract OneMessage {
    bool internal isConsumed;
    /// @dev The record: at most one of both. Neither: zero.
    bool internal isFailed;
    bool internal isExpired;

    /// @dev What happened, for the properties. Not in the product.
    bool internal hasRun;
    bool internal hasRunTwice;
    bool internal hasExpired;
    bool internal isVouched;

    /// @notice Delivers a range that the message is in.
    function deliver(IAnyone recipient, bool isTrue, bool isLate) external {
        // mirrors gateway/Gateway.sol: require(link.verifier.verify(from, range.nonce, range.head, proof),
        // control VouchedBeforeRun: require(isTrue || isLate || !isConsumed);
        // control VouchedBeforeRun: require(isTrue || !hasExpired);
        require(isTrue);
        // mirrors gateway/NonceSet.sol: if (nonce < floor || bits & bit != 0) items[nonce - first] = 0;
        // control AtMostOnce: if (isConsumed && isFailed) return;
        if (isConsumed) return;
        // mirrors gateway/NonceSet.sol: else added |= bit;
        // control AtMostOnce: isConsumed = hasRun;
        // control ExpiredNeverRuns: isConsumed = !isLate;
        isConsumed = true;
        isVouched = isVouched || isTrue;
        // mirrors gateway/Gateway.sol: if (_isLate(header)) {
        if (isLate) {
            // control ExpiredNeverRuns: (hasExpired, isFailed) = (true, true);
            _expire();
            // mirrors gateway/Gateway.sol: } else if (!_call(nonce, leaf, prefix, header, payload, header.gasLimit())) {
        } else if (!_call(recipient)) {
            isFailed = true;
        }
    }

    /// @notice Tries a failed message again. Another message has another leaf.
    function retry(IAnyone recipient, bool isLate) external {
        // mirrors gateway/Gateway.sol: require(_records[key][nonce] == leaf, MessageNotFailed(key, nonce, leaf));
        // control AtMostOnce: require(isConsumed);
        // control ExpiredNeverRuns: require(isFailed || isExpired);
        // control VouchedBeforeRun: require(isFailed || !isConsumed);
        require(isFailed);
        // mirrors gateway/Gateway.sol: if (_isLate(header)) {
        if (isLate) {
            _expire();
            return;
        }
        // mirrors gateway/Gateway.sol: delete _records[key][nonce];
        // control AtMostOnce: isExpired = false;
        isFailed = false;
        // mirrors gateway/Gateway.sol: require(_call(nonce, leaf, prefix, header, payload, gasleft()), MessageFailedAgain(key, nonce, leaf));
        require(_call(recipient));
    }

    function _expire() private {
        // mirrors gateway/Gateway.sol: _records[key][nonce] = EXPIRED;
        (isFailed, isExpired) = (false, true);
        hasExpired = true;
    }

    function _call(IAnyone recipient) private returns (bool ran) {
        ran = recipient.receiveMessage();
        hasRunTwice = hasRunTwice || (ran && hasRun);
        hasRun = hasRun || ran;
    }

    function properties() external view {
        // property AtMostOnce: a message runs at most once, whatever is delivered and retried, and whoever calls back meanwhile
        assert(!hasRunTwice);
        // property ExpiredNeverRuns: what expired never ran and never runs
        assert(!(hasExpired && hasRun));
        // property VouchedBeforeRun: nothing runs unless the verifier vouched for a head over it
        assert(!hasRun || isVouched);
    }
}
