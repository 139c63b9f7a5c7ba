// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IQuorumVerdict, JudgeSignature} from "../../../contracts/evaluation/panels/IQuorumVerdict.sol";
import {QuorumPanels} from "../../../contracts/evaluation/panels/QuorumPanels.sol";
import {ITaskEscrow} from "../../../contracts/tasks/ITaskEscrow.sol";
import {Work} from "../../../contracts/tasks/ITaskRecords.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {create} from "../../support/Create.sol";
import {vm} from "../../support/Vm.sol";

/// @notice Takes every verdict, so that only the panel decides what reaches it.
contract OpenEar {
    uint256 public heard;

    function taskIdOf(Terms calldata) external pure returns (bytes32) {
        return keccak256("the task");
    }

    function decide(Terms calldata, Work calldata, uint16) external {
        ++heard;
    }
}

/// @notice Against a plain statement of the rule: whoever signs, in whatever order and how often, a verdict counts when all of them are judges,
/// each after the one before, none of them the worker, and as many as the quorum.
contract QuorumSubsetsTest {
    uint256 private constant SIGNERS = 8;

    address[] private _signers;
    mapping(address signer => uint256) private _keys;
    OpenEar private _ear = new OpenEar();
    QuorumPanels private _panels = QuorumPanels(create("QuorumPanels", abi.encode(ITaskEscrow(address(_ear)))));

    function setUp() public {
        for (uint256 key = 1; key <= SIGNERS; ++key) {
            _keys[vm.addr(key)] = key;
            _signers.push(vm.addr(key));
            for (uint256 i = key - 1; i != 0 && _signers[i - 1] > _signers[i]; --i) {
                (_signers[i - 1], _signers[i]) = (_signers[i], _signers[i - 1]);
            }
        }
    }

    /// @param members Bit `i`: signer `i` is a judge.
    /// @param signing Bit `i`: signer `i` signs, in order, but for one that may be swapped with or replaced by another.
    function testFuzz_OnlyAQuorumOfJudgesCounts(uint8 members, uint8 quorum, uint8 signing, uint8 workerIs, uint8 from, uint8 to) public {
        vm.assume(members != 0);
        address[] memory judges = _chosen(members);
        quorum = uint8(1 + (uint256(quorum) % judges.length));
        address[] memory signed = _chosen(signing);
        if (signed.length != 0) signed[uint256(from) % signed.length] = signed[uint256(to) % signed.length];
        _check(judges, quorum, signed, _signers[uint256(workerIs) % SIGNERS]);
    }

    /// @dev All who sign are judges, so that most of these count.
    function testFuzz_EveryQuorumOfJudgesCounts(uint8 members, uint8 quorum, uint8 absent, uint8 workerIs) public {
        vm.assume(members != 0);
        address[] memory judges = _chosen(members);
        quorum = uint8(1 + (uint256(quorum) % judges.length));
        _check(judges, quorum, _chosen(members & ~absent), _signers[uint256(workerIs) % SIGNERS]);
    }

    function _check(address[] memory judges, uint8 quorum, address[] memory signed, address worker) private {
        bool expected = signed.length >= quorum;
        for (uint256 i; i < signed.length; ++i) {
            if (!_isIn(judges, signed[i]) || signed[i] == worker || (i != 0 && signed[i] <= signed[i - 1])) expected = false;
        }
        address panel = _panels.create(judges, quorum);
        JudgeSignature[] memory signatures = _sign(panel, signed);
        Terms memory terms;
        uint256 before = _ear.heard();
        (bool success, ) = panel.call(
            abi.encodeCall(IQuorumVerdict.decide, (terms, Work(worker, 1, "done"), 10_000, type(uint40).max, signatures))
        );
        vm.assertTrue(success == expected, "counts");
        vm.assertEq(_ear.heard() - before, expected ? 1 : 0);
    }

    function _sign(address panel, address[] memory signed) private view returns (JudgeSignature[] memory signatures) {
        bytes32 kind = keccak256("Verdict(bytes32 taskId,uint16 token,bytes32 deliverable,uint16 verdict,uint40 expiry)");
        bytes32 structHash = keccak256(
            abi.encode(kind, keccak256("the task"), uint16(1), bytes32("done"), uint16(10_000), type(uint40).max)
        );
        bytes32 domainKind = keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain = keccak256(abi.encode(domainKind, keccak256("Hanse QuorumVerdict"), keccak256("1"), block.chainid, panel));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, structHash));
        signatures = new JudgeSignature[](signed.length);
        for (uint256 i; i < signed.length; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keys[signed[i]], digest);
            signatures[i] = JudgeSignature(signed[i], abi.encodePacked(r, s, v));
        }
    }

    function _chosen(uint256 bits) private view returns (address[] memory chosen) {
        uint256 count;
        for (uint256 i; i < SIGNERS; ++i) count += (bits >> i) & 1;
        chosen = new address[](count);
        for (uint256 i = SIGNERS; i != 0; --i) {
            if ((bits >> (i - 1)) & 1 == 1) chosen[--count] = _signers[i - 1];
        }
    }

    function _isIn(address[] memory list, address account) private pure returns (bool) {
        for (uint256 i; i < list.length; ++i) {
            if (list[i] == account) return true;
        }
        return false;
    }
}
