// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, ChannelState, IChannelHub, Phase, Settlement, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

abstract contract SettleTests is Base {
    function testFuzz_settle_pays_the_balances(uint96 a, uint96 b, uint96 aPaid, uint96 bPaid) public {
        a = uint96(bound(a, 0, type(uint96).max - 1));
        b = uint96(bound(b, 1, type(uint96).max - a));
        ChannelKey memory key = _key();
        bytes32 id = _open(key, a);
        _deposit(key, Side.Bob, b);
        _close(key, Side.Alice, aPaid, bPaid);
        int256 alices = int256(uint256(a)) - int256(uint256(aPaid)) + int256(uint256(bPaid));
        int256 pot = int256(uint256(a) + b);
        if (alices < 0) alices = 0;
        if (alices > pot) alices = pot;
        (uint96 seenA, uint96 seenB) = hub.balances(key);
        assertEq(seenA, uint256(alices));
        assertEq(seenB, uint256(pot - alices));

        vm.roll(hub.channel(key).closesAt);
        vm.expectEmit(address(hub));
        emit IChannelHub.Settled(id, seenA, seenB);
        vm.prank(stranger);
        hub.settle(key, 0);
        _assertPaid(seenA, seenB);
        _assertCleared(key);
    }

    function test_settle_before_the_period_ends_is_refused() public {
        _open(_key(), 100);
        _close(_key(), Side.Alice, 0, 0);
        uint64 closesAt = hub.channel(_key()).closesAt;
        vm.roll(closesAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, closesAt));
        hub.settle(_key(), 0);
        vm.roll(closesAt);
        hub.settle(_key(), 0);
        _assertPaid(100, 0);
    }

    function test_settle_pays_once() public {
        _open(_key(), 100);
        _close(_key(), Side.Alice, 40, 0);
        _settleAfterPeriod(_key());
        _expectWrongPhase(Phase.Settled);
        hub.settle(_key(), 0);
        _assertPaid(60, 40);
    }

    function test_settle_in_another_phase_or_life_is_refused() public {
        ChannelKey memory key = _key();
        _expectWrongPhase(Phase.Empty);
        hub.settle(key, 0);
        _expectWrongEpoch(0);
        hub.settle(key, 1);
        _open(key, 100);
        _expectWrongPhase(Phase.Open);
        hub.settle(key, 0);
        _settleTogether(key, 0, 0);
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        vm.roll(hub.channel(key).closesAt);
        _expectWrongEpoch(1);
        hub.settle(key, 0);
    }

    function test_settle_an_empty_channel() public {
        _open(_key(), 0);
        _close(_key(), Side.Bob, 0, 0);
        _settleAfterPeriod(_key());
        _assertPaid(0, 0);
    }

    // ------------------------------------------------------------------------------------------------ accept

    function testFuzz_accept_pays_at_once(uint96 aPaid, uint96 bPaid, bool byBob) public {
        aPaid = uint96(bound(aPaid, 0, 100));
        bPaid = uint96(bound(bPaid, 0, 50));
        ChannelKey memory key = _key();
        _openBoth(key, 100, 50);
        Side closer = byBob ? Side.Bob : Side.Alice;
        if (byBob) _close(key, closer, bPaid, aPaid);
        else _close(key, closer, aPaid, bPaid);
        vm.prank(_address(_other(closer)));
        hub.accept(key, 0, aPaid, bPaid);
        _assertPaid(100 - aPaid + bPaid, 50 + aPaid - bPaid);
        _assertCleared(key);
    }

    function test_only_the_side_that_did_not_close_accepts() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 40, 0);
        vm.expectRevert(IChannelHub.CloserCannotAccept.selector);
        vm.prank(alice);
        hub.accept(key, 0, 40, 0);
        vm.expectRevert(IChannelHub.NotASide.selector);
        vm.prank(bobSigner);
        hub.accept(key, 0, 40, 0);
        vm.expectRevert(IChannelHub.NotASide.selector);
        vm.prank(stranger);
        hub.accept(key, 0, 40, 0);
    }

    function test_accept_of_other_totals_is_refused() public {
        ChannelKey memory key = _key();
        _openBoth(key, 100, 100);
        _close(key, Side.Alice, 40, 10);
        // bob looked at the first close; the one that stayed on the chain says something else
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalsChanged.selector, 40, 10));
        hub.accept(key, 0, 50, 10);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalsChanged.selector, 40, 10));
        hub.accept(key, 0, 40, 0);
        vm.stopPrank();
        _show(key, Side.Bob, 20);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalsChanged.selector, 40, 20));
        vm.prank(bob);
        hub.accept(key, 0, 40, 10);
    }

    function test_accept_ends_with_the_period() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 40, 0);
        uint64 closesAt = hub.channel(key).closesAt;
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodOver.selector, closesAt));
        vm.prank(bob);
        hub.accept(key, 0, 40, 0);
        vm.roll(closesAt - 1);
        vm.prank(bob);
        hub.accept(key, 0, 40, 0);
        _assertPaid(60, 40);
    }

    function test_accept_in_another_phase_or_life_is_refused() public {
        ChannelKey memory key = _key();
        vm.startPrank(bob);
        _expectWrongPhase(Phase.Empty);
        hub.accept(key, 0, 0, 0);
        vm.stopPrank();
        _open(key, 100);
        _expectWrongPhase(Phase.Open);
        vm.prank(bob);
        hub.accept(key, 0, 0, 0);
        _settleTogether(key, 0, 0);
        _expectWrongPhase(Phase.Settled);
        vm.prank(bob);
        hub.accept(key, 0, 0, 0);
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        _expectWrongEpoch(1);
        vm.prank(bob);
        hub.accept(key, 0, 0, 0);
    }

    // ---------------------------------------------------------------------------------------- settleTogether

    function testFuzz_settle_together_pays_at_once(uint96 aPaid, uint96 bPaid) public {
        aPaid = uint96(bound(aPaid, 0, 100));
        bPaid = uint96(bound(bPaid, 0, 50));
        ChannelKey memory key = _key();
        bytes32 id = _open(key, 100);
        _deposit(key, Side.Bob, 50);
        Settlement memory settlement = Settlement(aPaid, bPaid, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        vm.expectEmit(address(hub));
        emit IChannelHub.Settled(id, 100 - aPaid + bPaid, 50 + aPaid - bPaid);
        vm.prank(stranger);
        hub.settleTogether(key, 0, settlement, auths);
        _assertPaid(100 - aPaid + bPaid, 50 + aPaid - bPaid);
        _assertCleared(key);
    }

    function test_settlement_signed_by_one_side_only_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Settlement memory settlement = Settlement(0, 0, FOREVER);
        bytes32 digest = hub.settlementHash(key, 0, settlement);
        _expectRefused(key, settlement, [_auth(aliceSignerKey, digest), _auth(aliceSignerKey, digest)]);
        _expectRefused(key, settlement, [_auth(bobSignerKey, digest), _auth(bobSignerKey, digest)]);
        _expectRefused(key, settlement, [_auth(bobSignerKey, digest), _auth(aliceSignerKey, digest)]);
        _expectRefused(key, settlement, [_auth(aliceSignerKey, digest), _noAuth()]);
        _expectRefused(key, settlement, [_auth(alicePrivateKey, digest), _auth(bobPrivateKey, digest)]);
    }

    function test_settlement_is_signed_as_handed_in() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, Settlement(20, 10, FOREVER)));
        _expectRefused(key, Settlement(21, 10, FOREVER), auths);
        _expectRefused(key, Settlement(20, 11, FOREVER), auths);
        _expectRefused(key, Settlement(20, 10, FOREVER - 1), auths);
        _expectRefused(key, Settlement(10, 20, FOREVER), auths);
    }

    function test_settlement_expires() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        uint64 expiry = uint64(vm.getBlockNumber()) + 5;
        Settlement memory settlement = Settlement(0, 0, expiry);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        vm.roll(expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.Expired.selector, expiry));
        hub.settleTogether(key, 0, settlement, auths);
        vm.roll(expiry);
        hub.settleTogether(key, 0, settlement, auths);
        _assertPaid(100, 0);
    }

    function test_settlement_shown_while_closing_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Settlement memory settlement = Settlement(0, 0, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        _close(key, Side.Bob, 0, 60);
        _expectWrongPhase(Phase.Closing);
        hub.settleTogether(key, 0, settlement, auths);
    }

    function test_settlement_in_another_phase_or_life_is_refused() public {
        ChannelKey memory key = _key();
        Settlement memory settlement = Settlement(0, 0, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        _expectWrongPhase(Phase.Empty);
        hub.settleTogether(key, 0, settlement, auths);
        _open(key, 100);
        hub.settleTogether(key, 0, settlement, auths);
        _expectWrongPhase(Phase.Settled);
        hub.settleTogether(key, 0, settlement, auths);
        _open(key, 100);
        _expectWrongEpoch(1);
        hub.settleTogether(key, 0, settlement, auths);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.settleTogether(key, 1, settlement, auths);
    }

    function test_settlement_by_payment_keys_with_delegations() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Settlement memory settlement = Settlement(30, 0, FOREVER);
        bytes32 digest = hub.settlementHash(key, 0, settlement);
        hub.settleTogether(
            key,
            0,
            settlement,
            [_delegated(key, aliceSignerKey, digest), _delegated(key, bobSignerKey, digest)]
        );
        _assertPaid(70, 30);
    }

    function _expectRefused(ChannelKey memory key, Settlement memory settlement, Auth[2] memory auths)
        private
    {
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.settleTogether(key, 0, settlement, auths);
    }

    function _assertCleared(ChannelKey memory key) private view {
        ChannelState memory expected;
        expected.phase = Phase.Settled;
        assertEq(abi.encode(hub.channel(key)), abi.encode(expected));
        (uint96 a, uint96 b) = hub.balances(key);
        assertEq(a + b, 0);
    }
}

contract SettleEtherTest is SettleTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract SettleThdTest is SettleTests {}
