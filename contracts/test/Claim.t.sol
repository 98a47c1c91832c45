// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, ChannelState, Claim, IChannelHub, Phase, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

contract ClaimTest is Base {
    function testFuzz_anyone_shows_a_higher_claim(uint96 low, uint96 high, bool byBob, bool closedByBob)
        public
    {
        low = uint96(bound(low, 0, type(uint96).max - 1));
        high = uint96(bound(high, low + 1, type(uint96).max));
        Side payer = byBob ? Side.Bob : Side.Alice;
        Side closer = closedByBob ? Side.Bob : Side.Alice;
        ChannelKey memory key = _key();
        bytes32 id = _open(key, 100);
        if (payer == closer) _close(key, closer, low, 11);
        else _close(key, closer, 11, low);

        (Claim memory claim, Auth memory auth) = _claim(key, payer, high);
        vm.expectEmit(address(hub));
        emit IChannelHub.Claimed(id, payer, high);
        vm.prank(stranger);
        hub.claim(key, 0, claim, auth);

        ChannelState memory state = hub.channel(key);
        assertEq(payer == Side.Alice ? state.aliceTotal : state.bobTotal, high);
        assertEq(payer == Side.Alice ? state.bobTotal : state.aliceTotal, 11);
        assertEq(uint8(state.phase), uint8(Phase.Closing));
    }

    function testFuzz_claim_not_above_the_recorded_total_is_refused(uint96 recorded, uint96 shown) public {
        shown = uint96(bound(shown, 0, recorded));
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, recorded, 0);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, shown);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, recorded));
        hub.claim(key, 0, claim, auth);
    }

    function test_an_older_claim_never_replaces_a_higher_one() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        (Claim memory old, Auth memory oldAuth) = _claim(key, Side.Alice, 40);
        old.nonce = 1;
        _close(key, Side.Bob, 0, 60);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 60));
        hub.claim(key, 0, old, oldAuth);
        // A higher nonce does not help it.
        old.nonce = type(uint64).max;
        oldAuth = _auth(aliceSignerKey, hub.claimHash(key, 0, old));
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 60));
        hub.claim(key, 0, old, oldAuth);
    }

    function test_claims_count_until_the_last_block_of_the_period() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        uint64 closesAt = hub.channel(key).closesAt;
        _show(key, Side.Alice, 10);
        vm.roll(closesAt - 1);
        _show(key, Side.Alice, 20);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 30);
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodOver.selector, closesAt));
        hub.claim(key, 0, claim, auth);
        hub.settle(key, 0);
        _assertPaid(80, 20);
    }

    function testFuzz_claims_never_move_the_end_of_the_period(uint8 count, uint8 step) public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        uint64 closesAt = hub.channel(key).closesAt;
        uint256 at = vm.getBlockNumber();
        for (uint96 i = 1; i <= uint96(count) % 20; ++i) {
            at += step % 5;
            vm.roll(at);
            _show(key, i % 2 == 0 ? Side.Alice : Side.Bob, i);
            assertEq(hub.channel(key).closesAt, closesAt);
        }
    }

    function test_claim_after_claims_one_wei_apart_still_lands() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        (Claim memory best, Auth memory auth) = _claim(key, Side.Alice, 90);
        _close(key, Side.Alice, 50, 0);
        // The closer slips claims of its own in, to be in the way of the other side's.
        for (uint96 total = 51; total < 60; ++total) {
            _show(key, Side.Alice, total);
        }
        hub.claim(key, 0, best, auth);
        assertEq(hub.channel(key).aliceTotal, 90);
    }

    function test_claim_for_neither_side_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        Claim memory claim = Claim(stranger, 5, 1);
        Auth memory auth = _auth(aliceSignerKey, hub.claimHash(key, 0, claim));
        vm.expectRevert(IChannelHub.NotASide.selector);
        hub.claim(key, 0, claim, auth);
    }

    function test_claim_is_signed_by_the_payer_for_this_total_and_nonce() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 5);
        claim.to = alice; // turned around: bob would have paid
        _expectBadSignature(key, claim, auth);
        claim = Claim(bob, 6, 1);
        _expectBadSignature(key, claim, auth);
        claim = Claim(bob, 5, 2);
        _expectBadSignature(key, claim, auth);
        claim = Claim(bob, 5, 1);
        _expectBadSignature(key, claim, _auth(bobSignerKey, hub.claimHash(key, 0, claim)));
        _expectBadSignature(key, claim, _auth(alicePrivateKey, hub.claimHash(key, 0, claim)));
        _expectBadSignature(key, claim, _noAuth());
        hub.claim(key, 0, claim, auth);
    }

    function test_claim_in_another_phase_is_refused() public {
        ChannelKey memory key = _key();
        Claim memory claim = Claim(bob, 5, 1);
        _expectWrongPhase(Phase.Empty);
        hub.claim(key, 0, claim, _noAuth());
        _open(key, 100);
        _expectWrongPhase(Phase.Open);
        hub.claim(key, 0, claim, _noAuth());
        _settleTogether(key, 0, 0);
        _expectWrongPhase(Phase.Settled);
        hub.claim(key, 0, claim, _noAuth());
    }

    function test_claim_for_another_life_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 50);
        _settleTogether(key, 0, 0);
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        _expectWrongEpoch(1);
        hub.claim(key, 0, claim, auth);
        _expectWrongEpoch(1);
        hub.claim(key, 2, claim, auth);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.claim(key, 1, claim, auth);
    }

    function test_claim_of_another_channel_hub_or_chain_is_refused() public {
        ChannelKey memory key = _key();
        ChannelKey memory other = _key();
        other.salt += 1;
        _open(key, 100);
        _open(other, 100);
        Claim memory claim = Claim(bob, 50, 1);
        Auth memory otherChannel = _auth(aliceSignerKey, hub.claimHash(other, 0, claim));
        Auth memory otherHub = _auth(aliceSignerKey, _deployHub(false).claimHash(key, 0, claim));
        Auth memory here = _auth(aliceSignerKey, hub.claimHash(key, 0, claim));
        _close(key, Side.Alice, 0, 0);
        _expectBadSignature(key, claim, otherChannel);
        _expectBadSignature(key, claim, otherHub);
        // The chain forks and takes another id: what was signed on the one side means nothing on the other.
        vm.chainId(block.chainid + 1);
        _expectBadSignature(key, claim, here);
        hub.claim(key, 0, claim, _auth(aliceSignerKey, hub.claimHash(key, 0, claim)));
    }

    function _expectBadSignature(ChannelKey memory key, Claim memory claim, Auth memory auth) private {
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.claim(key, 0, claim, auth);
    }
}
