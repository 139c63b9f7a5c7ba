// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AgentIntent, CoordinationPayload, IAgentCoordination, Status} from "./IAgentCoordination.sol";

/// @notice One call of a party's account.
struct Call {
    address target;
    /// @dev Of the account's own native coin.
    uint256 value;
    bytes data;
}

/// @notice What a charter's account on another chain shall do.
struct Leg {
    uint256 chainId;
    /// @dev For its calls.
    uint32 gasLimit;
    /// @dev The last second at which it may begin, by the clock of its chain. Zero: there is none.
    uint40 deadline;
    Call[] calls;
}

/// @notice What a party agrees to do: the `coordinationData` of intents of type `keccak256("HANSE_PLAN_V1")`, ABI-encoded.
struct Plan {
    /// @dev The party is this charter: the participants are its members, and its quorum binds all. Zero: the party is the participants.
    bytes32 charter;
    /// @dev The charter's epoch when the plan is carried out. Zero without a charter.
    uint32 epoch;
    /// @dev How many participants bind all, and a part of the party's identity. Zero with a charter.
    uint16 threshold;
    Call[] calls;
    /// @dev Only with a charter whose home this is.
    Leg[] legs;
}

/// @notice A signature of a key in 64 bytes (ERC-2098).
struct KeySignature {
    bytes32 r;
    bytes32 vs;
}

/// @notice What a participant's contract accepts (ERC-1271).
struct WalletSignature {
    /// @dev The participant's place in the intent.
    uint16 index;
    bytes signature;
}

/// @notice Many acceptances of one intent.
struct Acceptances {
    /// @dev What each of them says: it no longer counts at this second.
    uint64 expiry;
    /// @dev Bit `i` of word `w`: participant `256 * w + i` signed with its key.
    uint256[] signers;
    /// @dev One for each of those bits, in order.
    KeySignature[] keys;
    /// @dev In strictly ascending order of index, none of which is among the bits.
    WalletSignature[] wallets;
}

/// @notice What became of a leg.
enum LegStatus {
    /// Nothing is known.
    None,
    /// Its calls were made.
    Done,
    /// A call failed, and all were undone. Anyone may try again until the deadline.
    Failed,
    /// It came after its deadline, so nothing was done.
    Expired
}

/// @title Agreements: many sign, one brings it, all of it happens or nothing
/// @notice ERC-8001, and beyond it: a quorum of a charter's members binds all, one transaction brings all acceptances, and what was agreed on is
/// done on several chains. Every call leaves from the account of the party that agreed, which holds no role and nobody else's money.
/// @dev An account's address follows from the party alone: a charter's is the same on every chain. A party without a charter is
/// `keccak256(abi.encode(chainId, agreements, keccak256(abi.encodePacked(participants)), threshold))`, so it has an account per chain.
/// Keys are tried before contracts, so they also count for accounts with delegated code (EIP-7702).
interface IAgreements is IAgentCoordination {
    /// @notice A party did what it agreed on.
    event AgreementExecuted(bytes32 indexed intentHash, bytes32 indexed party, uint32 epoch, uint256 acceptances);
    /// @notice A leg is on its way.
    event LegSent(bytes32 indexed intentHash, uint256 indexed index, uint256 indexed chainId, bytes32 sendId);
    /// @notice What became of a leg on this chain.
    event LegExecuted(uint256 indexed homeChainId, bytes32 indexed intentHash, uint256 indexed index, LegStatus status);
    /// @notice What another chain says became of its leg.
    event LegReported(uint256 indexed chainId, bytes32 indexed intentHash, uint256 indexed index, LegStatus status);
    /// @notice A party has its account.
    event AccountCreated(bytes32 indexed party, address account);
    /// @notice The agreements of a chain are believed from now on. Zero: nobody is.
    event AgreementsLinked(uint256 indexed chainId, address agreements);

