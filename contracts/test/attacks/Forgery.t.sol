// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, KeyFault} from "../../src/IChannelHub.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {AttackBase, Kind} from "./AttackBase.sol";

/// @dev Signatures that nobody made, or not in this form.
contract ForgeryTest is AttackBase {
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    bytes32 private constant PARITY = bytes32(uint256(1) << 255);

    function test_C08_zero_and_out_of_range_signatures() public {
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _ready(Kind(k));
            (bytes32 r, bytes32 vs) = _sign(aliceSignerKey, _digest(Kind(k), hub, key, 0));
            _assertForgeryRefused(Kind(k), key, 0, 0);
            _assertForgeryRefused(Kind(k), key, 0, PARITY);
            _assertForgeryRefused(Kind(k), key, r, 0);
            _assertForgeryRefused(Kind(k), key, r, PARITY);
            _assertForgeryRefused(Kind(k), key, 0, vs);
            _assertForgeryRefused(Kind(k), key, bytes32(N), vs);
            _assertForgeryRefused(Kind(k), key, bytes32(type(uint256).max), vs);
            _assertForgeryRefused(Kind(k), key, r, bytes32(N));
            _assertForgeryRefused(Kind(k), key, r, bytes32(type(uint256).max));
            _assertForgeryRefused(Kind(k), key, r, vs ^ PARITY); // the other v
            _assertForgeryRefused(Kind(k), key, vs, r);
            _assertCountsWhenSigned(Kind(k), key, 0);
        }
    }

    /// forge-config: default.fuzz.runs = 128
    function testFuzz_C08_rubbish_signatures(bytes32 r, bytes32 vs) public {
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _ready(Kind(k));
            _assertForgeryRefused(Kind(k), key, r, vs);
        }
    }

    /// @dev A signature that fails leaves nothing behind that could stand for the next: each pair of a good and a bad
    /// one, in both orders.
    function test_C08_bad_signature_beside_a_good_one() public {
        Kind[2] memory kinds = [Kind.Withdrawal, Kind.Settlement];
        for (uint256 k = 0; k < 2; ++k) {
            ChannelKey memory key = _ready(kinds[k]);
            bytes32 digest = _digest(kinds[k], hub, key, 0);
            for (uint256 i = 0; i < 2; ++i) {
                Auth[2] memory auths = _both(digest);
                auths[i] = _rawAuth(0, 0);
                _assertRefused(kinds[k], key, 0, auths, IChannelHub.BadSignature.selector);
                auths[i] = _rawAuth(bytes32(N), auths[1 - i].vs);
                _assertRefused(kinds[k], key, 0, auths, IChannelHub.BadSignature.selector);
                auths[i] = auths[1 - i];
                _setDelegation(auths[i], 0, 0);
                _assertRefused(kinds[k], key, 0, auths, IChannelHub.BadSignature.selector);
            }
        }
    }

    /// @dev What recovers to zero would sign for a zero signer, so no key has one.
    function test_C08_zero_signer_never_authorises() public {
        ChannelKey memory key = _key();
        key.aliceSigner = address(0);
        _assertBadKey(key, KeyFault.ZeroAddress);
        key = _key();
        key.bobSigner = address(0);
        _assertBadKey(key, KeyFault.ZeroAddress);
    }

    function test_C09_high_s_twin() public {
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _ready(Kind(k));
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(aliceSignerKey, _digest(Kind(k), hub, key, 0));
            bytes32 high = bytes32(N - uint256(s));
            // The twin has the other parity, and its own top bit stands where EIP-2098 keeps the parity.
            _assertForgeryRefused(Kind(k), key, r, high | bytes32(uint256(28 - v) << 255));
            _assertForgeryRefused(Kind(k), key, r, high | bytes32(uint256(v - 27) << 255));
            _assertForgeryRefused(Kind(k), key, r, high & ~PARITY);
            _assertCountsWhenSigned(Kind(k), key, 0);
        }
    }

    /// @dev The form has 255 bits for s, so hardly any high s can be written at all. For the few just above half the
    /// order nobody can make a signature on purpose; the library refuses them all the same.
    function test_C09_high_s_that_fits_the_form() public {
        (bytes32 r,) = _sign(aliceSignerKey, "x");
        for (uint256 above = 1; above < 4; ++above) {
            bytes32 s = bytes32(N / 2 + above);
            assertEq(s & PARITY, 0, "it fits");
            assertNotEq(ecrecover("x", 27, r, s), address(0), "it recovers");
            vm.expectRevert(IChannelHub.BadSignature.selector);
            this.recover("x", r, s);
        }
        assertNotEq(this.recover("x", r, bytes32(N / 2)), address(0));
    }

    function recover(bytes32 digest, bytes32 r, bytes32 vs) external pure returns (address) {
        return Signatures.recover(digest, r, vs);
    }

    /// @dev There is one form: two words. What does not fit in them (a 65th byte) is not a signature of this hub.
    function test_C09_there_is_one_form_of_a_signature() public {
        ChannelKey memory key = _ready(Kind.ClaimShown);
        bytes32 digest = _digest(Kind.ClaimShown, hub, key, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(aliceSignerKey, digest);
        bytes32 vs = s | bytes32(uint256(v - 27) << 255);
        // r and s alone, without the parity, are right for one of the two parities only
        if (v == 28) _assertForgeryRefused(Kind.ClaimShown, key, r, s);
        else _assertForgeryRefused(Kind.ClaimShown, key, r, s | PARITY);
        hub.claim(key, 0, _shown(), _rawAuth(r, vs));
        // and the same statement does not count again, however signed
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 50));
        hub.claim(key, 0, _shown(), _rawAuth(r, vs));
    }

    function test_C10_one_side_signs_twice() public {
        Kind[2] memory kinds = [Kind.Withdrawal, Kind.Settlement];
        for (uint256 k = 0; k < 2; ++k) {
            ChannelKey memory key = _ready(kinds[k]);
            bytes32 digest = _digest(kinds[k], hub, key, 0);
            Auth memory alices = _auth(aliceSignerKey, digest);
            Auth memory bobs = _auth(bobSignerKey, digest);
            _assertRefused(kinds[k], key, 0, [alices, alices], IChannelHub.BadSignature.selector);
            _assertRefused(kinds[k], key, 0, [bobs, bobs], IChannelHub.BadSignature.selector);
            _assertRefused(kinds[k], key, 0, [bobs, alices], IChannelHub.BadSignature.selector);
            _assertCountsWhenSigned(kinds[k], key, 0);
        }
    }

    function test_C10_same_signer_on_both_sides() public {
        ChannelKey memory key = _key();
        key.bobSigner = key.aliceSigner;
        _assertBadKey(key, KeyFault.SameSigners);
    }

    /// @dev The wallets bind nobody where payment keys were named.
    function test_wallet_signs_where_a_payment_key_was_named() public {
        for (uint256 k = 0; k < KINDS; ++k) {
            ChannelKey memory key = _ready(Kind(k));
            bytes32 digest = _digest(Kind(k), hub, key, 0);
            Auth[2] memory auths = [_auth(alicePrivateKey, digest), _auth(bobPrivateKey, digest)];
            _assertRefused(Kind(k), key, 0, auths, IChannelHub.BadSignature.selector);
        }
    }

    /// @dev The payee signs its own claim.
    function test_payee_signs_its_own_claim() public {
        ChannelKey memory key = _ready(Kind.ClaimShown);
        Auth memory auth = _auth(bobSignerKey, _digest(Kind.ClaimShown, hub, key, 0));
        _assertRefused(Kind.ClaimShown, key, 0, [auth, auth], IChannelHub.BadSignature.selector);
    }

    /// @dev As alice's signature, and as the delegation beside one of a key that nobody delegated to.
    function _assertForgeryRefused(Kind kind, ChannelKey memory key, bytes32 r, bytes32 vs) private {
        bytes32 digest =
            kind == Kind.Delegation ? _digest(Kind.ClaimShown, hub, key, 0) : _digest(kind, hub, key, 0);
        Auth[2] memory auths = _both(digest);
        if (kind == Kind.Delegation) {
            auths[0] = _auth(deputyKey, digest);
            _setDelegation(auths[0], r, vs);
        } else {
            auths[0] = _rawAuth(r, vs);
        }
        _assertRefused(kind, key, 0, auths, IChannelHub.BadSignature.selector);
    }

    function _shown() private view returns (Claim memory) {
        return Claim(bob, 50, 1);
    }

    function _assertBadKey(ChannelKey memory key, KeyFault fault) private {
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.BadKey.selector, fault));
        vm.prank(key.alice);
        hub.open(key, 0);
    }
}
