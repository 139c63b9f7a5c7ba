// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

import {PortalAction, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {claimTermsOf} from "../../support/Escrows.sol";
import {vm} from "../../support/Vm.sol";
import {HostilePayee, Taking} from "../mocks/HostilePayees.sol";
import {HostileToken, Trick} from "../mocks/HostileTokens.sol";
import {TaskWorld} from "./TaskWorld.sol";

/// @notice What the test believes of a task. It is never read from the escrow.
struct Book {
    bytes32 id;
    TaskState state;
    address worker;
    uint256 chainId;
    address sponsor;
    uint16 token;
    bytes32 deliverable;
    uint256 deadline;
    /// @dev How often it came to an end, as the escrow shows it.
    uint256 ends;
}

/// @title Plays the escrow with five actors, the right one half of the time, and keeps its own books
/// @notice Three tokens: native, a plain one, and one that misbehaves; two of the actors have code and misbehave too. Every call is either
/// expected to succeed or to be refused; `surprises` counts the others.
contract TaskHandler is TaskWorld {
    uint256 public constant FAR = 2002;
    address public constant PORTAL = address(0x9047A1);
    uint256 public constant MAX_TASKS = 12;
    uint256 private constant CALL_GAS = 1_500_000;

    address[] public actors;
    address[3] public tokens;
    HostileToken private immutable _hostile;

    uint256 private _round;
    Terms[] private _terms;
    Book[] private _books;

    /// @dev How often each kind of call succeeded, to see that the play reaches everything.
    mapping(string what => uint256) public successes;
    uint256 public surprises;
    string public surprise;
    uint256 public falls;
    uint256 public revivals;
    /// @dev The most that an account can have, with what waits for it and its deposits.
    mapping(address account => mapping(address token => int256)) public wealth;
    mapping(bytes32 key => uint256) public deposits;
    mapping(address token => uint256) public donated;
    mapping(address account => address) private _payouts;

    constructor() {
        TaskWorld.setUp();
        _hostile = new HostileToken();
        tokens = [address(0), address(coin), address(_hostile)];
        escrow.linkPortal(FAR, PORTAL);
        for (uint256 i; i < 3; ++i) actors.push(address(uint160(0xACC0 + i)));
        for (uint256 i; i < 2; ++i) actors.push(address(new HostilePayee()));
        for (uint256 i; i < actors.length; ++i) {
            for (uint256 j; j < tokens.length; ++j) {
                fund(tokens[j], actors[i], 1e9);
                wealth[actors[i]][tokens[j]] = 1e9;
            }
        }
    }

    function setUp() public override {}

    // What the invariants read

    function actorCount() external view returns (uint256) {
        return actors.length;
    }

    function taskCount() external view returns (uint256) {
        return _books.length;
    }

    function book(uint256 i) external view returns (Book memory) {
        return _books[i];
    }

    function termsOf(uint256 i) external view returns (Terms memory) {
        return _terms[i];
    }

    function escrowAddress() external view returns (address) {
        return address(escrow);
    }

    function wealthOf(address account, address token) external view returns (uint256 sum) {
        sum = balanceOf(token, account) + escrow.creditOf(account, token);
        for (uint256 i; i < actors.length; ++i) {
            sum += escrow.depositOf(account, HOME, actors[i], token) + escrow.depositOf(account, FAR, actors[i], token);
        }
    }

    function heldBalance(address token) external view returns (uint256) {
        return balanceOf(token, address(escrow));
    }

    function depositKey(address from, uint256 chainId, address account, address token) public pure returns (bytes32) {
        return keccak256(abi.encode(from, chainId, account, token));
    }

    // The world

    function wait(uint256 time) external {
        time = _mix(time);
        vm.warp(block.timestamp + (time % 1 hours));
    }

    function waitLong(uint256 time) external {
        time = _mix(time);
        vm.warp(block.timestamp + (time % 12 hours));
    }

    /// @dev Half of the time until a default is due, or one second less.
    function _waitFor(uint256 seed, uint256 notBefore) private {
        if (seed & 1 == 0 && block.timestamp < notBefore) vm.warp(notBefore + ((seed >> 1) & 1));
    }

    function misbehave(uint256 seed) external {
        seed = _mix(seed);
        Trick[6] memory tricks = [Trick.None, Trick.None, Trick.SayFalse, Trick.Revert, Trick.Revert, Trick.EatGas];
        Taking[4] memory takings = [Taking.Accept, Taking.Refuse, Taking.RefuseHuge, Taking.EatGas];
        _hostile.behave((seed >> 8) % 16 == 0 ? Trick.Fee : Trick.None, tricks[uint8(seed) % 6]);
        HostilePayee(payable(actors[3])).behave(takings[(seed >> 16) % 4]);
        HostilePayee(payable(actors[4])).behave(takings[(seed >> 24) % 4]);
    }

    function pause(uint256 seed) external {
        seed = _mix(seed);
        (bool success, ) = address(escrow).call(abi.encodeCall(escrow.pause, (uint40(seed % 2 hours))));
        success;
    }

    function setPayout(uint256 seed) external {
        seed = _mix(seed);
        address account = _any(seed);
        address payout = _any(seed >> 8);
        vm.prank(account);
        registry.setPayout(payout);
        _payouts[account] = payout;
    }

    function donate(uint256 seed, uint256 amount) external {
        seed = _mix(seed);
        amount = _mix(amount);
        amount %= 1e5;
        address from = _any(seed);
        if (balanceOf(address(coin), from) < amount) return;
        vm.prank(from);
        coin.transfer(address(escrow), amount);
        wealth[from][address(coin)] -= int256(amount);
        donated[address(coin)] += amount;
    }

    // Deposits and credits

    function deposit(uint256 seed, uint256 amount) external {
        seed = _mix(seed);
        amount = _mix(amount);
        amount %= 1e6;
        (address from, address account, address token, uint256 chainId) = _depositOf(seed);
        uint256 value = seed % 16 == 0 ? 1 : valueOf(token, amount);
        if (from.balance < value || balanceOf(token, from) < amount) return;
        bool expected = value == valueOf(token, amount) && _comesIn(token, amount);
        if (!_act(from, value, abi.encodeCall(escrow.deposit, (chainId, account, token, amount)), expected, "deposit")) return;
        deposits[depositKey(from, chainId, account, token)] += amount;
    }

    function _depositFor(Claiming memory claiming, address token, uint128 amount) private {
        if (balanceOf(token, claiming.from) < amount) return;
        bytes memory call = abi.encodeCall(escrow.deposit, (claiming.chainId, claiming.account, token, amount));
        if (_act(claiming.from, valueOf(token, amount), call, _comesIn(token, amount), "deposit")) deposits[claiming.key] += amount;
    }

    function withdrawDeposit(uint256 seed, uint256 amount) external {
        seed = _mix(seed);
        amount = _mix(amount);
        (address from, address account, address token, uint256 chainId) = _depositOf(seed);
        bytes32 key = depositKey(from, chainId, account, token);
        uint256 free = escrow.depositOf(from, chainId, account, token);
        // At most one more than there is.
        amount %= free + 2;
        bytes memory call = abi.encodeCall(escrow.withdrawDeposit, (chainId, account, token, amount));
        if (_act(from, 0, call, free >= amount, "withdrawDeposit")) deposits[key] -= amount;
    }

    function withdrawTo(uint256 seed) external {
        seed = _mix(seed);
        address from = _any(seed);
        address to = _any(seed >> 8);
        address token = tokens[(seed >> 16) % 3];
        // Most of the time somebody who has a credit, if there is one.
        for (uint256 i; i < 15 && (seed >> 248) % 4 != 0 && escrow.creditOf(from, token) == 0; ++i) {
            (from, token) = (actors[i / 3], tokens[i % 3]);
        }
        uint256 credit = escrow.creditOf(from, token);
        bool expected = credit != 0 && _takes(to, token);
        if (!_act(from, 0, abi.encodeCall(escrow.withdrawTo, (token, to)), expected, "withdrawTo")) return;
        wealth[from][token] -= int256(credit);
        wealth[to][token] += int256(credit);
    }

    // Tasks

    function open(uint256 seed, uint256 reward, uint256 bond, uint256 shares) external {
        seed = _mix(seed);
        reward = _mix(reward);
        bond = _mix(bond);
        shares = _mix(shares);
        if (_books.length >= MAX_TASKS) return;
        Terms memory terms = _newTerms(seed, reward, bond, shares);
        address from = _half(seed >> 40, terms.requester);
        uint256 value = valueOf(terms.token, terms.reward);
        if (from.balance < value || balanceOf(terms.token, terms.requester) < terms.reward) return;
        bool expected = from == terms.requester && !_paused() && _comesIn(terms.token, terms.reward);
        bytes32 id = escrow.taskIdOf(terms);
        if (!_act(from, value, abi.encodeCall(escrow.open, (terms)), expected, "open")) return;
        wealth[from][terms.token] -= int256(uint256(terms.reward));
        _terms.push(terms);
        Book memory opened;
        (opened.id, opened.state) = (id, TaskState.Open);
        _books.push(opened);
    }

    function claim(uint256 seed) external {
        seed = _mix(seed);
        if (_books.length == 0) return;
        (Book storage task, Terms memory terms) = _pick(seed, TaskState.Open);
        Claiming memory claiming;
        claiming.chainId = (seed >> 8) % 2 == 0 ? FAR : HOME;
        claiming.account = _any(seed >> 16);
        claiming.from = _half(seed >> 32, claiming.account);
        claiming.tokenBefore = escrow.taskOf(task.id).token;
        claiming.key = depositKey(claiming.from, claiming.chainId, claiming.account, terms.token);
        // Most claims are made by somebody who has a deposit.
        if ((seed >> 40) % 4 != 0) _depositFor(claiming, terms.token, terms.workerBond);
        bool expected = task.state == TaskState.Open && !_paused() && block.timestamp <= terms.openUntil;
        expected = expected && claiming.account != terms.evaluator;
        uint256 free = escrow.depositOf(claiming.from, claiming.chainId, claiming.account, terms.token);
        expected = expected && free >= terms.workerBond;
        if (_claimed(task, terms, claiming, expected)) _assigned(task, terms, claiming);
        _watch();
    }

    struct Claiming {
        address account;
        address from;
        uint256 chainId;
        uint16 tokenBefore;
        bytes32 key;
    }

    function _claimed(Book storage task, Terms memory terms, Claiming memory claiming, bool expected) private returns (bool granted) {
        if (claiming.chainId == HOME) {
            bytes memory call = abi.encodeCall(escrow.claim, (task.id, claimTermsOf(terms), claiming.from));
            return _act(claiming.account, 0, call, expected, "claim");
        }
        _receive(abi.encode(PortalAction.Claim, task.id, claiming.account, terms, claiming.from, claiming.tokenBefore, terms.openUntil));
        granted = task.state == TaskState.Open && escrow.taskOf(task.id).state == TaskState.Assigned;
        _note(granted, expected && terms.chains.length != 0, "claim from far");
    }

    function _assigned(Book storage task, Terms memory terms, Claiming memory claiming) private {
        deposits[claiming.key] -= terms.workerBond;
        wealth[claiming.from][terms.token] -= int256(uint256(terms.workerBond));
        task.state = TaskState.Assigned;
        task.worker = claiming.account;
        task.chainId = claiming.chainId;
        task.sponsor = claiming.from;
        task.deadline = block.timestamp + terms.workWindow + (claiming.chainId == FAR ? terms.grace : 0);
        task.token = escrow.taskOf(task.id).token;
        if (task.token <= claiming.tokenBefore) ++falls;
    }

    function submit(uint256 seed, bytes32 deliverable) external {
        seed = _mix(seed);
        if (_books.length == 0) return;
        (Book storage task, ) = _pick(seed, TaskState.Assigned);
        bool isFar = _halfBool(seed >> 8, task.chainId == FAR);
        address account = _half(seed >> 16, task.worker);
        uint16 token = (seed >> 32) % 8 == 0 ? task.token + 1 : task.token;
        bool expected = task.state == TaskState.Assigned && account == task.worker && token == task.token;
        expected = expected && block.timestamp <= task.deadline && task.chainId == (isFar ? FAR : HOME);
        if (isFar) {
            _receive(abi.encode(PortalAction.Submit, task.id, account, token, deliverable));
            bool granted = task.state == TaskState.Assigned && escrow.taskOf(task.id).state == TaskState.Submitted;
            _note(granted, expected, "submit from far");
            if (!granted) return _watch();
        } else if (!_act(account, 0, abi.encodeCall(escrow.submit, (task.id, token, deliverable)), expected, "submit")) {
            return;
        }
        (task.state, task.deliverable, task.deadline) = (TaskState.Submitted, deliverable, block.timestamp);
        _watch();
    }

    function decide(uint256 seed, uint256 share) external {
        seed = _mix(seed);
        share = _mix(share);
        if (_books.length == 0) return;
        (Book storage task, Terms memory terms) = _pick(seed, TaskState.Submitted);
        address from = _half(seed >> 8, terms.evaluator);
        bytes32 deliverable = (seed >> 16) % 8 == 0 ? keccak256("another") : task.deliverable;
        uint16 token = (seed >> 24) % 8 == 0 ? task.token + 1 : task.token;
        uint16 verdict = (seed >> 32) % 4 == 0 ? 0 : uint16(share % 10_100);
        bool expected = task.state == TaskState.Submitted && from == terms.evaluator && deliverable == task.deliverable;
        expected = expected && token == task.token && verdict <= 10_000 && verdict >= terms.floor;
        expected = expected && block.timestamp <= task.deadline + terms.reviewWindow;
        bytes memory call = abi.encodeCall(escrow.decide, (terms, Work(task.worker, token, deliverable), verdict));
        if (!_act(from, 0, call, expected, "decide")) return;
        _settled(task, terms, verdict, verdict == 0);
    }

    function settle(uint256 seed) external {
        seed = _mix(seed);
        if (_books.length == 0) return;
        (Book storage task, Terms memory terms) = _pick(seed, TaskState.Submitted);
        if (task.state == TaskState.Submitted) _waitFor(seed >> 16, task.deadline + terms.reviewWindow + terms.grace);
        bool expected = task.state == TaskState.Submitted && block.timestamp > task.deadline + terms.reviewWindow + terms.grace;
        if (!_act(_any(seed >> 8), 0, abi.encodeCall(escrow.settle, (terms, _workOf(task))), expected, "settle")) return;
        _settled(task, terms, terms.silence, false);
    }

    function lapse(uint256 seed) external {
        seed = _mix(seed);
        if (_books.length == 0) return;
        (Book storage task, Terms memory terms) = _pick(seed, TaskState.Assigned);
        if (task.state == TaskState.Assigned) _waitFor(seed >> 16, task.deadline + terms.grace);
        bool expected = task.state == TaskState.Assigned && block.timestamp > task.deadline + terms.grace;
        if (!_act(_any(seed >> 8), 0, abi.encodeCall(escrow.lapse, (terms)), expected, "lapse")) return;
        uint256 cost = (uint256(terms.workerBond) * terms.slashShare) / 10_000;
        _bondBack(task, terms, terms.workerBond - cost);
        bool isOver = block.timestamp > terms.openUntil;
        _paid(terms.requester, terms.requester, terms.token, cost + (isOver ? terms.reward : 0));
        (task.state, task.worker) = (isOver ? TaskState.Expired : TaskState.Open, address(0));
        _watch();
    }

    function expire(uint256 seed) external {
        seed = _mix(seed);
        if (_books.length == 0) return;
        (Book storage task, Terms memory terms) = _pick(seed, TaskState.Open);
        bool expected = task.state == TaskState.Open && block.timestamp > uint256(terms.openUntil) + terms.grace;
        if (!_act(_any(seed >> 8), 0, abi.encodeCall(escrow.expire, (terms)), expected, "expire")) return;
        _paid(terms.requester, terms.requester, terms.token, terms.reward);
        task.state = TaskState.Expired;
        _watch();
    }

    function cancel(uint256 seed) external {
        seed = _mix(seed);
        if (_books.length == 0 || seed % 3 != 0) return;
        (Book storage task, Terms memory terms) = _pick(seed >> 2, TaskState.Open);
        address from = _half(seed >> 8, terms.requester);
        bool expected = task.state == TaskState.Open && from == terms.requester;
        if (!_act(from, 0, abi.encodeCall(escrow.cancel, (terms)), expected, "cancel")) return;
        if (!expected) return _watch();
        _paid(terms.requester, terms.requester, terms.token, terms.reward);
        task.state = TaskState.Cancelled;
        _watch();
    }

    // The books

    function _workOf(Book storage task) private view returns (Work memory) {
        return Work(task.worker, task.token, task.deliverable);
    }

    function _settled(Book storage task, Terms memory terms, uint16 verdict, bool costs) private {
        uint256 pay = (uint256(terms.reward) * verdict) / 10_000;
        uint256 cost = costs ? (uint256(terms.workerBond) * terms.slashShare) / 10_000 : 0;
        _bondBack(task, terms, terms.workerBond - cost);
        address payout = _payouts[task.worker];
        _paid(task.worker, payout == address(0) ? task.worker : payout, terms.token, pay);
        _paid(terms.requester, terms.requester, terms.token, terms.reward - pay + cost);
        task.state = TaskState.Settled;
        _watch();
    }

    function _bondBack(Book storage task, Terms memory terms, uint256 amount) private {
        deposits[depositKey(task.sponsor, task.chainId, task.worker, terms.token)] += amount;
        wealth[task.sponsor][terms.token] += int256(amount);
    }

    function _paid(address owner, address to, address token, uint256 amount) private {
        wealth[_takes(to, token) ? to : owner][token] += int256(amount);
    }

    /// @dev Looks at every task: what was over must stay as it was.
    function _watch() private {
        for (uint256 i; i < _books.length; ++i) {
            TaskState state = escrow.taskOf(_books[i].id).state;
            if (_books[i].ends != 0 && uint256(state) != _books[i].ends) ++revivals;
            if (_books[i].ends == 0 && state >= TaskState.Settled) _books[i].ends = uint256(state);
        }
    }

    function _takes(address to, address token) private view returns (bool) {
        if (token == address(coin)) return true;
        if (token == address(_hostile)) return _hostile.onTransfer() == Trick.None;
        return to.code.length == 0 || HostilePayee(payable(to)).taking() == Taking.Accept;
    }

    /// @dev A fee of one in a hundred is nothing on less than that, and nothing is asked of a token for nothing.
    function _comesIn(address token, uint256 amount) private view returns (bool) {
        return token != address(_hostile) || amount < 100 || _hostile.onTransferFrom() == Trick.None;
    }

    function _paused() private view returns (bool) {
        return block.timestamp < escrow.pausedUntil();
    }

    // Calls

    function _act(address from, uint256 value, bytes memory call, bool expected, string memory what) private returns (bool success) {
        vm.prank(from);
        (success, ) = address(escrow).call{value: value, gas: CALL_GAS}(call);
        _note(success, expected, what);
        if (!success) _watch();
    }

    function _receive(bytes memory payload) private {
        bytes memory sender = InteroperableAddress.formatEvmV1(FAR, PORTAL);
        vm.prank(address(gateway));
        (bool success, ) = address(escrow).call{gas: CALL_GAS}(abi.encodeCall(IERC7786Recipient.receiveMessage, (0, sender, payload)));
        _note(success, true, "receiveMessage");
    }

    function _note(bool success, bool expected, string memory what) private {
        if (success) ++successes[what];
        if (success == expected) return;
        ++surprises;
        surprise = what;
    }

    // Choices

    /// @dev The fuzzer likes small numbers, whose high bits choose nothing.
    function _mix(uint256 seed) private returns (uint256) {
        return uint256(keccak256(abi.encode(seed, ++_round)));
    }

    function _any(uint256 seed) private view returns (address) {
        return actors[uint8(seed) % actors.length];
    }

    /// @dev The right one half of the time.
    function _half(uint256 seed, address right) private view returns (address) {
        return seed & 1 == 1 && right != address(0) ? right : _any(seed >> 1);
    }

    function _halfBool(uint256 seed, bool right) private pure returns (bool) {
        return seed & 1 == 1 ? right : (seed >> 1) & 1 == 1;
    }

    /// @dev Most of the time a task that is in the state that the call needs, if there is one.
    function _pick(uint256 seed, TaskState wanted) private view returns (Book storage task, Terms memory terms) {
        uint256 i = uint8(seed) % _books.length;
        if ((seed >> 248) % 4 != 0) {
            for (uint256 j; j < _books.length && _books[i].state != wanted; ++j) i = (i + 1) % _books.length;
        }
        return (_books[i], _terms[i]);
    }

    function _depositOf(uint256 seed) private view returns (address from, address account, address token, uint256 chainId) {
        (from, account) = (_any(seed >> 8), _any(seed >> 16));
        // Half of the time for itself, as most are.
        if ((seed >> 24) & 1 == 1) account = from;
        (token, chainId) = (tokens[(seed >> 32) % 3], (seed >> 40) % 2 == 0 ? HOME : FAR);
    }

    function _newTerms(uint256 seed, uint256 reward, uint256 bond, uint256 shares) private view returns (Terms memory terms) {
        terms = newTerms();
        terms.requester = _any(seed);
        terms.evaluator = _any(seed >> 8);
        terms.token = tokens[(seed >> 16) % 3];
        terms.reward = uint128(reward % 1e7);
        terms.workerBond = uint128(bond % 1000) + 1;
        terms.slashShare = uint16(shares % 10_001);
        terms.floor = (seed >> 24) % 4 == 0 ? 3_000 : 0;
        terms.silence = (seed >> 32) % 2 == 0 ? 10_000 : 3_333;
        terms.openUntil = uint40(block.timestamp + ((seed >> 48) % ((seed >> 44) % 3 == 0 ? 4 hours : 6 days)));
        terms.salt = bytes32(_books.length);
        if ((seed >> 36) % 4 != 0) {
            terms.chains = new uint256[](1);
            terms.chains[0] = FAR;
        }
    }
}
