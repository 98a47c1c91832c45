// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    ChannelState,
    Claim,
    IChannelHub,
    KeyFault,
    Phase,
    Side
} from "../../src/IChannelHub.sol";
import {AttackBase} from "./AttackBase.sol";

/// @dev Closing with less than the truth, and keeping the truth out. Alice has 100 in the channel and signed 90 to bob.
abstract contract StateMachineTests is AttackBase {
    ChannelKey private _mine;
    Claim private _best;
    Auth private _bestAuth;

    function setUp() public override {
        super.setUp();
        _mine = _key();
        _open(_mine, 100);
        (_best, _bestAuth) = _claim(_mine, Side.Alice, 90);
    }

    function test_C13_equal_or_lower_total_with_any_nonce() public {
        _close(_mine, Side.Alice, 50, 0);
        uint96[3] memory totals = [uint96(50), 49, 0];
        uint64[3] memory nonces = [uint64(0), 2, type(uint64).max];
        for (uint256 t = 0; t < 3; ++t) {
            for (uint256 n = 0; n < 3; ++n) {
                Claim memory claim = Claim(bob, totals[t], nonces[n]);
                Auth memory auth = _auth(aliceSignerKey, hub.claimHash(_mine, 0, claim));
                vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 50));
                hub.claim(_mine, 0, claim, auth);
            }
        }
        hub.claim(_mine, 0, _best, _bestAuth);
    }

    /// @dev A nonce is a label: a higher total with a lower one counts.
    function test_C13_lower_nonce_keeps_no_higher_total_out() public {
        Claim memory late = Claim(bob, 60, type(uint64).max);
        Auth memory lateAuth = _auth(aliceSignerKey, hub.claimHash(_mine, 0, late));
        _close(_mine, Side.Alice, 0, 0);
        hub.claim(_mine, 0, late, lateAuth);
        hub.claim(_mine, 0, _best, _bestAuth);
        assertEq(hub.channel(_mine).aliceTotal, 90);
    }

    function test_C14_stale_close_is_corrected_and_not_repeated() public {
        (Claim memory old, Auth memory oldAuth) = _claim(_mine, Side.Alice, 20);
        _close(_mine, Side.Alice, 20, 0);
        vm.prank(bob);
        hub.claim(_mine, 0, _best, _bestAuth);
        _expectWrongPhase(Phase.Closing);
        vm.prank(alice);
        hub.close(_mine, 0, 20, _noClaim(), _noAuth(), FOREVER);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 90));
        vm.prank(alice);
        hub.claim(_mine, 0, old, oldAuth);
        _settleAfterPeriod(_mine);
        _assertPaid(10, 90);
    }

    /// @dev Each block of the period in turn is the first in which the truth is shown, by a side or by anyone.
    function test_understated_close_corrected_by_anyone_until_the_last_block() public {
        _close(_mine, Side.Alice, 50, 0);
        uint64 closesAt = hub.channel(_mine).closesAt;
        assertEq(closesAt, vm.getBlockNumber() + PERIOD);
        address[3] memory anyone = [stranger, bob, alice];
        for (uint256 at = vm.getBlockNumber(); at < closesAt; ++at) {
            uint256 snapshot = vm.snapshotState();
            vm.roll(at);
            vm.prank(anyone[at % 3]);
            hub.claim(_mine, 0, _best, _bestAuth);
            _settleAfterPeriod(_mine);
            _assertPaid(10, 90);
            vm.revertToState(snapshot);
        }
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodOver.selector, closesAt));
        vm.prank(bob);
        hub.claim(_mine, 0, _best, _bestAuth);
    }

    /// @dev C14, C22: in no block do both calls count, so their order within a block decides nothing.
    function test_C22_claim_and_settle_never_count_in_the_same_block() public {
        _close(_mine, Side.Alice, 50, 0);
        uint64 closesAt = hub.channel(_mine).closesAt;
        vm.roll(closesAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, closesAt));
        hub.settle(_mine, 0);
        vm.roll(closesAt);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodOver.selector, closesAt));
        hub.claim(_mine, 0, _best, _bestAuth);
        hub.settle(_mine, 0);
        _assertPaid(50, 50);
    }

    function test_C22_second_settle_of_one_life() public {
        ChannelKey memory other = _key();
        other.salt += 1;
        _open(other, 1000); // money to take
        _close(_mine, Side.Alice, 50, 0);
        _settleAfterPeriod(_mine);
        _expectWrongPhase(Phase.Settled);
        hub.settle(_mine, 0);
        _open(_mine, 0);
        _expectWrongEpoch(1);
        hub.settle(_mine, 0);
        _expectWrongPhase(Phase.Open);
        hub.settle(_mine, 1);
        assertEq(_balance(address(hub)), 1000);
    }

    /// @dev Nothing that can be called while closing moves the end of the period.
    function testFuzz_C15_no_number_of_claims_moves_the_deadline(uint96[20] memory totals, uint8 step)
        public
    {
        _close(_mine, Side.Alice, 0, 0);
        uint64 closesAt = hub.channel(_mine).closesAt;
        for (uint256 i = 0; i < totals.length; ++i) {
            vm.roll(vm.getBlockNumber() + step % 6);
            Side payer = Side(i % 2);
            ChannelState memory state = hub.channel(_mine);
            if (vm.getBlockNumber() >= closesAt) break;
            if (totals[i] > (payer == Side.Alice ? state.aliceTotal : state.bobTotal)) {
                _show(_mine, payer, totals[i]);
            }
            assertEq(hub.channel(_mine).closesAt, closesAt);
        }
        _settleAfterPeriod(_mine);
    }

    function test_C16_stranger_starts_no_close() public {
        address[5] memory callers = [stranger, aliceSigner, bobSigner, deputy, address(hub)];
        for (uint256 i = 0; i < callers.length; ++i) {
            vm.expectRevert(IChannelHub.NotASide.selector);
            vm.prank(callers[i]);
            hub.close(_mine, 0, 0, _noClaim(), _noAuth(), FOREVER);
        }
    }

    function test_C16_stranger_settles_and_the_owners_are_paid() public {
        _close(_mine, Side.Alice, 90, 0);
        vm.roll(hub.channel(_mine).closesAt + 1_000_000);
        vm.prank(stranger);
        hub.settle(_mine, 0);
        _assertPaid(10, 90);
        assertEq(_balance(stranger), 0);
    }

    function test_C17_close_without_any_claim_returns_the_deposits() public {
        _deposit(_mine, Side.Bob, 30);
        _close(_mine, Side.Bob, 0, 0);
        _settleAfterPeriod(_mine);
        _assertPaid(100, 30);
    }

    function test_C18_period_of_zero() public {
        ChannelKey memory key = _key();
        key.finalizationPeriod = 0;
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.BadKey.selector, KeyFault.ZeroPeriod));
        vm.prank(alice);
        hub.open(key, 0);
    }

    /// @dev The longest period does not wrap, and one that the hub could not count is refused before any money is in.
    function test_C18_longest_period() public {
        ChannelKey memory key = _key();
        key.finalizationPeriod = type(uint32).max;
        _open(key, 50);
        _close(key, Side.Alice, 0, 0);
        uint64 closesAt = hub.channel(key).closesAt;
        assertEq(closesAt, vm.getBlockNumber() + type(uint32).max);
        vm.roll(closesAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, closesAt));
        hub.settle(key, 0);

        key.salt += 1;
        vm.roll(type(uint40).max - uint256(type(uint32).max) + 1);
        vm.expectRevert(IChannelHub.PeriodTooLong.selector);
        vm.prank(alice);
        hub.open(key, 0);
    }

    /// @dev The closer keeps raising its own total by one, each time before bob's claim gets in. His is still the
    /// higher one whenever it comes, and need not be signed again.
    function test_closer_slips_claims_in_one_wei_apart() public {
        _close(_mine, Side.Alice, 50, 0);
        uint64 closesAt = hub.channel(_mine).closesAt;
        for (uint96 total = 51; total < 90; ++total) {
            _show(_mine, Side.Alice, total);
            if (total % 2 == 0) vm.roll(vm.getBlockNumber() + 1);
        }
        vm.roll(closesAt - 1);
        vm.prank(bob);
        hub.claim(_mine, 0, _best, _bestAuth);
        _settleAfterPeriod(_mine);
        _assertPaid(10, 90);
    }

    function test_claim_of_zero() public {
        _close(_mine, Side.Alice, 0, 0);
        (Claim memory zero, Auth memory auth) = _claim(_mine, Side.Bob, 0);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 0));
        hub.claim(_mine, 0, zero, auth);
    }

    /// @dev C43, the three holes of the QTUM duplex channel: its payer overwrote 0.9 with an own claim of 0, ended the
    /// channel at once with a receipt of one wei, and showed a claim from another deployment.
    function test_C43_own_claim_of_zero_over_a_higher_one() public {
        vm.prank(bob);
        hub.close(_mine, 0, 0, _best, _bestAuth, FOREVER);
        (Claim memory zero, Auth memory auth) = _claim(_mine, Side.Alice, 0);
        vm.startPrank(alice);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 90));
        hub.claim(_mine, 0, zero, auth);
        _expectWrongPhase(Phase.Closing);
        hub.close(_mine, 0, 0, _noClaim(), _noAuth(), FOREVER);
        vm.stopPrank();
        _settleAfterPeriod(_mine);
        _assertPaid(10, 90);
    }

    function test_C43_instant_end_by_a_receipt_of_one_wei() public {
        (Claim memory tiny, Auth memory auth) = _claim(_mine, Side.Bob, 1);
        vm.startPrank(alice);
        hub.close(_mine, 0, 0, tiny, auth, FOREVER);
        uint64 closesAt = hub.channel(_mine).closesAt;
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, closesAt));
        hub.settle(_mine, 0);
        vm.expectRevert(IChannelHub.CloserCannotAccept.selector);
        hub.accept(_mine, 0, 0, 1);
        vm.stopPrank();
        hub.claim(_mine, 0, _best, _bestAuth);
        _settleAfterPeriod(_mine);
        _assertPaid(11, 89);
    }

    function test_C43_claim_from_another_deployment() public {
        IChannelHub other = _deployHub(false);
        Auth memory auth = _auth(bobSignerKey, other.claimHash(_mine, 0, Claim(alice, 1000, 1)));
        vm.expectRevert(IChannelHub.BadSignature.selector);
        vm.prank(alice);
        hub.close(_mine, 0, 0, Claim(alice, 1000, 1), auth, FOREVER);
    }
}

contract StateMachineEtherTest is StateMachineTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract StateMachineThdTest is StateMachineTests {}
