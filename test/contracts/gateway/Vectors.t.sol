// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Batch} from "../../../contracts/gateway/Batch.sol";
import {Lane, LaneLibrary} from "../../../contracts/gateway/Lane.sol";
import {MessageHeader} from "../../../contracts/gateway/MessageHeader.sol";
import {Attestation} from "../../../contracts/verifiers/Attestation.sol";
import {FinalityKind, FinalityPolicy, Roster} from "../../../contracts/verifiers/IWatcherSet.sol";
import {RosterCode} from "../../../contracts/verifiers/RosterCode.sol";
import {vm} from "../../support/Vm.sol";

/// @dev Lets the test pass its data as calldata.
contract Formats {
    function leafOf(
        Lane calldata lane,
        uint64 nonce,
        MessageHeader calldata header,
        bytes calldata payload
    ) external pure returns (bytes32, uint24, bool) {
        return (Batch.leafOf(lane, nonce, header, payload), header.payloadLength(), header.isCanonical());
    }

    function setIdOf(Roster calldata roster) external pure returns (bytes32) {
        return RosterCode.idOf(roster);
    }
}

/// @notice The formats on chain are those of `test/vectors`.
contract VectorsTest {
    Formats private immutable _formats = new Formats();
    string private _json;

    function test_lane_keys() public {
        uint256 count = _loadCases("lane");
        for (uint256 i; i < count; ++i) {
            vm.assertEq(_lane(_case(i)).key(), _word(_case(i), ".key"));
        }
    }

    function test_leaves_and_headers() public {
        uint256 count = _loadCases("leaf");
        for (uint256 i; i < count; ++i) {
            string memory path = _case(i);
            bytes memory payload = vm.parseJsonBytes(_json, string.concat(path, ".message.payload"));
            vm.assertEq(keccak256(payload), _word(path, ".payloadHash"));
            uint64 nonce = uint64(_number(path, ".message.nonce"));
            MessageHeader memory header = MessageHeader(
                uint256(_word(path, ".header.senderAndLimits")),
                uint256(_word(path, ".header.recipient"))
            );

            (bytes32 leaf, uint24 length, bool isCanonical) = _formats.leafOf(_lane(path), nonce, header, payload);
            vm.assertEq(leaf, _word(path, ".leaf"));
            vm.assertEq(length, payload.length);
            vm.assertTrue(isCanonical);
            vm.assertEq(_leafOfFields(path, nonce, payload), leaf);
        }
    }

    function test_heads() public {
        uint256 count = _loadCases("head");
        for (uint256 i; i < count; ++i) {
            bytes32 head = _word(_case(i), ".headBefore");
            bytes32[] memory leaves = vm.parseJsonBytes32Array(_json, string.concat(_case(i), ".leaves"));
            bytes32[] memory heads = vm.parseJsonBytes32Array(_json, string.concat(_case(i), ".heads"));
            vm.assertEq(leaves.length, heads.length);
            for (uint256 j; j < leaves.length; ++j) {
                head = LaneLibrary.fold(head, leaves[j]);
                vm.assertEq(head, heads[j]);
            }
        }
    }

    function test_rosters() public {
        _load("attestation");
        uint256 count = _countOf(".rosters");
        vm.assertGt(count, 1);
        for (uint256 i; i < count; ++i) {
            vm.assertEq(_formats.setIdOf(_roster(_item(".rosters", i))), _word(_item(".rosters", i), ".setId"));
        }
    }

    function test_attestations() public {
        _load("attestation");
        uint256 count = _countOf(".heads");
        vm.assertGt(count, 3);
        for (uint256 i; i < count; ++i) {
            string memory path = _item(".heads", i);
            string memory statement = string.concat(path, ".statement");
            bytes32 digest = Attestation.headDigest(
                _word(statement, ".setId"),
                _lane(statement),
                uint64(_number(statement, ".nonce")),
                _word(statement, ".head")
            );
            vm.assertEq(digest, _word(path, ".digest"));
            _checkSignatures(path, digest);
        }
    }

    function test_rotations() public {
        _load("attestation");
        string memory path = _item(".rotations", 0);
        bytes32 digest = Attestation.rotationDigest(_word(path, ".statement.setId"), _word(path, ".statement.nextSetId"));
        vm.assertEq(digest, _word(path, ".digest"));
        _checkSignatures(path, digest);
    }

    function _leafOfFields(string memory path, uint64 nonce, bytes memory payload) private view returns (bytes32) {
        return
            _lane(path).leaf(
                nonce,
                vm.parseJsonAddress(_json, string.concat(path, ".message.sender")),
                vm.parseJsonAddress(_json, string.concat(path, ".message.recipient")),
                uint32(_number(path, ".message.gasLimit")),
                uint40(_number(path, ".message.deliverBefore")),
                keccak256(payload)
            );
    }

    function _checkSignatures(string memory path, bytes32 digest) private view {
        for (uint256 i; i < 2; ++i) {
            string memory signature = string.concat(path, ".signatures[", vm.toString(i), "]");
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_wordAsNumber(signature, ".privateKey"), digest);
            vm.assertEq(r, _word(signature, ".r"));
            vm.assertEq(bytes32(uint256(s) | (uint256(v - 27) << 255)), _word(signature, ".vs"));
            vm.assertEq(ecrecover(digest, v, r, s), vm.parseJsonAddress(_json, string.concat(signature, ".signer")));
        }
    }

    function _roster(string memory path) private view returns (Roster memory roster) {
        roster.previousSetId = _word(path, ".roster.previousSetId");
        roster.members = vm.parseJsonAddressArray(_json, string.concat(path, ".roster.members"));
        roster.quorum = uint8(_number(path, ".roster.quorum"));
        string memory policies = string.concat(path, ".roster.policies");
        roster.policies = new FinalityPolicy[](_countOf(policies));
        for (uint256 i; i < roster.policies.length; ++i) {
            string memory policy = _item(policies, i);
            roster.policies[i] = FinalityPolicy(
                _number(policy, ".chainId"),
                FinalityKind(_number(policy, ".kind")),
                uint32(_number(policy, ".depth"))
            );
        }
    }

    function _load(string memory name) private {
        _json = vm.readFile(string.concat("test/vectors/", name, ".json"));
    }

    function _loadCases(string memory name) private returns (uint256 count) {
        _load(name);
        count = _countOf(".cases");
        vm.assertGt(count, 3);
    }

    function _countOf(string memory list) private view returns (uint256 count) {
        while (vm.keyExistsJson(_json, _item(list, count))) ++count;
    }

    function _case(uint256 i) private pure returns (string memory) {
        return _item(".cases", i);
    }

    function _item(string memory list, uint256 i) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(i), "]");
    }

    function _lane(string memory path) private view returns (Lane memory) {
        return
            Lane(
                _number(path, ".lane.originChainId"),
                vm.parseJsonAddress(_json, string.concat(path, ".lane.originGateway")),
                _number(path, ".lane.destinationChainId")
            );
    }

    function _number(string memory path, string memory key) private view returns (uint256) {
        return vm.parseJsonUint(_json, string.concat(path, key));
    }

    function _word(string memory path, string memory key) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, string.concat(path, key));
    }

    function _wordAsNumber(string memory path, string memory key) private view returns (uint256) {
        return uint256(_word(path, key));
    }
}
