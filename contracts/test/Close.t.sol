// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, ChannelState, Claim, IChannelHub, Phase, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

contract CloseTest is Base {
    function testFuzz_close_records_both_totals(bool byBob, uint96 paid, uint96 received) public {
        Side closer = byBob ? Side.Bob : Side.Alice;
        ChannelKey memory key = _key();
        bytes32 id = _open(key, 100);
        (Claim memory best, Auth memory auth) = _claim(key, _other(closer), received);
        (uint96 a, uint96 b) = byBob ? (received, paid) : (paid, received);
        uint64 closesAt = uint64(vm.getBlockNumber()) + PERIOD;

        vm.expectEmit(address(hub));
        emit IChannelHub.Closing(id, closer, a, b, closesAt);
        vm.prank(_address(closer));
        hub.close(key, 0, paid, best, auth, FOREVER);

        ChannelState memory state = hub.channel(key);
        assertEq(uint8(state.phase), uint8(Phase.Closing));
        assertEq(uint8(state.closer), uint8(closer));
        assertEq(state.aliceTotal, a);
        assertEq(state.bobTotal, b);
        assertEq(state.closesAt, closesAt);
        assertEq(state.aliceDeposit, 100);
    }

    function test_without_a_received_claim_its_other_fields_and_the_signature_are_ignored() public {
        _open(_key(), 100);
        Auth memory rubbish = Auth("x", "y", "rubbish", "rubbish");
        vm.prank(alice);
        hub.close(_key(), 0, 3, Claim(stranger, 0, 9), rubbish, FOREVER);
        assertEq(hub.channel(_key()).aliceTotal, 3);
        assertEq(hub.channel(_key()).bobTotal, 0);
    }

    function test_only_a_side_closes() public {
        _open(_key(), 100);
        address[3] memory callers = [stranger, aliceSigner, bobSigner];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(IChannelHub.NotASide.selector);
            vm.prank(callers[i]);
            hub.close(_key(), 0, 0, _noClaim(), _noAuth(), FOREVER);
        }
    }

    function test_close_after_its_deadline_is_refused() public {
        _open(_key(), 100);
        uint64 deadline = uint64(vm.getBlockNumber()) + 3;
        vm.roll(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.Expired.selector, deadline));
        vm.prank(alice);
        hub.close(_key(), 0, 0, _noClaim(), _noAuth(), deadline);
        vm.roll(deadline);
        vm.prank(alice);
        hub.close(_key(), 0, 0, _noClaim(), _noAuth(), deadline);
        assertEq(hub.channel(_key()).closesAt, deadline + PERIOD);
    }

    function test_close_needs_the_other_sides_signature() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Claim memory best = Claim(bob, 50, 1);
        bytes32 digest = hub.claimHash(key, 0, best);
        Auth memory own = _auth(bobSignerKey, digest);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        vm.prank(bob);
        hub.close(key, 0, 0, best, own, FOREVER);
        // alice's wallet is not alice's signer here
        Auth memory wallet = _auth(alicePrivateKey, digest);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        vm.prank(bob);
        hub.close(key, 0, 0, best, wallet, FOREVER);
        best.total = 51;
        Auth memory other = _auth(aliceSignerKey, digest);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        vm.prank(bob);
        hub.close(key, 0, 0, best, other, FOREVER);
    }

    function test_close_with_a_claim_for_the_other_side_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        (Claim memory best, Auth memory auth) = _claim(key, Side.Alice, 50);
        vm.expectRevert(IChannelHub.NotForCloser.selector);
        vm.prank(alice);
        hub.close(key, 0, 0, best, auth, FOREVER);
    }

    function test_close_with_a_delegated_claim() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Claim memory best = Claim(bob, 50, 1);
        Auth memory auth = _delegated(key, aliceSignerKey, hub.claimHash(key, 0, best));
        vm.prank(bob);
        hub.close(key, 0, 0, best, auth, FOREVER);
        assertEq(hub.channel(key).aliceTotal, 50);
    }

    function test_close_in_another_phase_is_refused() public {
        ChannelKey memory key = _key();
        _expectWrongPhase(Phase.Empty);
        vm.prank(alice);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), FOREVER);

        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        _expectWrongPhase(Phase.Closing);
        vm.prank(bob);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), FOREVER);
        _expectWrongPhase(Phase.Closing);
        vm.prank(alice);
        hub.close(key, 0, 1, _noClaim(), _noAuth(), FOREVER);

        _settleAfterPeriod(key);
        _expectWrongPhase(Phase.Settled);
        vm.prank(bob);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), FOREVER);
    }

    function test_close_pending_from_a_former_life_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _settleTogether(key, 0, 0);
        _open(key, 100);
        _expectWrongEpoch(1);
        vm.prank(alice);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), FOREVER);
    }

    function test_claim_of_a_former_life_is_void_in_a_close() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        (Claim memory best, Auth memory auth) = _claim(key, Side.Alice, 50);
        _settleTogether(key, 0, 0);
        _open(key, 100);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        vm.prank(bob);
        hub.close(key, 1, 0, best, auth, FOREVER);
    }

    function testFuzz_the_longest_period_fits(uint32 period) public {
        period = uint32(bound(period, 1, type(uint32).max));
        ChannelKey memory key = _key();
        key.finalizationPeriod = period;
        _open(key, 100);
        uint256 now_ = vm.getBlockNumber();
        _close(key, Side.Alice, 0, 0);
        assertEq(hub.channel(key).closesAt, now_ + period);
        _settleAfterPeriod(key);
        _assertPaid(100, 0);
    }

    function test_close_shows_in_balances() public {
        ChannelKey memory key = _key();
        _openBoth(key, 100, 20);
        _close(key, Side.Bob, 5, 30);
        (uint96 a, uint96 b) = hub.balances(key);
        assertEq(a, 75);
        assertEq(b, 45);
    }
}
