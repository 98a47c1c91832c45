// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, Settlement, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

/// @dev What is signed, and by whom it may be. What is not accepted: `attacks/Forgery.t.sol`, `attacks/Delegations.t.sol`.
contract SignaturesTest is Base {
    ChannelKey private _closing;
    Claim private _shown;
    bytes32 private _digest;

    function setUp() public override {
        super.setUp();
        _closing = _key();
        _open(_closing, 100);
        _close(_closing, Side.Alice, 0, 0);
        _shown = Claim(bob, 50, 1);
        _digest = hub.claimHash(_closing, 0, _shown);
    }

    function test_digests_are_eip712_to_the_letter() public view {
        (, string memory name, string memory version, uint256 chainId, address verifying, bytes32 salt,) =
            hub.eip712Domain();
        assertEq(name, "Thunder");
        assertEq(version, "1");
        assertEq(chainId, block.chainid);
        assertEq(verifying, address(hub));
        assertEq(salt, 0);
        ChannelKey memory key = _key();
        bytes32 id = keccak256(abi.encode(key, uint32(3)));
        assertEq(
            hub.claimHash(key, 3, Claim(bob, 50, 9)),
            _typed(
                abi.encode(
                    keccak256("Claim(bytes32 channel,address to,uint96 total,uint64 nonce)"), id, bob, 50, 9
                )
            )
        );
        assertEq(
            hub.withdrawalHash(key, 3, Side.Alice, 50, 9),
            _typed(
                abi.encode(
                    keccak256("Withdrawal(bytes32 channel,address to,uint96 total,uint64 expiry)"),
                    id,
                    alice,
                    50,
                    9
                )
            )
        );
        assertEq(
            hub.settlementHash(key, 3, Settlement(50, 60, 9)),
            _typed(
                abi.encode(
                    keccak256("Settlement(bytes32 channel,uint96 aliceTotal,uint96 bobTotal,uint64 expiry)"),
                    id,
                    50,
                    60,
                    9
                )
            )
        );
        assertEq(
            hub.delegationHash(key, 3, deputy),
            _typed(abi.encode(keccak256("Delegation(bytes32 channel,address key)"), id, deputy))
        );
    }

    function test_a_delegation_beside_the_signers_own_signature_is_ignored() public {
        Auth memory auth = _auth(aliceSignerKey, _digest);
        (auth.delegationR, auth.delegationVs) = ("rubbish", "rubbish");
        hub.claim(_closing, 0, _shown, auth);
        assertEq(hub.channel(_closing).aliceTotal, 50);
    }

    function test_a_delegated_key_signs_for_its_side() public {
        hub.claim(_closing, 0, _shown, _delegated(_closing, aliceSignerKey, _digest));
        assertEq(hub.channel(_closing).aliceTotal, 50);
    }

    function _typed(bytes memory fields) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Thunder"),
                keccak256("1"),
                block.chainid,
                address(hub)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(fields)));
    }
}
