// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice How an address that is called an identity registry may answer.
enum Answer {
    Owner,
    Nothing,
    Short,
    Long,
    DirtyWord,
    Revert,
    EatGas,
    Bomb,
    Write
}

/// @notice Answers as it is told, to whoever asks for an owner.
contract HostileIdentityRegistry {
    Answer public mood;
    address public owner;
    uint256 public written;

    function set(Answer newMood, address newOwner) external {
        (mood, owner) = (newMood, newOwner);
    }

    fallback() external {
        Answer answer = mood;
        uint256 word = uint256(uint160(owner));
        if (answer == Answer.Write) written = 1;
        if (answer == Answer.Revert) revert("no");
        if (answer == Answer.EatGas) while (true) ++word;
        if (answer == Answer.DirtyWord) word |= 1 << 160;
        uint256 length = 32;
        if (answer == Answer.Nothing) length = 0;
        if (answer == Answer.Short) length = 31;
        if (answer == Answer.Long) length = 64;
        if (answer == Answer.Bomb) length = 150_000;
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, word)
            return(start, length)
        }
    }
}
