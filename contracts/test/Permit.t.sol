// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub, Permit, Phase, Policy, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

contract PermitTest is Base {
    function testFuzz_open_with_permit_is_one_transaction(uint96 amount) public {
        assertTrue(thd.transfer(alice, amount));
        Permit memory permit = _permit(thd, alicePrivateKey, amount);
        vm.prank(alice);
        bytes32 id = hub.openWithPermit(_key(), amount, permit);
        assertEq(id, hub.channelId(_key()));
        assertEq(hub.channel(_key()).aliceDeposit, amount);
        assertEq(thd.balanceOf(address(hub)), amount);
        assertEq(thd.allowance(alice, address(hub)), 0);
    }

    function test_deposit_with_permit() public {
        _open(_key(), 1);
        assertTrue(thd.transfer(bob, 50));
        Permit memory permit = _permit(thd, bobPrivateKey, 50);
        vm.prank(bob);
        hub.depositWithPermit(_key(), 0, Side.Bob, 50, permit);
        assertEq(hub.channel(_key()).bobDeposit, 50);
    }

    function test_permit_used_by_a_stranger_first_still_opens() public {
        assertTrue(thd.transfer(alice, 50));
        Permit memory permit = _permit(thd, alicePrivateKey, 50);
        vm.prank(stranger);
        thd.permit(alice, address(hub), 50, permit.deadline, permit.v, permit.r, permit.s);
        vm.prank(alice);
        hub.openWithPermit(_key(), 50, permit);
        assertEq(hub.channel(_key()).aliceDeposit, 50);
    }

    function test_bad_permit_with_allowance_opens() public {
        _fund(_token(), alice, 50);
        Permit memory permit;
        vm.prank(alice);
        hub.openWithPermit(_key(), 50, permit);
        assertEq(hub.channel(_key()).aliceDeposit, 50);
    }

    function test_bad_permit_without_allowance_is_refused() public {
        assertTrue(thd.transfer(alice, 50));
        Permit memory permit = _permit(thd, alicePrivateKey, 49);
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(alice);
        hub.openWithPermit(_key(), 50, permit);
    }

    function test_permit_of_somebody_else_moves_nothing_of_theirs() public {
        _open(_key(), 1);
        assertTrue(thd.transfer(bob, 50));
        Permit memory permit = _permit(thd, bobPrivateKey, 50);
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(stranger);
        hub.depositWithPermit(_key(), 0, Side.Alice, 50, permit);
        assertEq(thd.balanceOf(bob), 50);
    }

    function test_permit_for_ether_is_refused_unless_nothing_is_to_be_paid() public {
        ChannelKey memory key = _keyIn(ETHER, Policy.Refute);
        Permit memory permit;
        vm.deal(alice, 5);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(alice);
        hub.openWithPermit(key, 5, permit);
        vm.prank(alice);
        hub.openWithPermit(key, 0, permit);
        _assertPhase(key, Phase.Open);
    }
}
