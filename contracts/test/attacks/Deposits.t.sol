// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    Claim,
    IChannelHub,
    Permit,
    Phase,
    Settlement,
    Side
} from "../../src/IChannelHub.sol";
import {AttackBase} from "./AttackBase.sol";

/// @dev Money put in at the wrong time, by the wrong people, in the wrong kind.
abstract contract DepositsTests is AttackBase {
    /// @dev Totals are cumulative and know nothing of deposits, so every order of a top-up and a signature pays the same.
    function test_C19_top_up_that_races_a_signed_total() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        (Claim memory before, Auth memory beforeAuth) = _claim(key, Side.Alice, 80);
        _deposit(key, Side.Alice, 50);
        vm.prank(bob);
        hub.close(key, 0, 0, before, beforeAuth, FOREVER);
        _show(key, Side.Alice, 140); // signed after it
        _settleAfterPeriod(key);
        _assertPaid(10, 140);
    }

    function test_C19_top_up_between_signing_and_showing_a_settlement() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Settlement memory settlement = Settlement(80, 0, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        _deposit(key, Side.Bob, 50);
        hub.settleTogether(key, 0, settlement, auths);
        _assertPaid(20, 130);
    }

    function test_C20_deposit_outside_an_open_channel() public {
        ChannelKey memory key = _key();
        _assertNoDeposit(key, Phase.Empty);
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        _assertNoDeposit(key, Phase.Closing);
        vm.roll(hub.channel(key).closesAt);
        _assertNoDeposit(key, Phase.Closing);
        hub.settle(key, 0);
        _assertNoDeposit(key, Phase.Settled);
    }

    /// @dev Nobody but alice brings her key to life, so nobody can be there first.
    function test_C23_stranger_before_my_open() public {
        ChannelKey memory key = _key();
        _assertNoDeposit(key, Phase.Empty);
        uint256 value = _fund(key.token, stranger, 1);
        vm.expectRevert(IChannelHub.NotAlice.selector);
        vm.prank(stranger);
        hub.open{value: value}(key, 1);
        _open(key, 100);
        assertEq(hub.channel(key).epoch, 0);
        assertEq(hub.channel(key).aliceDeposit, 100);
    }

    /// @dev What a stranger puts in is a gift to that side, and spoils nothing signed before.
    function test_C23_strangers_deposit_spoils_nothing() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Settlement memory settlement = Settlement(30, 0, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
        _giveAsStranger(key, Side.Alice, 5);
        _giveAsStranger(key, Side.Bob, 3);
        hub.settleTogether(key, 0, settlement, auths);
        _assertPaid(75, 33);
    }

    /// @dev C34: the hub pays for nobody. A deposit of nothing is refused, one of a single unit costs its sender the
    /// gas, changes that deposit alone, and needs no room that was not there.
    function test_C34_dust() public {
        ChannelKey memory key = _key();
        _open(key, 0);
        vm.expectRevert(IChannelHub.ZeroAmount.selector);
        hub.deposit(key, 0, Side.Bob, 0);
        for (uint256 i = 1; i <= 10; ++i) {
            _giveAsStranger(key, Side.Bob, 1);
            assertEq(hub.channel(key).bobDeposit, i);
        }
        _settleTogether(key, 0, 0);
        _assertPaid(0, 10);
    }

    /// @dev Filling the channel up to the last unit keeps a top-up out, and hands all that money to the two sides.
    function test_C34_room_taken_away_by_a_stranger() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        uint96 room = type(uint96).max - 100;
        _giveAsStranger(key, Side.Bob, room);
        uint256 value = _fund(key.token, alice, 1);
        vm.expectRevert(IChannelHub.DepositTooLarge.selector);
        vm.prank(alice);
        hub.deposit{value: value}(key, 0, Side.Alice, 1);
        _settleTogether(key, 40, 0);
        assertEq(_balance(alice), 61); // with the unit she kept
        assertEq(_balance(bob), uint256(room) + 40);
    }

    function _giveAsStranger(ChannelKey memory key, Side side, uint96 amount) private {
        uint256 value = _fund(key.token, stranger, amount);
        vm.prank(stranger);
        hub.deposit{value: value}(key, 0, side, amount);
    }

    function _assertNoDeposit(ChannelKey memory key, Phase phase) private {
        uint256 value = _fund(key.token, stranger, 10);
        _expectWrongPhase(phase);
        vm.prank(stranger);
        hub.deposit{value: value}(key, 0, Side.Bob, 10);
    }
}