    /// @notice More participants than an intent of this kind can have.
    error TooManyParticipants(uint256 participants, uint256 limit);
    /// @notice The payload is of another type than the intent.
    error IntentInvalid(bytes32 intentHash, string field);
    /// @notice It was proposed, executed or cancelled before.
    error IntentKnown(bytes32 intentHash, Status status);
    /// @notice Fewer acceptances than bind all.
    error QuorumMissed(uint256 quorum, uint256 signatures);
    /// @notice A participant counts once, in order, and must exist.
    error AcceptanceOutOfOrder(uint256 index);
    /// @notice This participant did not sign this.
    error AcceptanceNotSigned(address participant, bytes32 digest);
    /// @notice The acceptances ran out.
    error AcceptancesExpired(uint64 expiry, uint256 timestamp);
    /// @notice The plan breaks a rule of plans, which `field` names.
    error PlanInvalid(bytes32 intentHash, string field);
    /// @notice The participants are not the members of the charter in that epoch.
    error ParticipantsNotMembers(bytes32 charter, uint32 epoch);
    /// @notice What is to be done is not what was signed.
    error ExecutionNotSigned(bytes32 intentHash);
    /// @notice No agreements are believed on that chain.
    error LegChainNotLinked(uint256 chainId);
    /// @notice The charter does not live on the chain that speaks for it, as far as this chain knows.
    error LegNotFromHome(bytes32 charter, uint256 homeChainId, uint256 originChainId);
    /// @notice The leg is not in the state that this needs.
    error LegWrongStatus(uint256 homeChainId, bytes32 intentHash, uint256 index, LegStatus status);
    /// @notice These are not the calls that failed.
    error LegWrong(bytes32 expected, bytes32 actual);
    /// @notice Agreements are linked for other chains.
    error LegChainInvalid(uint256 chainId);
    /// @notice Only this contract calls this.
    error CallerNotSelf(address caller);

    /// @notice Brings an intent with enough acceptances of it, and does it. Anyone. A failing call reverts it all.
    /// @dev The acceptances are signed with nonce 0, the expiry given and the conditions of the payload. No nonce of the proposer is asked for or
    /// used up: an intent is done once because its hash is.
    /// @return result As `executeCoordination` has it: of a plan, `abi.encode(bytes[])`, what its calls returned.
    function agree(
        AgentIntent calldata intent,
        CoordinationPayload calldata payload,
        Acceptances calldata acceptances
    ) external returns (bytes memory result);

    /// @notice Gives up an intent of the caller's that was not proposed, so that nobody can bring it later.
    function withdrawIntent(AgentIntent calldata intent) external;

    /// @notice Tries a leg again that failed. Anyone. A failing call reverts it all. After the deadline it ends the leg instead.
    function retryLeg(
        uint256 homeChainId,
        bytes32 intentHash,
        uint256 index,
        bytes32 charter,
        uint40 deadline,
        Call[] calldata calls
    ) external;

    /// @notice Tells the home what became of a leg here, again. Anyone.
    function sendReport(uint256 homeChainId, bytes32 intentHash, uint256 index) external returns (bytes32 sendId);

    /// @notice Believes legs and reports of `agreements` on that chain. Zero: of nobody.
    function linkAgreements(uint256 chainId, address agreements) external;

    /// @notice Where a party's calls come from: a charter's, by its id, or that of participants, by `partyOf`.
    function accountOf(bytes32 party) external view returns (address);

    /// @notice The party of participants without a charter, on this chain.
    function partyOf(address[] calldata participants, uint16 threshold) external view returns (bytes32);

    /// @notice What participants sign as `intentHash`.
    function getIntentHash(AgentIntent calldata intent) external pure returns (bytes32);

    /// @notice What an intent's `payloadHash` is.
    function getPayloadHash(CoordinationPayload calldata payload) external pure returns (bytes32);

    /// @notice What became of a leg of another chain's charter here.
    function legStatusOf(uint256 homeChainId, bytes32 intentHash, uint256 index) external view returns (LegStatus);

    /// @notice What a chain reported of its leg.
    function reportOf(uint256 chainId, bytes32 intentHash, uint256 index) external view returns (LegStatus);

    /// @notice The agreements believed for a chain. Zero: none.
    function agreementsOf(uint256 chainId) external view returns (address);
}
