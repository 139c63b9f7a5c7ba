// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITaskEscrowCore} from "../../../contracts/tasks/ITaskEscrowCore.sol";
import {ITaskRecords, Offer} from "../../../contracts/tasks/ITaskRecords.sol";
import {Terms} from "../../../contracts/tasks/Terms.sol";
import {vm} from "../../support/Vm.sol";
import {Saying, SigningAccount} from "../mocks/Signers.sol";
import {Kind, Said, SignatureKinds} from "./SignatureKinds.sol";

/// @notice Who may sign how.
/// - keys: 65 bytes in their one form, nothing else
/// - contracts: for themselves only, whatever they say
/// - accounts with a key and code: the key counts
contract SignatureFormsTest is SignatureKinds {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function _forms(Kind kind, bytes32 digest) private pure returns (bytes[] memory forms) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(kind), digest);
        bytes32 flipped = bytes32(ORDER - uint256(s));
        forms = new bytes[](12);
        forms[0] = abi.encodePacked(r, flipped, v == 27 ? uint8(28) : uint8(27));
        forms[1] = abi.encodePacked(r, flipped, v);
        // The compact form of ERC-2098.
        forms[2] = abi.encodePacked(r, bytes32(uint256(s) | (uint256(v - 27) << 255)));
        forms[3] = "";
        forms[4] = abi.encodePacked(r, s, v - 27);
        forms[5] = abi.encodePacked(r, s, v == 27 ? uint8(28) : uint8(27));
        forms[6] = abi.encodePacked(r, s, v, uint8(0));
        forms[7] = abi.encodePacked(r, s);
        forms[8] = new bytes(65);
        forms[9] = abi.encodePacked(bytes32(0), s, v);
        forms[10] = abi.encodePacked(r, bytes32(0), v);
        forms[11] = abi.encodePacked(bytes32(type(uint256).max), s, v);
    }

    function test_a_key_signs_in_one_form_only() public {
        for (uint256 i; i <= uint256(LAST); ++i) {
            uint256 snapshot = vm.snapshotState();
            Kind kind = Kind(i);
            Terms memory terms = prepare(kind);
            Said memory s = say(kind, terms);
            bytes32 digest = digestOf(hashOf(kind, s));
            bytes memory reason = abi.encodeWithSelector(ITaskRecords.SignatureInvalid.selector, signerOf(kind), digest);
            bytes[] memory forms = _forms(kind, digest);
            for (uint256 j; j < forms.length; ++j) refuse(kind, terms, s, forms[j], reason);
            accept(kind, terms, s, signed(kind, s));
            vm.revertToState(snapshot);
        }
    }

    function test_nobody_signs_for_another() public {
        uint256[4] memory keys = [REQUESTER_KEY, WORKER_KEY, SUCCESSOR_KEY, STRANGER_KEY];
        for (uint256 i; i <= uint256(LAST); ++i) {
            uint256 snapshot = vm.snapshotState();
            Kind kind = Kind(i);
            Terms memory terms = prepare(kind);
            Said memory s = say(kind, terms);
            bytes32 structHash = hashOf(kind, s);
            bytes memory reason = abi.encodeWithSelector(ITaskRecords.SignatureInvalid.selector, signerOf(kind), digestOf(structHash));
            for (uint256 j; j < keys.length; ++j) {
                if (keys[j] != keyOf(kind)) refuse(kind, terms, s, sign(keys[j], structHash), reason);
            }
            vm.revertToState(snapshot);
        }
    }

    // accounts with code

    /// @dev Code that the account of a key has (EIP-7702) never takes its key away, and never hinders it.
    function test_the_key_of_an_account_with_code_counts() public {
        SigningAccount no = new SigningAccount();
        bytes[3] memory codes = [address(no).code, bytes(hex"fe"), bytes(hex"5b5f56")];
        for (uint256 i; i <= uint256(LAST); ++i) {
            for (uint256 j; j < codes.length; ++j) {
                uint256 snapshot = vm.snapshotState();
                Kind kind = Kind(i);
                Terms memory terms = prepare(kind);
                vm.etch(signerOf(kind), codes[j]);
                if (j == 0) SigningAccount(signerOf(kind)).behave(Saying.No);
                Said memory s = say(kind, terms);
                accept(kind, terms, s, signed(kind, s));
                vm.revertToState(snapshot);
            }
        }
    }

    function _hired(SigningAccount signer, Terms memory terms) private returns (bool success) {
        Offer memory offer = Offer(address(signer), sponsor, 1, later());
        vm.prank(requester);
        (success, ) = address(escrow).call(abi.encodeCall(ITaskEscrowCore.hire, (terms, offer, "anything")));
    }

    function test_a_contract_signs_for_itself_as_it_says() public {
        SigningAccount signer = new SigningAccount();
        depositFor(sponsor, HOME, address(signer), address(coin), BOND);
        Saying[6] memory sayings = [Saying.Yes, Saying.YesHuge, Saying.No, Saying.Revert, Saying.Short, Saying.Nothing];
        for (uint256 i; i < sayings.length; ++i) {
            uint256 snapshot = vm.snapshotState();
            signer.behave(sayings[i]);
            vm.assertTrue(_hired(signer, fullTerms()) == (i < 2));
            vm.revertToState(snapshot);
        }
    }

    /// @dev A contract that says yes to all binds itself alone: nobody else's money moves and nobody else gets a task.
    function test_a_contract_that_says_yes_to_all_signs_for_nobody_else() public {
        SigningAccount yes = new SigningAccount();
        for (uint256 i; i <= uint256(LAST); ++i) {
            uint256 snapshot = vm.snapshotState();
            Kind kind = Kind(i);
            Terms memory terms = prepare(kind);
            Said memory s = say(kind, terms);
            bytes memory call = callOf(kind, terms, s, abi.encode(address(yes), "yes"));
            bytes32 before = fingerprint(terms);
            vm.expectRevert();
            yes.act(address(escrow), call);
            vm.assertEq(fingerprint(terms), before);
            vm.revertToState(snapshot);
        }
    }

    function test_it_may_be_asked_about_its_own_money_only() public {
        SigningAccount yes = new SigningAccount();
        Terms memory terms = fullTerms();
        terms.requester = address(yes);
        depositFor(worker, HOME, worker, address(coin), BOND);
        bytes memory call = abi.encodeCall(ITaskEscrowCore.hire, (terms, newOffer(), ""));
        vm.prank(worker);
        (bool success, ) = address(escrow).call(call);
        vm.assertFalse(success, "it has no coin and gave no allowance");
        coin.mint(address(yes), totalOf(terms));
        yes.act(address(coin), abi.encodeCall(coin.approve, (address(escrow), type(uint256).max)));
        vm.prank(worker);
        (success, ) = address(escrow).call(call);
        vm.assertTrue(success);
        vm.assertEq(coin.balanceOf(address(yes)), 0);
    }
}