contract DepositsEtherTest is DepositsTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function test_C32_value_that_is_not_the_amount() public {
        ChannelKey memory key = _key();
        vm.deal(alice, 100);
        uint256[3] memory values = [uint256(0), 9, 11];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(IChannelHub.AmountMismatch.selector);
            vm.prank(alice);
            hub.open{value: values[i]}(key, 10);
        }
        _open(key, 10);
        vm.deal(alice, 100);
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(IChannelHub.AmountMismatch.selector);
            vm.prank(alice);
            hub.deposit{value: values[i]}(key, 0, Side.Alice, 10);
        }
    }

    /// @dev A permit has no meaning for ether, and cannot stand for it.
    function test_C32_permit_instead_of_ether() public {
        ChannelKey memory key = _key();
        Permit memory permit;
        vm.deal(address(hub), 100); // of others
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(alice);
        hub.openWithPermit(key, 10, permit);
        _open(key, 10);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(alice);
        hub.depositWithPermit(key, 0, Side.Alice, 10, permit);
    }
}

contract DepositsThdTest is DepositsTests {
    function test_C32_ether_sent_with_tokens() public {
        ChannelKey memory key = _key();
        _fund(key.token, alice, 10);
        vm.deal(alice, 10);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(alice);
        hub.open{value: 10}(key, 10);
        _open(key, 10);
        _fund(key.token, alice, 10);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(alice);
        hub.deposit{value: 1}(key, 0, Side.Alice, 10);
    }

    /// @dev C24: there is no signed transfer to redirect. A permit only lets the hub pull, and the hub pulls from its
    /// caller alone: a copied permit opens no channel of the copier's.
    function test_C24_copied_permit() public {
        assertTrue(thd.transfer(alice, 50));
        Permit memory permit = _permit(thd, alicePrivateKey, 50);
        ChannelKey memory theirs = _key();
        theirs.alice = stranger;
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(stranger);
        hub.openWithPermit(theirs, 50, permit);
        _open(theirs, 0);
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(stranger);
        hub.depositWithPermit(theirs, 0, Side.Alice, 50, permit);
        assertEq(thd.balanceOf(alice), 50);
    }

    /// @dev Nor does an allowance to the hub that lies around, of any size.
    function test_C24_allowance_of_somebody_else() public {
        assertTrue(thd.transfer(alice, 50));
        vm.prank(alice);
        thd.approve(address(hub), type(uint256).max);
        ChannelKey memory theirs = _key();
        theirs.alice = stranger;
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(stranger);
        hub.open(theirs, 50);
        assertEq(thd.balanceOf(alice), 50);
    }

    function test_permit_used_up_by_a_stranger_first() public {
        assertTrue(thd.transfer(alice, 90));
        Permit memory permit = _permit(thd, alicePrivateKey, 50);
        vm.prank(stranger);
        thd.permit(alice, address(hub), 50, permit.deadline, permit.v, permit.r, permit.s);
        vm.prank(alice);
        hub.openWithPermit(_key(), 50, permit);
        assertEq(hub.channel(_key()).aliceDeposit, 50);

        permit = _permit(thd, alicePrivateKey, 40);
        vm.prank(stranger);
        thd.permit(alice, address(hub), 40, permit.deadline, permit.v, permit.r, permit.s);
        vm.prank(alice);
        hub.depositWithPermit(_key(), 0, Side.Alice, 40, permit);
        assertEq(hub.channel(_key()).aliceDeposit, 90);
    }
}
