// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, IChannelHub, Side} from "../../src/IChannelHub.sol";
import {AttackBase, Kind} from "./AttackBase.sol";

/// @dev A delegation lets one further key sign for one side in one life of one channel. Everything beyond is tried.
/// C01 to C03 try the delegation of another channel, life, hub and chain besides (`Replay.t.sol`).
contract DelegationsTest is AttackBase {
    ChannelKey private _closing;
    bytes32 private _claimDigest;
    uint256 private _secondKey;

    function setUp() public override {
        super.setUp();
        _closing = _ready(Kind.ClaimShown);
        _claimDigest = _digest(Kind.ClaimShown, hub, _closing, 0);
        (, _secondKey) = makeAddrAndKey("deputy's deputy");
    }

    function test_delegation_of_a_delegation() public {
        address second = vm.addr(_secondKey);
        _assertVoid(_secondKey, deputyKey, hub.delegationHash(_closing, 0, second));
        // nor does the signer's delegation to the deputy carry over to whom the deputy names
        _assertVoid(_secondKey, aliceSignerKey, hub.delegationHash(_closing, 0, deputy));
        _assertVoid(_secondKey, deputyKey, hub.delegationHash(_closing, 0, deputy));
    }

    function test_delegation_of_the_other_side() public {
        _assertVoid(deputyKey, bobSignerKey, hub.delegationHash(_closing, 0, deputy));
        // bob's deputy signs for him, not for alice
        ChannelKey memory open = _ready(Kind.Settlement);
        bytes32 digest = _digest(Kind.Settlement, hub, open, 0);
        Auth memory bobs = _delegated(open, bobSignerKey, digest);
        _assertRefused(Kind.Settlement, open, 0, [bobs, bobs], IChannelHub.BadSignature.selector);
        _handIn(Kind.Settlement, open, 0, [_auth(aliceSignerKey, digest), bobs]);
    }

    function test_delegation_by_the_wallet_or_by_the_key_itself() public {
        bytes32 delegation = hub.delegationHash(_closing, 0, deputy);
        _assertVoid(deputyKey, alicePrivateKey, delegation);
        _assertVoid(deputyKey, deputyKey, delegation);
    }

    function test_delegation_of_another_channel() public {
        ChannelKey memory other = _key();
        other.salt += 1;
        _open(other, 100);
        _assertVoid(deputyKey, aliceSignerKey, hub.delegationHash(other, 0, deputy));
    }

    function test_delegation_of_another_epoch() public {
        _assertVoid(deputyKey, aliceSignerKey, hub.delegationHash(_closing, 1, deputy));
        Auth memory auth = _delegated(_closing, aliceSignerKey, _claimDigest);
        _settleAfterPeriod(_closing);
        _open(_closing, 100);
        _close(_closing, Side.Alice, 0, 0);
        // the deputy signs anew in the next life, on the delegation for the former one
        auth.r = _auth(deputyKey, _digest(Kind.ClaimShown, hub, _closing, 1)).r;
        auth.vs = _auth(deputyKey, _digest(Kind.ClaimShown, hub, _closing, 1)).vs;
        _assertRefused(Kind.ClaimShown, _closing, 1, [auth, auth], IChannelHub.BadSignature.selector);
        auth = _delegated(_closing, aliceSignerKey, _digest(Kind.ClaimShown, hub, _closing, 1));
        _handIn(Kind.ClaimShown, _closing, 1, [auth, auth]);
    }

    function test_delegation_to_another_key() public {
        _assertVoid(deputyKey, aliceSignerKey, hub.delegationHash(_closing, 0, stranger));
    }

    function test_key_without_a_delegation() public {
        Auth memory auth = _auth(deputyKey, _claimDigest);
        _assertRefused(Kind.ClaimShown, _closing, 0, [auth, auth], IChannelHub.BadSignature.selector);
        _setDelegation(auth, 0, 0);
        _assertRefused(Kind.ClaimShown, _closing, 0, [auth, auth], IChannelHub.BadSignature.selector);
    }

    /// @dev Alice was talked into delegating to nobody. What recovers to nobody, which is any rubbish, still signs nothing.
    function test_C08_delegation_to_the_zero_address() public {
        Auth memory auth = _rawAuth(0, 0);
        _delegate(auth, aliceSignerKey, hub.delegationHash(_closing, 0, address(0)));
        _assertRefused(Kind.ClaimShown, _closing, 0, [auth, auth], IChannelHub.BadSignature.selector);
        (auth.r, auth.vs) = (bytes32(type(uint256).max), bytes32(uint256(1)));
        _assertRefused(Kind.ClaimShown, _closing, 0, [auth, auth], IChannelHub.BadSignature.selector);
    }

    /// @dev Whoever saw a delegation cannot sign with it: the deputy's signature is still needed.
    function test_delegation_without_the_deputys_signature() public {
        Auth memory auth = _delegated(_closing, aliceSignerKey, _claimDigest);
        auth.r = 0;
        _assertRefused(Kind.ClaimShown, _closing, 0, [auth, auth], IChannelHub.BadSignature.selector);
        auth = _delegated(_closing, aliceSignerKey, _claimDigest);
        auth.r = _auth(bobSignerKey, _claimDigest).r;
        auth.vs = _auth(bobSignerKey, _claimDigest).vs;
        _assertRefused(Kind.ClaimShown, _closing, 0, [auth, auth], IChannelHub.BadSignature.selector);
    }

    /// @dev Both sides may delegate to one key. Then it signs for both, as each of them said, and still only with both
    /// delegations.
    function test_one_deputy_for_both_sides_needs_both_delegations() public {
        ChannelKey memory key = _ready(Kind.Settlement);
        bytes32 digest = _digest(Kind.Settlement, hub, key, 0);
        Auth memory forAlice = _delegated(key, aliceSignerKey, digest);
        Auth memory forBob = _delegated(key, bobSignerKey, digest);
        _assertRefused(Kind.Settlement, key, 0, [forAlice, forAlice], IChannelHub.BadSignature.selector);
        _assertRefused(Kind.Settlement, key, 0, [forBob, forBob], IChannelHub.BadSignature.selector);
        _assertRefused(Kind.Settlement, key, 0, [forBob, forAlice], IChannelHub.BadSignature.selector);
        _handIn(Kind.Settlement, key, 0, [forAlice, forBob]);
    }

    /// @dev Under forfeit a deputy could give away everything with one signature, so there are none.
    function test_deputy_in_a_forfeit_channel() public {
        ChannelKey memory key = _forfeitKey();
        _open(key, 100);
        Auth memory auth = _delegated(key, aliceSignerKey, _digest(Kind.ClaimInClose, hub, key, 0));
        _assertRefused(Kind.ClaimInClose, key, 0, [auth, auth], IChannelHub.DelegationRefused.selector);
        for (uint256 side = 0; side < 2; ++side) {
            bytes32 digest = _digest(Kind.Withdrawal, hub, key, 0);
            Auth[2] memory auths = _both(digest);
            auths[side] = _delegated(key, _signerKey(Side(side)), digest);
            _assertRefused(Kind.Withdrawal, key, 0, auths, IChannelHub.DelegationRefused.selector);
            digest = _digest(Kind.Settlement, hub, key, 0);
            auths = _both(digest);
            auths[side] = _delegated(key, _signerKey(Side(side)), digest);
            _assertRefused(Kind.Settlement, key, 0, auths, IChannelHub.DelegationRefused.selector);
        }
        _close(key, Side.Alice, 0, 0);
        _assertRefused(Kind.ClaimShown, key, 0, [auth, auth], IChannelHub.DelegationRefused.selector);
    }

    /// @dev Signed by `signer` as if `delegator` had delegated by signing `delegation`.
    function _assertVoid(uint256 signer, uint256 delegator, bytes32 delegation) private {
        Auth memory auth = _auth(signer, _claimDigest);
        _delegate(auth, delegator, delegation);
        _assertRefused(Kind.ClaimShown, _closing, 0, [auth, auth], IChannelHub.BadSignature.selector);
    }
}
