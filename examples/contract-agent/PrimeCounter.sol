// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

import {ITaskPortal} from "../../contracts/tasks/ITaskPortal.sol";
import {Terms} from "../../contracts/tasks/Terms.sol";
import {TermsRules} from "../../contracts/tasks/TermsRules.sol";

/// @title A worker that is a contract: it counts primes, for whoever pays enough
/// @notice It decides by itself what it takes on, works in its own code, and hands in the hash of what it found. No key can speak for it:
/// anyone may call `bid` and `work`, and all that comes of it is what this code would do anyway.
/// @dev Pay goes to the worker's own address on the task's home chain. This contract is created through the same CREATE2 factory with the
/// same arguments there: the address follows from the code, so nobody else can ever be at it, and the copy at home passes the pay on.
contract PrimeCounter {
    using SafeERC20 for IERC20;
    using TermsRules for Terms;

    /// @notice The result, which is the body of the deliverable: `keccak256(abi.encode(primes))` was handed in.
    event PrimesCounted(bytes32 indexed taskId, uint256 limit, uint256 primes);

    /// @notice The task is no count of primes below `limit`, or of too many.
    error TaskUnknown(bytes32 specHash, uint256 limit);
    /// @notice It pays too little, in native coin, or is judged by somebody else.
    error TermsRefused(uint256 reward, uint256 needed, address token, address evaluator);

    uint256 private constant MOST = 2_000;

    ITaskPortal private immutable PORTAL;
    address private immutable OWNER;
    address private immutable EVALUATOR;
    uint256 private immutable PRICE;

    mapping(bytes32 taskId => uint256 limit) private _limits;

    /// @param owner Puts up the bonds, and gets the pay.
    /// @param evaluator The only one whose judgement it trusts.
    /// @param price The least pay for each number that it looks at, in base units.
    constructor(ITaskPortal portal, address owner, address evaluator, uint256 price) {
        PORTAL = portal;
        OWNER = owner;
        EVALUATOR = evaluator;
        PRICE = price;
    }

    /// @notice Claims a task through the portal, if it is worth it. Its spec is the number `limit`.
    function bid(uint256 homeChainId, Terms calldata terms, uint256 limit) external returns (bytes32 taskId) {
        require(limit <= MOST && terms.specHash == keccak256(abi.encode(limit)), TaskUnknown(terms.specHash, limit));
        uint256 needed = PRICE * limit;
        require(
            terms.reward >= needed && terms.token != address(0) && terms.evaluator == EVALUATOR,
            TermsRefused(terms.reward, needed, terms.token, terms.evaluator)
        );

        taskId = terms.idOf(homeChainId, PORTAL.escrowOf(homeChainId));
        _limits[taskId] = limit;
        PORTAL.claim(homeChainId, terms, OWNER, 0, terms.openUntil);
    }

    /// @notice Does the work and hands it in, under the fencing token that home granted. A wrong token is refused there, and harms nobody.
    function work(uint256 homeChainId, bytes32 taskId, uint16 token) external returns (uint256 primes) {
        uint256 limit = _limits[taskId];
        require(limit != 0, TaskUnknown(taskId, limit));
        primes = primesBelow(limit);

        emit PrimesCounted(taskId, limit, primes);
        PORTAL.submit(homeChainId, taskId, token, keccak256(abi.encode(primes)));
    }

    /// @notice Passes on what it was paid. For the copy at home.
    function collect(IERC20 token) external {
        token.safeTransfer(OWNER, token.balanceOf(address(this)));
    }

    /// @notice How many primes are below `limit`.
    function primesBelow(uint256 limit) public pure returns (uint256 count) {
        for (uint256 n = 2; n < limit; ++n) {
            uint256 d = 2;
            while (d * d <= n && n % d != 0) ++d;
            if (d * d > n) ++count;
        }
    }
}
