// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, ChannelState, IChannelHub, KeyFault, Phase, Policy, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

abstract contract OpenTests is Base {
    function testFuzz_open_locks_alices_money(uint96 amount) public {
        ChannelKey memory key = _key();
        bytes32 expected = keccak256(abi.encode(key, uint32(0)));
        assertEq(hub.channelId(key), expected, "id before opening");
        uint256 value = _fund(key.token, alice, amount);

        vm.expectEmit(address(hub));
        emit IChannelHub.Opened(
            expected,
            alice,
            bob,
            aliceSigner,
            bobSigner,
            key.token,
            PERIOD,
            Policy.Refute,
            key.salt,
            0,
            amount
        );
        vm.prank(alice);
        bytes32 id = hub.open{value: value}(key, amount);

        assertEq(id, expected);
        assertEq(hub.channelId(key), expected);
        assertEq(_balance(address(hub)), amount);
        assertEq(_balance(alice), 0);
        ChannelState memory state = hub.channel(key);
        assertEq(uint8(state.phase), uint8(Phase.Open));
        assertEq(state.epoch, 0);
        assertEq(state.aliceDeposit, amount);
        assertEq(state.bobDeposit, 0);
        assertEq(state.closesAt, 0);
        (uint96 a, uint96 b) = hub.balances(key);
        assertEq(a, amount);
        assertEq(b, 0);
    }

    function test_open_again_while_open_is_refused() public {
        _open(_key(), 5);
        vm.deal(alice, 0);
        _expectWrongPhase(Phase.Open);
        vm.prank(alice);
        hub.open(_key(), 0);
    }

    function test_open_while_closing_is_refused() public {
        _open(_key(), 5);
        _close(_key(), Side.Bob, 0, 0);
        _expectWrongPhase(Phase.Closing);
        vm.prank(alice);
        hub.open(_key(), 0);
    }

    function test_open_after_settlement_starts_the_next_life() public {
        ChannelKey memory key = _key();
        bytes32 first = _open(key, 5);
        _withdraw(key, Side.Bob, 1);
        _close(key, Side.Alice, 2, 0);
        _settleAfterPeriod(key);
        assertEq(hub.channelId(key), first, "still the settled life");

        bytes32 second = _open(key, 9);
        assertEq(second, keccak256(abi.encode(key, uint32(1))));
        assertEq(hub.channelId(key), second);
        ChannelState memory state = hub.channel(key);
        assertEq(uint8(state.phase), uint8(Phase.Open));
        assertEq(state.epoch, 1);
        assertEq(state.aliceDeposit, 9);
        assertEq(state.aliceWithdrawn + state.bobWithdrawn + state.aliceTotal + state.bobTotal, 0);
    }

    function test_open_by_anyone_but_alice_is_refused() public {
        ChannelKey memory key = _key();
        address[3] memory callers = [bob, aliceSigner, stranger];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(IChannelHub.NotAlice.selector);
            vm.prank(callers[i]);
            hub.open(key, 0);
        }
    }

    function test_open_with_a_bad_key_is_refused() public {
        ChannelKey memory key = _key();
        key.aliceSigner = address(0);
        _assertBadKey(key, KeyFault.ZeroAddress);
        key = _key();
        key.bob = address(0);
        _assertBadKey(key, KeyFault.ZeroAddress);
        key = _key();
        key.bobSigner = address(0);
        _assertBadKey(key, KeyFault.ZeroAddress);
        key = _key();
        key.bob = alice;
        _assertBadKey(key, KeyFault.SameSides);
        key = _key();
        key.bobSigner = aliceSigner;
        _assertBadKey(key, KeyFault.SameSigners);
        key = _key();
        key.aliceSigner = address(hub);
        _assertBadKey(key, KeyFault.HubAsParty);
        key = _key();
        key.bob = address(hub);
        _assertBadKey(key, KeyFault.HubAsParty);
        key = _key();
        key.bobSigner = address(hub);
        _assertBadKey(key, KeyFault.HubAsParty);
        key = _key();
        key.token = address(hub);
        _assertBadKey(key, KeyFault.HubAsToken);
        key = _key();
        key.finalizationPeriod = 0;
        _assertBadKey(key, KeyFault.ZeroPeriod);
    }

    function test_open_by_the_zero_address_or_the_hub_is_refused() public {
        ChannelKey memory key = _key();
        key.alice = address(0);
        vm.expectRevert(IChannelHub.NotAlice.selector);
        vm.prank(alice);
        hub.open(key, 0);
    }

    function test_open_fails_when_the_epochs_are_used_up() public {
        ChannelKey memory key = _key();
        _open(key, 1);
        _settleTogether(key, 0, 0);
        // Only the epoch, at its largest, and the phase stand in a settled key's slot.
        bytes32 slot = keccak256(abi.encode(keccak256(abi.encode(key)), uint256(2))); // EIP712 has two slots before
        assertEq(uint256(vm.load(address(hub), slot)), uint8(Phase.Settled), "layout");
        vm.store(address(hub), slot, bytes32((uint256(type(uint24).max) << 8) | uint8(Phase.Settled)));
        assertEq(hub.channel(key).epoch, type(uint24).max);

        vm.expectRevert(IChannelHub.NoMoreEpochs.selector);
        vm.prank(alice);
        hub.open(key, 0);
    }

    function test_every_field_of_the_key_makes_another_channel() public view {
        ChannelKey memory key = _key();
        bytes32 id = hub.channelId(key);
        key.salt += 1;
        assertNotEq(hub.channelId(key), id);
        key = _key();
        key.policy = Policy.Forfeit;
        assertNotEq(hub.channelId(key), id);
        key = _key();
        key.finalizationPeriod += 1;
        assertNotEq(hub.channelId(key), id);
        key = _key();
        (key.alice, key.bob) = (key.bob, key.alice);
        assertNotEq(hub.channelId(key), id);
    }

    function _assertBadKey(ChannelKey memory key, KeyFault fault) private {
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.BadKey.selector, fault));
        vm.prank(key.alice);
        hub.open(key, 0);
    }
}

contract OpenEtherTest is OpenTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    function test_open_with_another_value_than_the_amount_is_refused() public {
        vm.deal(alice, 10);
        vm.startPrank(alice);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        hub.open{value: 4}(_key(), 5);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        hub.open{value: 6}(_key(), 5);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        hub.open(_key(), 5);
    }

    function test_ether_sent_without_a_call_is_refused() public {
        vm.deal(alice, 10);
        vm.prank(alice);
        (bool ok,) = address(hub).call{value: 10}("");
        assertFalse(ok);
    }
}

contract OpenThdTest is OpenTests {
    function test_open_with_tokens_and_ether_is_refused() public {
        _fund(_token(), alice, 5);
        vm.deal(alice, 10);
        vm.expectRevert(IChannelHub.AmountMismatch.selector);
        vm.prank(alice);
        hub.open{value: 5}(_key(), 5);
    }

    function test_open_without_allowance_is_refused() public {
        assertTrue(thd.transfer(alice, 5));
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(alice);
        hub.open(_key(), 5);
    }

    function test_open_in_a_token_without_code_is_refused() public {
        ChannelKey memory key = _keyIn(stranger, Policy.Refute);
        vm.expectRevert();
        vm.prank(alice);
        hub.open(key, 5);
    }
}
