// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Phase, Side} from "../src/IChannelHub.sol";
import {Mood, Receiver} from "./mocks/Receivers.sol";
import {Base} from "./utils/Base.sol";

/// @dev Ether for a side that does not take it waits, and holds nobody up. Bob is a contract here.
contract HeldPayoutsTest is Base {
    Receiver private _receiver;

    function setUp() public override {
        super.setUp();
        _receiver = new Receiver();
        bob = address(_receiver);
    }

    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function test_a_contract_that_accepts_is_paid() public {
        _settledWith(Mood.Accept);
        assertEq(bob.balance, 60);
        assertEq(hub.owed(ETHER, bob), 0);
    }

    function test_a_recipient_that_reverts_is_owed() public {
        _assertHeldAndCollected(Mood.Revert);
    }

    function test_a_recipient_that_burns_gas_is_owed() public {
        _assertHeldAndCollected(Mood.BurnGas);
    }

    function test_a_recipient_that_reverts_with_a_bomb_is_owed() public {
        _assertHeldAndCollected(Mood.RevertBomb);
    }

    function test_a_recipient_that_returns_a_bomb_is_paid_and_costs_nobody() public {
        uint256 before = gasleft();
        _settledWith(Mood.Bomb);
        // opening, closing and settling together; copying the bomb would cost another 90,000
        assertLt(before - gasleft(), 420_000);
        assertEq(bob.balance, 60);
    }

    function test_a_recipient_that_needs_more_gas_collects_with_it() public {
        _settledWith(Mood.Hungry);
        assertEq(bob.balance, 0);
        assertEq(hub.owed(ETHER, bob), 60);
        hub.collect(ETHER, bob);
        assertEq(bob.balance, 60);
    }

    function test_what_is_owed_adds_up_over_channels() public {
        _settledWith(Mood.Revert);
        ChannelKey memory key = _key();
        key.salt += 1;
        _open(key, 10);
        _settleTogether(key, 5, 0);
        assertEq(hub.owed(ETHER, bob), 65);
    }

    function test_a_withdrawal_that_cannot_be_pushed_is_owed() public {
        _receiver.set(Mood.Revert);
        bytes32 id = _open(_key(), 100);
        Auth[2] memory auths = _both(hub.withdrawalHash(_key(), 0, Side.Bob, 30, FOREVER));
        vm.expectEmit(address(hub));
        emit IChannelHub.Withdrawn(id, Side.Bob, 30, 30);
        vm.expectEmit(address(hub));
        emit IChannelHub.PayoutHeld(ETHER, bob, 30);
        hub.withdraw(_key(), 0, Side.Bob, 30, FOREVER, auths);
        _settleTogether(_key(), 0, 0);
        assertEq(alice.balance, 70);
        assertEq(address(hub).balance, hub.owed(ETHER, bob));
    }

    function test_a_forfeit_to_a_recipient_that_reverts_is_owed() public {
        _receiver.set(Mood.Revert);
        ChannelKey memory key = _forfeitKey();
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        _show(key, Side.Alice, 1);
        assertEq(hub.owed(ETHER, bob), 100);
        _assertPhase(key, Phase.Settled);
    }

    function test_collect_fails_while_the_account_refuses() public {
        _settledWith(Mood.Revert);
        vm.expectRevert(IChannelHub.EtherTransferFailed.selector);
        hub.collect(ETHER, bob);
        assertEq(hub.owed(ETHER, bob), 60);
    }

    function test_collect_of_nothing_is_refused() public {
        vm.expectRevert(IChannelHub.NothingOwed.selector);
        hub.collect(ETHER, stranger);
        _settledWith(Mood.Revert);
        vm.expectRevert(IChannelHub.NothingOwed.selector);
        hub.collect(address(thd), bob);
    }

    /// @dev Whatever gas a caller sends: either the call reverts, or bob was pushed to with all that he may use.
    function testFuzz_no_push_is_starved(uint256 gasSent) public {
        gasSent = bound(gasSent, 30_000, 500_000);
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 60, 0);
        vm.roll(hub.channel(key).closesAt);
        // uses most of what it is given, and succeeds only if given all of it
        vm.etch(bob, address(new NeedsMostOfThePush()).code);
        try hub.settle{gas: gasSent}(key, 0) {
            assertEq(hub.owed(ETHER, bob), 0, "starved");
            assertEq(bob.balance, 60);
        } catch {
            assertLt(gasSent, 250_000, "enough gas was refused");
            _assertPhase(key, Phase.Closing);
        }
    }

    function test_too_little_gas_for_a_push_says_so() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 60, 0);
        vm.roll(hub.channel(key).closesAt);
        vm.expectRevert(IChannelHub.NotEnoughGas.selector);
        hub.settle{gas: 120_000}(key, 0);
    }

    function test_ether_forced_into_the_hub_belongs_to_nobody() public {
        vm.deal(address(hub), 1 ether);
        _settledWith(Mood.Accept);
        assertEq(address(hub).balance, 1 ether);
    }

    function test_push_token_is_for_the_hub_alone() public {
        _open(_keyIn(address(thd), _key().policy), 100);
        (bool ok, bytes memory result) = address(hub)
            .call(abi.encodeWithSignature("pushToken(address,address,uint256)", address(thd), stranger, 100));
        assertFalse(ok);
        assertEq(result, abi.encodeWithSelector(IChannelHub.OnlyHub.selector));
    }

    /// @dev Alice opens with 100 and has paid 60; both are paid out.
    function _settledWith(Mood mood) private {
        _receiver.set(mood);
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 60, 0);
        _settleAfterPeriod(key);
        assertEq(alice.balance, 40, "the other side waits for nobody");
        _assertPhase(key, Phase.Settled);
    }

    function _assertHeldAndCollected(Mood mood) private {
        _settledWith(mood);
        assertEq(bob.balance, 0);
        assertEq(hub.owed(ETHER, bob), 60);
        assertEq(address(hub).balance, 60);

        _receiver.set(Mood.Accept);
        vm.expectEmit(address(hub));
        emit IChannelHub.Collected(ETHER, bob, 60);
        vm.prank(stranger);
        assertEq(hub.collect(ETHER, bob), 60);
        assertEq(bob.balance, 60);
        assertEq(hub.owed(ETHER, bob), 0);
        vm.expectRevert(IChannelHub.NothingOwed.selector);
        hub.collect(ETHER, bob);
    }
}

contract NeedsMostOfThePush {
    receive() external payable {
        require(gasleft() > 99_000, "starved");
    }
}
