// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    ChannelState,
    Claim,
    IChannelHub,
    Phase,
    Settlement,
    Side
} from "../../src/IChannelHub.sol";
import {Base} from "../utils/Base.sol";

/// @dev Every way in which something signed reaches the hub.
enum Kind {
    ClaimInClose,
    ClaimShown,
    Withdrawal,
    Settlement,
    Delegation
}

/// @dev One statement of each kind, always the same, so that an attack can be tried on all of them. In all of them
/// alice pays bob: she has paid him 50, he takes 30 out.
abstract contract AttackBase is Base {
    uint256 internal constant KINDS = 5;

    /// @dev A key for statements of this kind, opened with 100 of alice's, in the phase where they count.
    function _ready(Kind kind) internal returns (ChannelKey memory key) {
        key = _key();
        key.salt = 100 + uint64(kind);
        _openFor(kind, key);
    }

    function _openFor(Kind kind, ChannelKey memory key) internal {
        _open(key, 100);
        if (kind == Kind.ClaimShown || kind == Kind.Delegation) _close(key, Side.Alice, 0, 0);
    }

    function _digest(Kind kind, IChannelHub at, ChannelKey memory key, uint32 epoch)
        internal
        view
        returns (bytes32)
    {
        if (kind == Kind.Withdrawal) return at.withdrawalHash(key, epoch, Side.Bob, 30, FOREVER);
        if (kind == Kind.Settlement) return at.settlementHash(key, epoch, Settlement(50, 0, FOREVER));
        if (kind == Kind.Delegation) return at.delegationHash(key, epoch, deputy);
        return at.claimHash(key, epoch, Claim(bob, 50, 1));
    }

    /// @dev The signatures that go with a statement if `digest` is what was signed.
    function _auths(Kind kind, ChannelKey memory key, uint32 epoch, bytes32 digest)
        internal
        view
        returns (Auth[2] memory auths)
    {
        if (kind != Kind.Delegation) return _both(digest);
        auths[0] = _auth(deputyKey, hub.claimHash(key, epoch, Claim(bob, 50, 1)));
        _delegate(auths[0], aliceSignerKey, digest);
    }

    /// @dev Hands the statement in. Claims need only alice's signature.
    function _handIn(Kind kind, ChannelKey memory key, uint32 epoch, Auth[2] memory auths) internal {
        if (kind == Kind.ClaimInClose) {
            vm.prank(bob);
            hub.close(key, epoch, 0, Claim(bob, 50, 1), auths[0], FOREVER);
        } else if (kind == Kind.Withdrawal) {
            hub.withdraw(key, epoch, Side.Bob, 30, FOREVER, auths);
        } else if (kind == Kind.Settlement) {
            hub.settleTogether(key, epoch, Settlement(50, 0, FOREVER), auths);
        } else {
            hub.claim(key, epoch, Claim(bob, 50, 1), auths[0]);
        }
    }

    function _assertRefused(Kind kind, ChannelKey memory key, uint32 epoch, Auth[2] memory auths, bytes4 why)
        internal
    {
        vm.expectRevert(why);
        _handIn(kind, key, epoch, auths);
    }

    /// @dev Shows that a refusal was about the signature: the same call with the right one goes through.
    function _assertCountsWhenSigned(Kind kind, ChannelKey memory key, uint32 epoch) internal {
        _handIn(kind, key, epoch, _auths(kind, key, epoch, _digest(kind, hub, key, epoch)));
        ChannelState memory state = hub.channel(key);
        if (kind == Kind.Withdrawal) assertEq(state.bobWithdrawn, 30);
        else if (kind == Kind.Settlement) assertEq(uint8(state.phase), uint8(Phase.Settled));
        else assertEq(state.aliceTotal, 50);
    }

    // -------------------------------------------------------------------------------------------- signatures

    /// @dev Whatever two words, as a signature.
    function _rawAuth(bytes32 r, bytes32 vs) internal pure returns (Auth memory auth) {
        auth.r = r;
        auth.vs = vs;
    }

    /// @dev Whatever two words, as the delegation beside a signature.
    function _setDelegation(Auth memory auth, bytes32 r, bytes32 vs) internal pure {
        (auth.delegationR, auth.delegationVs) = (r, vs);
    }

    function _delegate(Auth memory auth, uint256 signerKey, bytes32 digest) internal pure {
        (bytes32 r, bytes32 vs) = _sign(signerKey, digest);
        _setDelegation(auth, r, vs);
    }
}
