// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IQuorumPanels} from "../../../contracts/evaluation/panels/IQuorumPanels.sol";
import {IQuorumVerdict, JudgeSignature} from "../../../contracts/evaluation/panels/IQuorumVerdict.sol";
import {QuorumPanels} from "../../../contracts/evaluation/panels/QuorumPanels.sol";
import {QuorumVerdict} from "../../../contracts/evaluation/panels/QuorumVerdict.sol";
import {ITaskRecords, Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {TaskState} from "../../../contracts/tasks/TaskSlot.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";
import {SignerContract} from "../mocks/SignerContract.sol";
import {TaskWorld} from "../tasks/TaskWorld.sol";

/// decide, revise
/// ├── when the signatures expired, are too few, not of judges, not ascending or twice of one: reverts
/// ├── when a judge signed for another task, token, deliverable, verdict, panel, chain or kind: reverts
/// ├── when the worker is among those who signed: reverts
/// ├── when the panel is not the evaluator: the escrow refuses
/// └── otherwise: the escrow has the verdict, and the fee is the judges'
contract QuorumVerdictTest is TaskWorld {
    bytes32 private constant DELIVERABLE = keccak256("the work");
    uint128 private constant FEE = 3_001;

    QuorumPanels private _panels;
    IQuorumVerdict private _panel;
    SignerContract private _wallet;
    address[] private _judges;
    mapping(address judge => uint256) private _keys;
    uint40 private _expiry;

    function setUp() public override {
        super.setUp();
        _panels = QuorumPanels(create("QuorumPanels", abi.encode(escrow)));
        _wallet = new SignerContract();
        for (uint256 key = 11; key < 15; ++key) {
            _keys[vm.addr(key)] = key;
            _join(vm.addr(key));
        }
        _join(address(_wallet));
        _panel = IQuorumVerdict(_panels.create(_judges, 3));
        _expiry = uint40(block.timestamp + 1 days);
    }

    function test_AQuorumSettles() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        uint256 before = coin.balanceOf(worker);
        vm.prank(stranger);
        _panel.decide(terms, workOf(DELIVERABLE), 7_000, _expiry, _signed(_verdict(taskId, 7_000), 0, 3));
        assertState(taskId, TaskState.Settled);
        vm.assertEq(coin.balanceOf(worker) - before, (uint256(REWARD) * 7_000) / 10_000);
        vm.assertEq(coin.balanceOf(address(_panel)), FEE);
    }

    function test_AContractIsAJudgeToo() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        bytes32 digest = _verdict(taskId, 10_000);
        JudgeSignature[] memory signatures = _signed(digest, 0, 5);
        _expectNotSigned(address(_wallet), digest);
        _panel.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, signatures);
        _wallet.accept(digest);
        _panel.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, signatures);
        assertState(taskId, TaskState.Settled);
    }

    function test_AQuorumAsksForARevisionAndJudgesTheNextOne() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        JudgeSignature[] memory verdict = _signed(_verdict(taskId, 10_000), 0, 3);
        _panel.revise(terms, workOf(DELIVERABLE), _expiry, _signed(_revision(taskId), 1, 4));
        assertState(taskId, TaskState.Assigned);
        vm.prank(worker);
        escrow.submit(taskId, 2, DELIVERABLE);

        // What was signed about the first delivery is worth nothing for the second, even of the same deliverable.
        vm.expectPartialRevert(IQuorumVerdict.JudgementNotSigned.selector);
        _panel.decide(terms, Work(worker, 2, DELIVERABLE), 10_000, _expiry, verdict);
        vm.expectPartialRevert(ITaskRecords.TaskTokenStale.selector);
        _panel.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, verdict);
    }

    function test_RevertWhen_AVerdictIsSignedForSomethingElse() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        JudgeSignature[] memory signatures = _signed(_verdict(taskId, 5_000), 0, 3);
        address first = signatures[0].judge;

        _expectNotSigned(first, _verdict(taskId, 5_001));
        _panel.decide(terms, workOf(DELIVERABLE), 5_001, _expiry, signatures);
        _expectNotSigned(first, _digestOf(address(_panel), HOME, _structHash(taskId, 1, keccak256("other"), 5_000, _expiry)));
        _panel.decide(terms, workOf(keccak256("other")), 5_000, _expiry, signatures);
        _expectNotSigned(first, _digestOf(address(_panel), HOME, _structHash(taskId, 1, DELIVERABLE, 5_000, _expiry + 1)));
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry + 1, signatures);
        _expectNotSigned(first, _revision(taskId));
        _panel.revise(terms, workOf(DELIVERABLE), _expiry, signatures);

        terms.salt = keccak256("another task");
        _expectNotSigned(first, _verdict(escrow.taskIdOf(terms), 5_000));
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
    }

    function test_RevertWhen_ItIsSignedForAnotherPanelOrChain() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        bytes32 structHash = _structHash(taskId, 1, DELIVERABLE, 5_000, _expiry);
        address other = _panels.create(_judges, 2);
        JudgeSignature[] memory forOther = _signed(_digestOf(other, HOME, structHash), 0, 3);
        JudgeSignature[] memory forElsewhere = _signed(_digestOf(address(_panel), HOME + 1, structHash), 0, 3);

        vm.expectPartialRevert(IQuorumVerdict.JudgementNotSigned.selector);
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, forOther);
        vm.expectPartialRevert(IQuorumVerdict.JudgementNotSigned.selector);
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, forElsewhere);
        expectWrongCaller(taskId, address(_panel), other);
        IQuorumVerdict(other).decide(terms, workOf(DELIVERABLE), 5_000, _expiry, forOther);
    }

    function test_RevertWhen_TheQuorumIsMissed() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        JudgeSignature[] memory two = _signed(_verdict(taskId, 5_000), 0, 2);
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.QuorumMissed.selector, 3, 2));
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, two);
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.QuorumMissed.selector, 3, 0));
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, new JudgeSignature[](0));
    }

    function test_RevertWhen_OneSignsForThree() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        JudgeSignature[] memory signatures = _signed(_verdict(taskId, 5_000), 0, 3);
        signatures[2] = signatures[1];
        _expectJudgeWrong(signatures[1].judge);
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
        signatures[1] = signatures[0];
        _expectJudgeWrong(signatures[0].judge);
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
    }

    function test_RevertWhen_JudgesDoNotAscend() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        JudgeSignature[] memory signatures = _signed(_verdict(taskId, 5_000), 0, 3);
        (signatures[0], signatures[1]) = (signatures[1], signatures[0]);
        _expectJudgeWrong(signatures[1].judge);
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
    }

    function test_RevertWhen_AStrangerSigns() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        bytes32 digest = _verdict(taskId, 5_000);
        JudgeSignature[] memory signatures = _signed(digest, 0, 3);
        for (uint256 i; i < 3; ++i) {
            JudgeSignature memory genuine = signatures[i];
            signatures[i] = _sign(99, digest);
            _expectJudgeWrong(vm.addr(99));
            _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
            // In the name of a judge.
            signatures[i].judge = genuine.judge;
            _expectNotSigned(genuine.judge, digest);
            _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
            signatures[i] = genuine;
        }
    }

    function test_RevertWhen_ItExpired() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        _expiry = uint40(block.timestamp + 10);
        JudgeSignature[] memory signatures = _signed(_verdict(taskId, 5_000), 0, 3);
        vm.warp(_expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.VerdictExpired.selector, _expiry, _expiry + 1));
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
        vm.warp(_expiry);
        _panel.decide(terms, workOf(DELIVERABLE), 5_000, _expiry, signatures);
    }

    function test_RevertWhen_TheWorkerJudges() public {
        worker = _judges[1] == address(_wallet) ? _judges[2] : _judges[1];
        fund(address(coin), worker, 1e12);
        (Terms memory terms, bytes32 taskId) = _submitted();
        bytes32 digest = _verdict(taskId, 10_000);
        JudgeSignature[] memory signatures = _signed(digest, 0, 4);
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.JudgeIsWorker.selector, worker));
        _panel.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, signatures);
        // The others suffice, so that a judge cannot block a verdict by doing the work.
        _panel.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, _without(signatures, worker));
        assertState(taskId, TaskState.Settled);
    }

    function test_JudgesShareWhatThePanelEarns() public {
        (Terms memory terms, bytes32 taskId) = _submitted();
        _panel.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, _signed(_verdict(taskId, 10_000), 0, 3));
        _panel.payFee(_judges[0], address(coin));
        vm.assertEq(coin.balanceOf(_judges[0]), FEE / 5);
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.FeeEmpty.selector, _judges[0], address(coin)));
        _panel.payFee(_judges[0], address(coin));
        coin.mint(address(_panel), 4);
        for (uint256 i; i < 5; ++i) _panel.payFee(_judges[i], address(coin));
        for (uint256 i; i < 5; ++i) vm.assertEq(coin.balanceOf(_judges[i]), (FEE + 4) / 5);
        vm.assertEq(coin.balanceOf(address(_panel)), (FEE + 4) % 5);
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.JudgeWrong.selector, stranger));
        _panel.payFee(stranger, address(coin));
    }

    /// @dev Fees come in while judges are paid, in any order: each gets a fifth of all that came, and never more.
    function testFuzz_NoJudgeGetsMoreThanItsPart(uint64[8] memory fees, uint8[8] memory who) public {
        uint256 came;
        for (uint256 i; i < fees.length; ++i) {
            coin.mint(address(_panel), fees[i]);
            came += fees[i];
            address judge = _judges[uint256(who[i]) % 5];
            uint256 part = came / 5;
            if (part > coin.balanceOf(judge)) _panel.payFee(judge, address(coin));
            vm.assertEq(coin.balanceOf(judge), part);
        }
        for (uint256 i; i < 5; ++i) {
            if (came / 5 > coin.balanceOf(_judges[i])) _panel.payFee(_judges[i], address(coin));
            vm.assertEq(coin.balanceOf(_judges[i]), came / 5);
        }
        vm.assertEq(coin.balanceOf(address(_panel)), came % 5);
    }

    function test_ANativeFeeReachesJudges() public {
        Terms memory terms = _terms();
        terms.token = address(0);
        bytes32 taskId = submitTask(terms, DELIVERABLE);
        _panel.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, _signed(_verdict(taskId, 10_000), 0, 3));
        vm.assertEq(address(_panel).balance, FEE);
        address judge = _judges[0] == address(_wallet) ? _judges[1] : _judges[0];
        _panel.payFee(judge, address(0));
        vm.assertEq(judge.balance, FEE / 5);
        vm.expectPartialRevert(ITaskRecords.CreditEmpty.selector);
        _panel.fetchCredit(address(0));
    }

    function test_ThePanelStandsWhereItWasSaid() public {
        address expected = _panels.panelOf(_judges, 3);
        vm.assertEq(_panels.create(_judges, 3), expected);
        vm.assertEq(_panels.create(_judges, 3), expected);
        (address[] memory judges, uint8 quorum) = IQuorumVerdict(expected).panel();
        vm.assertEq(abi.encode(judges, quorum), abi.encode(_judges, uint8(3)));
        vm.assertTrue(_panels.panelOf(_judges, 4) != expected);
    }

    function test_RevertWhen_APanelIsUnsound() public {
        address[] memory none = new address[](0);
        vm.expectRevert(abi.encodeWithSelector(IQuorumPanels.JudgesWrong.selector, 0, 48));
        _panels.create(none, 0);
        vm.expectRevert(abi.encodeWithSelector(IQuorumPanels.JudgesWrong.selector, 49, 48));
        _panels.create(new address[](49), 1);
        vm.expectRevert(abi.encodeWithSelector(IQuorumPanels.PanelQuorumInvalid.selector, 0, 5));
        _panels.create(_judges, 0);
        vm.expectRevert(abi.encodeWithSelector(IQuorumPanels.PanelQuorumInvalid.selector, 6, 5));
        _panels.create(_judges, 6);
        vm.expectRevert(abi.encodeWithSelector(IQuorumPanels.JudgeInvalid.selector, address(0)));
        _panels.create(new address[](1), 1);
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (stranger, stranger);
        vm.expectRevert(abi.encodeWithSelector(IQuorumPanels.JudgeInvalid.selector, stranger));
        _panels.create(twice, 1);
    }

    function test_ALargePanelDecides() public {
        address[] memory judges = new address[](48);
        for (uint256 i; i < 48; ++i) {
            uint256 key = 1_000 + i;
            _keys[vm.addr(key)] = key;
            judges[i] = vm.addr(key);
        }
        delete _judges;
        for (uint256 i; i < 48; ++i) _join(judges[i]);
        Terms memory terms = _terms();
        terms.evaluator = _panels.create(_judges, 48);
        bytes32 taskId = submitTask(terms, DELIVERABLE);
        bytes32 digest = _digestOf(terms.evaluator, HOME, _structHash(taskId, 1, DELIVERABLE, 10_000, _expiry));
        IQuorumVerdict(terms.evaluator).decide(terms, workOf(DELIVERABLE), 10_000, _expiry, _signed(digest, 0, 48));
        assertState(taskId, TaskState.Settled);
    }

    /// @dev The implementation behind the panels has no judges, so it decides nothing.
    function test_RevertGiven_NoPanelButItsCode() public {
        QuorumVerdict code = QuorumVerdict(payable(create("QuorumVerdict", abi.encode(escrow))));
        Terms memory terms = _terms();
        vm.expectRevert();
        code.decide(terms, workOf(DELIVERABLE), 10_000, _expiry, new JudgeSignature[](0));
    }

    function _terms() private view returns (Terms memory terms) {
        terms = newTerms();
        terms.evaluator = address(_panel);
        terms.evaluatorFee = FEE;
        terms.maxRevisions = 1;
    }

    function _submitted() private returns (Terms memory terms, bytes32 taskId) {
        terms = _terms();
        taskId = submitTask(terms, DELIVERABLE);
    }

    /// @dev Keeps the list in ascending order.
    function _join(address judge) private {
        _judges.push(judge);
        for (uint256 i = _judges.length - 1; i != 0 && _judges[i - 1] > _judges[i]; --i) {
            (_judges[i - 1], _judges[i]) = (_judges[i], _judges[i - 1]);
        }
    }

    /// @dev Signatures of `count` judges from `start` on; where the contract has to be passed over, it is the next one that signs.
    function _signed(bytes32 digest, uint256 start, uint256 end) private view returns (JudgeSignature[] memory signatures) {
        uint256 count = end - start;
        signatures = new JudgeSignature[](count);
        uint256 next = start;
        for (uint256 i; i < count; ++next) {
            address judge = _judges[next];
            if (judge == address(_wallet) && count < _judges.length) continue;
            signatures[i++] = judge == address(_wallet) ? JudgeSignature(judge, "") : _sign(_keys[judge], digest);
        }
    }

    function _sign(uint256 key, bytes32 digest) private pure returns (JudgeSignature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return JudgeSignature(vm.addr(key), abi.encodePacked(r, s, v));
    }

    function _without(JudgeSignature[] memory all, address judge) private pure returns (JudgeSignature[] memory rest) {
        rest = new JudgeSignature[](all.length - 1);
        uint256 count;
        for (uint256 i; i < all.length; ++i) {
            if (all[i].judge != judge) rest[count++] = all[i];
        }
    }

    function _verdict(bytes32 taskId, uint16 verdict) private view returns (bytes32) {
        return _digestOf(address(_panel), HOME, _structHash(taskId, 1, DELIVERABLE, verdict, _expiry));
    }

    function _revision(bytes32 taskId) private view returns (bytes32) {
        bytes32 kind = keccak256("Revision(bytes32 taskId,uint16 token,bytes32 deliverable,uint40 expiry)");
        return _digestOf(address(_panel), HOME, keccak256(abi.encode(kind, taskId, uint16(1), DELIVERABLE, _expiry)));
    }

    function _structHash(bytes32 taskId, uint16 token, bytes32 deliverable, uint16 verdict, uint40 expiry) private pure returns (bytes32) {
        bytes32 kind = keccak256("Verdict(bytes32 taskId,uint16 token,bytes32 deliverable,uint16 verdict,uint40 expiry)");
        return keccak256(abi.encode(kind, taskId, token, deliverable, verdict, expiry));
    }

    function _digestOf(address panel, uint256 chainId, bytes32 structHash) private pure returns (bytes32) {
        bytes32 kind = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain = keccak256(abi.encode(kind, keccak256("Hanse QuorumVerdict"), keccak256("1"), chainId, panel));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _expectNotSigned(address judge, bytes32 digest) private {
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.JudgementNotSigned.selector, judge, digest));
    }

    function _expectJudgeWrong(address judge) private {
        vm.expectRevert(abi.encodeWithSelector(IQuorumVerdict.JudgeWrong.selector, judge));
    }
}
