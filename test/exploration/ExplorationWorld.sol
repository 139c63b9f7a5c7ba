// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {AgentRegistry} from "../../contracts/agents/AgentRegistry.sol";
import {Gateway} from "../../contracts/gateway/Gateway.sol";
import {ITaskEscrow} from "../../contracts/tasks/ITaskEscrow.sol";
import {Terms} from "../../contracts/tasks/Terms.sol";
import {DevToken} from "../../devnet/contracts/DevToken.sol";
import {newEscrow} from "../support/Escrows.sol";
import {cheats} from "./Cheats.sol";
import {FixedPrice, Judge, LeastStep, Wallet} from "./People.sol";

/// @notice One escrow, seven people, and the terms of each configuration. `scripts/exploration/configurations.ts` holds the same in
/// TypeScript; a difference between them is a difference between model and bytecode, so it is found.
abstract contract ExplorationWorld {
    enum Configuration {
        Claim,
        Arbitrator,
        Auction,
        Suspicion,
        Revisions,
        Hire,
        Priced,
        Family,
        Dispute,
        Bounty,
        Judged,
        Careless
    }

    uint256 internal constant HOME = 1001;
    uint40 internal constant START = 1_800_000_000;
    uint24 internal constant CHALLENGE = 1;
    uint24 internal constant WORK = 2;
    uint24 internal constant ANSWER = 1;
    uint24 internal constant REVIEW = 1;
    uint24 internal constant DISPUTE = 1;
    uint24 internal constant ARBITRATION = 1;
    uint24 internal constant GRACE = 1;
    /// @dev How many people there are: requester, two workers, sponsor, evaluator, arbitrator, stranger.
    uint256 internal constant PEOPLE = 7;
    uint256 internal constant REQUESTER = 0;
    uint256 internal constant FIRST = 1;
    uint256 internal constant SECOND = 2;
    uint256 internal constant SPONSOR = 3;
    uint256 internal constant EVALUATOR = 4;
    uint256 internal constant ARBITER = 5;
    uint256 internal constant STRANGER = 6;

    ITaskEscrow internal escrow;
    DevToken internal coin;
    address internal auction;
    address internal price;
    address[PEOPLE] internal people;
    Configuration internal configuration;

    function setUp() public virtual {
        cheats.warp(START);
        cheats.chainId(HOME);
        address authority = address(new AccessManager(address(this)));
        escrow = newEscrow(authority, new Gateway(authority), new AgentRegistry());
        coin = new DevToken();
        auction = address(new LeastStep());
        price = address(new FixedPrice());
        for (uint256 i; i < PEOPLE; ++i) {
            people[i] = i == EVALUATOR ? address(new Judge()) : address(new Wallet());
            coin.mint(people[i], 1 << 120);
            cheats.prank(people[i]);
            coin.approve(address(escrow), type(uint256).max);
        }
        _deposit(FIRST, FIRST);
        _deposit(SPONSOR, SECOND);
    }

    /// @dev Long enough for a second assignment, or only for a first one.
    function _openFor() internal view returns (uint40) {
        return
            configuration == Configuration.Claim || configuration == Configuration.Suspicion || configuration >= Configuration.Bounty
                ? 5
                : 2;
    }

    /// @dev Of a task: 0 is the parent or the only one, 1 and 2 are its children.
    function _termsOf(uint256 index) internal view returns (Terms memory terms) {
        Configuration chosen = configuration;
        terms.requester = people[REQUESTER];
        terms.token = address(coin);
        terms.reward = 1003;
        terms.workerBond = 501;
        terms.slashShare = 4_000;
        terms.evaluator = people[EVALUATOR];
        terms.evaluatorFee = 11;
        terms.triggerReward = 7;
        terms.silence = 9_000;
        terms.openUntil = START + _openFor();
        terms.workWindow = WORK;
        terms.reviewWindow = REVIEW;
        terms.grace = GRACE;
        terms.salt = bytes32(index);
        if (chosen == Configuration.Arbitrator || chosen == Configuration.Dispute || chosen == Configuration.Judged) {
            terms.arbitrator = people[ARBITER];
            terms.disputeBond = 77;
            terms.disputeWindow = DISPUTE;
            terms.arbitrationWindow = ARBITRATION;
            terms.defaultSplit = 6_000;
        }
        if (chosen == Configuration.Auction) {
            terms.allocation = auction;
            terms.allocationParams = bytes32(uint256(500));
            terms.challengeWindow = CHALLENGE;
        }
        if (chosen == Configuration.Suspicion || chosen == Configuration.Dispute) {
            // The third doubt of an assignment would not fit into 96 bits.
            terms.suspectBond = 1 << 94;
            terms.answerWindow = ANSWER;
        }
        if (chosen == Configuration.Revisions || chosen == Configuration.Dispute) terms.maxRevisions = 1;
        if (chosen == Configuration.Revisions) {
            terms.maxRevisions = 2;
            terms.handoffRule = 2;
        }
        if (chosen == Configuration.Hire) {
            terms.workerBond = 0;
            terms.handoffRule = 1;
            terms.floor = 2_000;
        }
        if (chosen == Configuration.Priced) {
            terms.allocation = price;
            terms.allocationParams = bytes32(uint256(7_000));
        }
        if (chosen == Configuration.Family) _makeFamily(terms, index);
        if (chosen >= Configuration.Bounty) _makeRecommended(terms);
    }

    /// @dev What the builder of terms gives to whoever says nothing else; in `Careless` the worker has nothing to lose.
    function _makeRecommended(Terms memory terms) private view {
        terms.silence = 10_000;
        terms.slashShare = configuration == Configuration.Careless ? 0 : 10_000;
        terms.suspectBond = 50;
        terms.answerWindow = ANSWER;
    }

    function _makeFamily(Terms memory terms, uint256 index) private view {
        if (index == 0) {
            terms.delegable = 600;
            return;
        }
        terms.parent = escrow.taskIdOf(_termsOf(0));
        terms.requester = people[FIRST];
        terms.reward = index == 1 ? 301 : 251;
        terms.workerBond = 51;
        terms.evaluatorFee = 3;
        terms.triggerReward = 0;
    }

    function _deposit(uint256 from, uint256 worker) private {
        cheats.prank(people[from]);
        escrow.deposit(HOME, people[worker], address(coin), 1 << 60);
    }
}
