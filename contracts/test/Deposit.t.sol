// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub, Phase, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

abstract contract DepositTests is Base {
    function testFuzz_deposits_add_up(uint96 first, uint96 second, uint96 third) public {
        first = uint96(bound(first, 0, type(uint96).max - 2));
        second = uint96(bound(second, 1, type(uint96).max - first - 1));
        third = uint96(bound(third, 1, type(uint96).max - first - second));
        ChannelKey memory key = _key();
        bytes32 id = _open(key, first);
        vm.expectEmit(address(hub));
        emit IChannelHub.Deposited(id, Side.Bob, second, second);
        _depositPrepared(key, Side.Bob, second);
        vm.expectEmit(address(hub));
        emit IChannelHub.Deposited(id, Side.Alice, third, first + third);
        _depositPrepared(key, Side.Alice, third);
        (uint96 a, uint96 b) = hub.balances(key);
        assertEq(a, first + third);
        assertEq(b, second);
        assertEq(_balance(address(hub)), uint256(first) + second + third);
    }

    function test_anyone_may_deposit_for_either_side() public {
        ChannelKey memory key = _key();
        _open(key, 1);
        uint256 value = _fund(key.token, stranger, 10);
        vm.prank(stranger);
        hub.deposit{value: value}(key, 0, Side.Bob, 10);
        assertEq(hub.channel(key).bobDeposit, 10);
    }

    function test_deposits_that_do_not_fit_together_are_refused() public {
        ChannelKey memory key = _key();
        _open(key, type(uint96).max - 1);
        _deposit(key, Side.Bob, 1);
        uint256 value = _fund(key.token, bob, 1);
        vm.expectRevert(IChannelHub.DepositTooLarge.selector);
        vm.prank(bob);
        hub.deposit{value: value}(key, 0, Side.Bob, 1);
        value = _fund(key.token, alice, 1);
        vm.expectRevert(IChannelHub.DepositTooLarge.selector);
        vm.prank(alice);
        hub.deposit{value: value}(key, 0, Side.Alice, 1);
    }

    function test_deposit_of_nothing_is_refused() public {
        _open(_key(), 1);
        vm.expectRevert(IChannelHub.ZeroAmount.selector);
        hub.deposit(_key(), 0, Side.Bob, 0);
    }

    function test_deposit_before_opening_is_refused() public {
        _expectWrongPhase(Phase.Empty);
        hub.deposit(_key(), 0, Side.Bob, 1);
    }

    function test_deposit_while_closing_is_refused() public {
        _open(_key(), 1);
        _close(_key(), Side.Alice, 0, 0);
        _expectWrongPhase(Phase.Closing);
        hub.deposit(_key(), 0, Side.Bob, 1);
    }

    function test_deposit_after_settlement_is_refused() public {
        _open(_key(), 1);
        _settleTogether(_key(), 0, 0);
        _expectWrongPhase(Phase.Settled);
        hub.deposit(_key(), 0, Side.Bob, 1);
    }

    function test_deposit_for_a_former_life_is_refused() public {
        _open(_key(), 1);
        _settleTogether(_key(), 0, 0);
        _open(_key(), 1);
        _expectWrongEpoch(1);
        hub.deposit(_key(), 0, Side.Bob, 1);
        _expectWrongEpoch(1);
        hub.deposit(_key(), 2, Side.Bob, 1);
    }

    // Funds first, so that the next thing the hub emits is the deposit.
    function _depositPrepared(ChannelKey memory key, Side side, uint96 amount) private {
        uint256 value = key.token == ETHER ? amount : 0;
        vm.prank(_address(side));
        hub.deposit{value: value}(key, 0, side, amount);
    }

    function setUp() public override {
        super.setUp();
        // ample money and allowance for the prepared deposits
        _fund(_token(), alice, type(uint96).max);
        _fund(_token(), bob, type(uint96).max);
    }

    function _open(ChannelKey memory key, uint96 amount) internal override returns (bytes32) {
        uint256 value = key.token == ETHER ? amount : 0;
        vm.prank(alice);
        return hub.open{value: value}(key, amount);
    }
}

contract DepositEtherTest is DepositTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function test_deposit_with_another_value_than_the_amount_is_refused() public {
        _open(_key(), 1);
        vm.startPrank(bob);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        hub.deposit{value: 2}(_key(), 0, Side.Bob, 3);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        hub.deposit{value: 4}(_key(), 0, Side.Bob, 3);
    }
}

contract DepositThdTest is DepositTests {
    function test_deposit_of_tokens_with_ether_is_refused() public {
        _open(_key(), 1);
        vm.deal(bob, 3);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(bob);
        hub.deposit{value: 3}(_key(), 0, Side.Bob, 3);
    }
}
