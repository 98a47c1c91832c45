// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Settlement, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

contract SignaturesTest is Base {
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

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

    function test_domain_follows_a_fork() public {
        bytes32 before = hub.claimHash(_closing, 0, _shown);
        vm.chainId(4242);
        bytes32 forked = hub.claimHash(_closing, 0, _shown);
        assertNotEq(forked, before);
        (,,, uint256 chainId,,,) = hub.eip712Domain();
        assertEq(chainId, 4242);
    }

    function test_high_s_is_refused() public {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(aliceSignerKey, _digest);
        uint256 high = N - uint256(s);
        // the twin's parity is the other one; its top bit is where EIP-2098 keeps the parity
        _expectRefused(Auth(r, bytes32(high | (uint256(28 - v) << 255)), ""));
        _expectRefused(Auth(r, bytes32(high | (uint256(v - 27) << 255)), ""));
    }

    function testFuzz_rubbish_authorises_nothing(bytes32 r, bytes32 vs, bytes memory delegation) public {
        _expectRefused(Auth(r, vs, delegation));
    }

    function test_zero_and_out_of_range_parts_are_refused() public {
        (bytes32 r, bytes32 vs) = _sign(aliceSignerKey, _digest);
        _expectRefused(Auth(0, 0, ""));
        _expectRefused(Auth(r, 0, ""));
        _expectRefused(Auth(0, vs, ""));
        _expectRefused(Auth(bytes32(N), vs, ""));
        _expectRefused(Auth(r, bytes32(N), ""));
        _expectRefused(Auth(r, vs ^ bytes32(uint256(1) << 255), ""));
    }

    function test_a_delegation_beside_the_signers_own_signature_is_ignored() public {
        Auth memory auth = _auth(aliceSignerKey, _digest);
        auth.delegation = "rubbish";
        hub.claim(_closing, 0, _shown, auth);
        assertEq(hub.channel(_closing).aliceTotal, 50);
    }

    function test_a_delegated_key_signs_for_its_side() public {
        hub.claim(_closing, 0, _shown, _delegated(_closing, aliceSignerKey, _digest));
        assertEq(hub.channel(_closing).aliceTotal, 50);
    }

    function test_a_key_without_delegation_is_refused() public {
        _expectRefused(_auth(deputyKey, _digest));
    }

    function test_delegation_by_anyone_but_the_sides_signer_is_refused() public {
        _expectRefused(_delegated(_closing, bobSignerKey, _digest));
        _expectRefused(_delegated(_closing, alicePrivateKey, _digest));
        _expectRefused(_delegated(_closing, deputyKey, _digest));
    }

    function test_delegation_of_another_channel_or_life_is_refused() public {
        Auth memory auth = _auth(deputyKey, _digest);
        ChannelKey memory other = _key();
        other.salt += 1;
        auth.delegation = _delegation(aliceSignerKey, hub.delegationHash(other, 0, deputy));
        _expectRefused(auth);
        auth.delegation = _delegation(aliceSignerKey, hub.delegationHash(_closing, 1, deputy));
        _expectRefused(auth);
    }

    function test_delegation_to_another_key_is_refused() public {
        Auth memory auth = _auth(deputyKey, _digest);
        auth.delegation = _delegation(aliceSignerKey, hub.delegationHash(_closing, 0, stranger));
        _expectRefused(auth);
    }

    function test_delegation_of_a_delegation_is_refused() public {
        (, uint256 secondKey) = makeAddrAndKey("deputy's deputy");
        Auth memory auth = _auth(secondKey, _digest);
        auth.delegation = _delegation(deputyKey, hub.delegationHash(_closing, 0, vm.addr(secondKey)));
        _expectRefused(auth);
    }

    function test_delegation_of_another_length_is_refused() public {
        Auth memory auth = _delegated(_closing, aliceSignerKey, _digest);
        bytes memory good = auth.delegation;
        auth.delegation = bytes.concat(good, hex"1b");
        _expectRefused(auth);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(aliceSignerKey, hub.delegationHash(_closing, 0, deputy));
        auth.delegation = abi.encodePacked(r, s, v);
        _expectRefused(auth);
        auth.delegation = hex"00";
        _expectRefused(auth);
    }

    function test_no_statement_passes_for_another() public {
        Auth memory auth = _auth(aliceSignerKey, hub.withdrawalHash(_closing, 0, Side.Bob, 50, 1));
        _expectRefused(auth);
        auth = _auth(aliceSignerKey, hub.settlementHash(_closing, 0, Settlement(50, 0, 1)));
        _expectRefused(auth);
        auth = _auth(aliceSignerKey, hub.delegationHash(_closing, 0, bob));
        _expectRefused(auth);
    }

    function test_a_signer_whose_account_has_code_signs_like_any_key() public {
        vm.etch(aliceSigner, hex"ef0100deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
        hub.claim(_closing, 0, _shown, _auth(aliceSignerKey, _digest));
        assertEq(hub.channel(_closing).aliceTotal, 50);
    }

    function _delegation(uint256 privateKey, bytes32 digest) private pure returns (bytes memory) {
        (bytes32 r, bytes32 vs) = _sign(privateKey, digest);
        return abi.encodePacked(r, vs);
    }

    function _expectRefused(Auth memory auth) private {
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.claim(_closing, 0, _shown, auth);
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
