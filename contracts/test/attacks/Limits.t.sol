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

/// @dev Numbers at their limits, and keys that should not be.
abstract contract LimitsTests is AttackBase {
    uint96 private constant MAX = type(uint96).max;

    function test_C07_keys_that_nobody_should_open() public {
        ChannelKey memory key = _key();
        _assertOpens(key);
        key.bob = alice;
        _assertBad(key, KeyFault.SameSides);
        key = _key();
        key.bobSigner = aliceSigner;
        _assertBad(key, KeyFault.SameSigners);
        for (uint256 i = 0; i < 3; ++i) {
            _assertBad(_withParty(i, address(0)), KeyFault.ZeroAddress);
            _assertBad(_withParty(i, address(hub)), KeyFault.HubAsParty);
        }
        key = _key();
        key.token = address(hub);
        _assertBad(key, KeyFault.HubAsToken);
    }

    /// @dev Alice is who calls, so she is neither nobody nor the hub.
    function test_C07_zero_or_hub_as_alice() public {
        ChannelKey memory key = _key();
        address[3] memory callers = [stranger, alice, bob];
        for (uint256 i = 0; i < 3; ++i) {
            key.alice = i == 0 ? address(0) : address(hub);
            vm.expectRevert(IChannelHub.NotAlice.selector);
            vm.prank(callers[i]);
            hub.open(key, 0);
        }
    }

    function test_C33_deposits_above_96_bits() public {
        ChannelKey memory key = _key();
        _open(key, MAX);
        _assertNoRoom(key, Side.Alice, 1);
        _assertNoRoom(key, Side.Bob, 1);
        _assertNoRoom(key, Side.Alice, MAX);
        _assertNoRoom(key, Side.Bob, MAX);
        // what was withdrawn makes no new room: deposits are cumulative
        _withdraw(key, Side.Alice, MAX);
        _assertNoRoom(key, Side.Bob, 1);
        _settleTogether(key, 0, 0);
        _assertPaid(MAX, 0);
    }

    function test_both_deposits_near_96_bits() public {
        ChannelKey memory key = _key();
        uint96 half = MAX / 2;
        _openBoth(key, half, half);
        _assertNoRoom(key, Side.Bob, 2);
        _deposit(key, Side.Bob, 1);
        _assertNoRoom(key, Side.Bob, 1);
        (uint96 a, uint96 b) = hub.balances(key);
        assertEq(a, half);
        assertEq(b, half + 1);
        // alice has paid everything and more, and bob as well
        _close(key, Side.Alice, MAX, MAX);
        (a, b) = hub.balances(key);
        assertEq(a, half);
        assertEq(b, half + 1);
        _settleAfterPeriod(key);
        _assertPaid(half, half + 1);
    }

    /// @dev All that the pot is, whatever the totals say.
    function testFuzz_C33_totals_above_the_deposits(
        uint96 a,
        uint96 b,
        uint96 taken,
        uint96 aPaid,
        uint96 bPaid
    ) public {
        b = uint96(bound(b, 0, MAX - a));
        taken = uint96(bound(taken, 0, a + b));
        ChannelKey memory key = _key();
        _openBoth(key, a, b);
        if (taken != 0) _withdraw(key, Side.Bob, taken);
        _close(key, Side.Alice, aPaid, bPaid);
        _settleAfterPeriod(key);
        int256 alices = int256(uint256(a)) - int256(uint256(aPaid)) + int256(uint256(bPaid));
        int256 pot = int256(uint256(a) + b - taken);
        if (alices < 0) alices = 0;
        if (alices > pot) alices = pot;
        _assertPaid(uint256(alices), uint256(a) + b - uint256(alices));
    }

    /// @dev What is owed grows beyond 96 bits over channels: it is counted in whole words.
    function test_C33_more_owed_than_96_bits() public {
        uint256 rounds = 3;
        for (uint256 i = 0; i < rounds; ++i) {
            ChannelKey memory key = _key();
            key.salt = uint64(i);
            _open(key, MAX);
            _refuse(bob, true);
            _settleTogether(key, MAX, 0);
            _refuse(bob, false);
        }
        assertEq(hub.owed(_token(), bob), rounds * MAX);
        hub.collect(_token(), bob);
        _assertPaid(0, rounds * MAX);
    }

    /// @dev Fields that share a slot do not run into each other, at any value.
    function testFuzz_C33_fields_of_a_slot_stay_apart(
        uint96 a,
        uint96 b,
        uint96 aPaid,
        uint96 bPaid,
        uint32 period
    ) public {
        b = uint96(bound(b, 0, MAX - a));
        ChannelKey memory key = _key();
        key.finalizationPeriod = uint32(bound(period, 1, type(uint32).max));
        _open(key, 1);
        _settleTogether(key, 0, 0);
        _openBoth(key, a, b);
        _close(key, Side.Bob, bPaid, aPaid);
        if (aPaid < MAX) _show(key, Side.Alice, MAX);
        ChannelState memory expected = ChannelState({
            phase: Phase.Closing,
            epoch: 1,
            aliceDeposit: a,
            bobDeposit: b,
            aliceWithdrawn: 0,
            bobWithdrawn: 0,
            aliceTotal: MAX,
            bobTotal: bPaid,
            closer: Side.Bob,
            closesAt: uint64(vm.getBlockNumber()) + key.finalizationPeriod
        });
        assertEq(abi.encode(hub.channel(key)), abi.encode(expected));
        if (bPaid < MAX) _show(key, Side.Bob, MAX);
        expected.bobTotal = MAX;
        assertEq(abi.encode(hub.channel(key)), abi.encode(expected));
        _settleAfterPeriod(key);
        ChannelState memory settled;
        settled.phase = Phase.Settled;
        settled.epoch = 1;
        assertEq(abi.encode(hub.channel(key)), abi.encode(settled));
    }

    /// @dev Whoever owns both sides says that each paid the other everything, and takes no more than it put in.
    function test_owner_of_both_sides_signs_absurd_totals() public {
        ChannelKey memory theirs = _key();
        theirs.salt += 1;
        theirs.alice = stranger;
        _open(theirs, 1000);
        uint96[2][4] memory totals = [[MAX, 0], [uint96(0), MAX], [MAX, MAX], [MAX - 1, MAX]];
        uint256 put;
        for (uint256 i = 0; i < 4; ++i) {
            ChannelKey memory mine = _key();
            mine.salt = 100 + uint64(i);
            _openBoth(mine, 10, 7);
            put += 17;
            if (i % 2 == 0) _settleTogether(mine, totals[i][0], totals[i][1]);
            else _close(mine, Side.Bob, totals[i][1], totals[i][0]);
            if (i % 2 == 1) _settleAfterPeriod(mine);
            assertEq(_balance(alice) + _balance(bob), put);
        }
        assertEq(_balance(address(hub)), 1000);
    }

    function _refuse(address account, bool refuses) internal virtual;

    function _withParty(uint256 i, address party) private view returns (ChannelKey memory key) {
        key = _key();
        if (i == 0) key.aliceSigner = party;
        else if (i == 1) key.bob = party;
        else key.bobSigner = party;
    }

    function _assertBad(ChannelKey memory key, KeyFault fault) private {
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.BadKey.selector, fault));
        vm.prank(key.alice);
        hub.open(key, 0);
    }

    function _assertOpens(ChannelKey memory key) private {
        uint256 snapshot = vm.snapshotState();
        vm.prank(key.alice);
        hub.open(key, 0);
        vm.revertToState(snapshot);
    }

    function _assertNoRoom(ChannelKey memory key, Side side, uint96 amount) private {
        uint256 snapshot = vm.snapshotState();
        uint256 value = _fund(key.token, stranger, amount);
        vm.expectRevert(IChannelHub.DepositTooLarge.selector);
        vm.prank(stranger);
        hub.deposit{value: value}(key, 0, side, amount);
        vm.revertToState(snapshot);
    }
}

contract LimitsEtherTest is LimitsTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function _refuse(address account, bool refuses) internal override {
        vm.etch(account, refuses ? bytes(hex"fe") : bytes(""));
    }
}

contract LimitsThdTest is LimitsTests {
    function _refuse(address account, bool refuses) internal override {
        bytes memory transfer = abi.encodeWithSignature("transfer(address,uint256)", account);
        if (refuses) vm.mockCallRevert(address(thd), transfer, "");
        else vm.clearMockedCalls();
    }
}
