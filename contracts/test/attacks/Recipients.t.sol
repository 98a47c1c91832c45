// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub, Phase, Side} from "../../src/IChannelHub.sol";
import {HostileToken, Trick} from "../mocks/HostileToken.sol";
import {Mood, Receiver} from "../mocks/Receivers.sol";
import {Move, Payments} from "./Payments.sol";

/// @dev Recipients of ether that do not take it, or not gladly. Each way to be paid, with each mood of each side.
contract RecipientsTest is Payments {
    Receiver private _alices;
    Receiver private _bobs;
    uint64 private _salt = 1000;

    function setUp() public override {
        super.setUp();
        _alices = new Receiver();
        _bobs = new Receiver();
        alice = address(_alices);
        bob = address(_bobs);
    }

    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function test_C27_recipient_that_reverts() public {
        _assertHoldsUpOnlyItself(Mood.Revert);
    }

    function test_C28_recipient_that_burns_all_gas() public {
        _assertHoldsUpOnlyItself(Mood.BurnGas);
    }

    function test_C28_recipient_that_reverts_with_a_bomb() public {
        _assertHoldsUpOnlyItself(Mood.RevertBomb);
    }

    function test_C28_recipient_that_needs_more_than_a_push_has() public {
        _assertHoldsUpOnlyItself(Mood.Hungry);
    }

    /// @dev `collect` is for whom a push is too small: it forwards all gas.
    function test_C28_recipient_that_needs_much_gas_collects_with_it() public {
        _bobs.set(Mood.Hungry);
        _make(Move.Settle, _prepare(Move.Settle, ++_salt), 5_000_000);
        assertEq(hub.owed(ETHER, bob), 80);
        hub.collect(ETHER, bob);
        assertEq(bob.balance, 80);
    }

    function test_C27_both_recipients_revert() public {
        _alices.set(Mood.Revert);
        _bobs.set(Mood.Revert);
        ChannelKey memory key = _prepare(Move.Settle, ++_salt);
        _make(Move.Settle, key, 5_000_000);
        assertEq(hub.owed(ETHER, alice), 70);
        assertEq(hub.owed(ETHER, bob), 80);
        _assertPhase(key, Phase.Settled);
    }

    function test_C27_what_is_held_adds_up_over_channels() public {
        _bobs.set(Mood.Revert);
        for (uint256 i = 1; i <= 3; ++i) {
            _make(Move.SettleTogether, _prepare(Move.SettleTogether, ++_salt), 5_000_000);
            assertEq(hub.owed(ETHER, bob), 80 * i);
        }
        _bobs.set(Mood.Accept);
        hub.collect(ETHER, bob);
        assertEq(bob.balance, 240);
    }

    /// @dev C28, C42: a bomb of returndata costs what its maker burns, and nothing to copy; all pushes together cost at
    /// most their cap.
    function test_C42_return_bombs_cost_what_they_burn() public {
        uint256 quiet = _gasOfSettling(Mood.Accept);
        Mood[2] memory bombs = [Mood.Bomb, Mood.RevertBomb];
        uint256[2] memory bookkeeping = [uint256(0), 25_000]; // of a payout that is held: a slot and an event
        for (uint256 i = 0; i < 2; ++i) {
            uint256 burnt = _gasOfBomb(bombs[i]);
            assertGt(burnt, 50_000, "a bomb");
            assertLt(_gasOfSettling(bombs[i]), quiet + burnt + bookkeeping[i] + 2000);
        }
        assertLt(_gasOfSettling(Mood.BurnGas), quiet + 102_300 + 25_000);
    }

    /// @dev `collect` forwards all gas, at the cost of who calls it. It copies nothing either.
    function test_C42_return_bomb_in_collect() public {
        uint256[2] memory gasUsed;
        Mood[2] memory moods = [Mood.Accept, Mood.Bomb];
        for (uint256 i = 0; i < 2; ++i) {
            ChannelKey memory key = _prepare(Move.CollectByBob, ++_salt);
            _bobs.set(moods[i]);
            gasUsed[i] = _gasOf(Move.CollectByBob, key);
            assertEq(hub.owed(ETHER, bob), 0);
            _bobs.set(Mood.Accept);
        }
        assertLt(gasUsed[1], gasUsed[0] + _gasOfBomb(Mood.Bomb) + 2000);
    }

    /// @dev C42 for tokens: a token can burn the cap of each push and no more.
    function test_C42_token_bombs_cost_at_most_the_cap() public {
        HostileToken token = new HostileToken(address(hub));
        Trick[3] memory tricks = [Trick.Revert, Trick.Bomb, Trick.BurnGas];
        uint256[3] memory gasUsed;
        for (uint256 i = 0; i < 3; ++i) {
            token.setTricks(Trick.None, Trick.None);
            ChannelKey memory key = _key();
            key.token = address(token);
            key.salt = ++_salt;
            _openBoth(key, 100, 50);
            token.setTricks(Trick.None, tricks[i]);
            gasUsed[i] = _gasOf(Move.SettleTogether, key);
            assertEq(hub.owed(key.token, bob), 80 * (i + 1));
        }
        assertLt(gasUsed[1], gasUsed[0] + 2 * 300_000);
        assertLt(gasUsed[2], gasUsed[0] + 2 * 300_000);
    }

    /// @dev By a contract that ends itself; block rewards reach the hub as silently.
    function test_C31_ether_forced_into_the_hub() public {
        bytes memory creation = abi.encodePacked(hex"73", address(hub), hex"ff");
        vm.deal(address(this), 1 ether);
        assembly ("memory-safe") {
            pop(create(1000000000000000000, add(creation, 0x20), mload(creation)))
        }
        assertEq(address(hub).balance, 1 ether);
        // it pays for no deposit, and for nobody's settlement
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(alice);
        hub.open(_key(), 1 ether);
        _make(Move.Settle, _prepare(Move.Settle, ++_salt), 5_000_000);
        assertEq(alice.balance, 70);
        assertEq(bob.balance, 80);
        assertEq(address(hub).balance, 1 ether);
    }

    function test_C31_ether_sent_without_a_call() public {
        vm.deal(alice, 10);
        vm.startPrank(alice);
        (bool ok,) = address(hub).call{value: 10}("");
        assertFalse(ok);
        (ok,) = address(hub).call{value: 10}(abi.encodeCall(IChannelHub.settle, (_key(), 0)));
        assertFalse(ok);
        vm.stopPrank();
    }

    function test_collect_of_nothing_or_twice() public {
        vm.expectRevert(IChannelHub.NothingOwed.selector);
        hub.collect(ETHER, stranger);
        _prepare(Move.CollectByBob, ++_salt);
        vm.expectRevert(IChannelHub.NothingOwed.selector);
        hub.collect(address(thd), bob);
        vm.deal(address(hub), 1000); // of others
        hub.collect(ETHER, bob);
        vm.expectRevert(IChannelHub.NothingOwed.selector);
        hub.collect(ETHER, bob);
        assertEq(bob.balance, 80);
    }

    /// @dev A stranger that collects for somebody decides when, never to whom.
    function test_collect_by_a_stranger_pays_the_owner() public {
        _prepare(Move.CollectByAlice, ++_salt);
        vm.prank(stranger);
        hub.collect(ETHER, alice);
        assertEq(alice.balance, 70);
        assertEq(stranger.balance, 0);
    }

    /// @dev In each way of being paid, for each side: the other is paid in full, the channel goes on or ends, what was
    /// refused waits, `collect` fails while it is still refused, and pays once it is not.
    function _assertHoldsUpOnlyItself(Mood mood) private {
        for (uint256 m = FIRST_PAYING_OUT; m < FIRST_COLLECTING; ++m) {
            _assertHeld(Move(m), mood, Side.Alice);
            _assertHeld(Move(m), mood, Side.Bob);
        }
    }

    function _assertHeld(Move move, Mood mood, Side side) private {
        Receiver refusing = side == Side.Alice ? _alices : _bobs;
        (uint96 toAlice, uint96 toBob) = _payouts(move);
        uint256 held = side == Side.Alice ? toAlice : toBob;
        ChannelKey memory key = _prepare(move, ++_salt);
        uint256 alices = alice.balance;
        uint256 bobs = bob.balance;
        refusing.set(mood);
        if (held != 0) {
            vm.expectEmit(address(hub));
            emit IChannelHub.PayoutHeld(ETHER, address(refusing), held);
        }
        (bool ok,) = _make(move, key, 5_000_000);
        assertTrue(ok);
        assertEq(hub.owed(ETHER, address(refusing)), held);
        assertEq(alice.balance, alices + (side == Side.Alice ? 0 : toAlice));
        assertEq(bob.balance, bobs + (side == Side.Bob ? 0 : toBob));
        if (held != 0) {
            vm.expectRevert(IChannelHub.EtherTransferFailed.selector);
            hub.collect{gas: 150_000}(ETHER, address(refusing));
            refusing.set(Mood.Accept);
            vm.expectEmit(address(hub));
            emit IChannelHub.Collected(ETHER, address(refusing), held);
            hub.collect(ETHER, address(refusing));
        }
        refusing.set(Mood.Accept);
        assertEq(alice.balance, alices + toAlice);
        assertEq(bob.balance, bobs + toBob);
        assertEq(hub.owed(ETHER, address(refusing)), 0);
    }

    function _gasOfSettling(Mood mood) private returns (uint256 used) {
        ChannelKey memory key = _prepare(Move.Settle, ++_salt);
        uint256 owedBefore = hub.owed(ETHER, bob);
        _bobs.set(mood);
        used = _gasOf(Move.Settle, key);
        _bobs.set(Mood.Accept);
        _assertPhase(key, Phase.Settled);
        bool takes = mood == Mood.Accept || mood == Mood.Bomb;
        if (takes) assertEq(hub.owed(ETHER, bob), owedBefore, "paid, whatever it returned");
        else assertEq(hub.owed(ETHER, bob), owedBefore + 80);
    }

    function _gasOf(Move move, ChannelKey memory key) private returns (uint256) {
        (bool ok,) = _make(move, key, 5_000_000);
        assertTrue(ok);
        return vm.lastCallGas().gasTotalUsed;
    }

    /// @dev What the bomb costs whoever lets it go off without copying it.
    function _gasOfBomb(Mood mood) private returns (uint256 used) {
        address to = address(_bobs);
        _bobs.set(mood);
        used = gasleft();
        assembly ("memory-safe") {
            pop(call(1000000, to, 0, 0, 0, 0, 0))
        }
        used -= gasleft();
        _bobs.set(Mood.Accept);
    }
}
