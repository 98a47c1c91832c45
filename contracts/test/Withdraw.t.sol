// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, ChannelState, IChannelHub, Phase, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

abstract contract WithdrawTests is Base {
    function test_both_sides_take_money_out_in_steps() public {
        ChannelKey memory key = _key();
        bytes32 id = _open(key, 100);
        _deposit(key, Side.Bob, 50);

        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER));
        vm.expectEmit(address(hub));
        emit IChannelHub.Withdrawn(id, Side.Bob, 30, 30);
        vm.prank(stranger);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
        assertEq(_balance(bob), 30);

        auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 70, FOREVER));
        vm.expectEmit(address(hub));
        emit IChannelHub.Withdrawn(id, Side.Bob, 40, 70);
        hub.withdraw(key, 0, Side.Bob, 70, FOREVER, auths);
        _withdraw(key, Side.Alice, 10);

        assertEq(_balance(bob), 70);
        assertEq(_balance(alice), 10);
        ChannelState memory state = hub.channel(key);
        assertEq(state.aliceWithdrawn, 10);
        assertEq(state.bobWithdrawn, 70);
        (uint96 a, uint96 b) = hub.balances(key);
        assertEq(a, 70, "all that is left of 80, since bob took more than his");
        assertEq(b, 0);
    }

    function testFuzz_withdrawn_money_is_not_paid_again(uint96 deposited, uint96 out, uint96 total) public {
        out = uint96(bound(out, 1, type(uint96).max));
        deposited = uint96(bound(deposited, out, type(uint96).max));
        ChannelKey memory key = _key();
        _open(key, deposited);
        _withdraw(key, Side.Bob, out);
        // a claim from before the withdrawal, shown after it
        _close(key, Side.Bob, 0, total);
        _settleAfterPeriod(key);
        uint256 bobs = total < out ? out : total > deposited ? deposited : total;
        _assertPaid(deposited - bobs, bobs);
    }

    function testFuzz_withdraw_above_the_pot_is_refused(uint96 deposited, uint96 taken, uint96 more) public {
        deposited = uint96(bound(deposited, 0, type(uint96).max - 1));
        taken = uint96(bound(taken, 0, deposited));
        more = uint96(bound(more, deposited - taken + 1, type(uint96).max - taken));
        ChannelKey memory key = _key();
        _open(key, deposited);
        if (taken != 0) _withdraw(key, Side.Alice, taken);
        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Alice, taken + more, FOREVER));
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.AbovePot.selector, deposited - taken));
        hub.withdraw(key, 0, Side.Alice, taken + more, FOREVER, auths);
    }

    function test_withdraw_everything_then_settle() public {
        ChannelKey memory key = _key();
        _openBoth(key, 60, 40);
        _withdraw(key, Side.Alice, 100);
        _settleTogether(key, 0, 0);
        _assertPaid(100, 0);
    }

    function test_withdrawal_counts_once() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER));
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 30));
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
        auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 29, FOREVER));
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 30));
        hub.withdraw(key, 0, Side.Bob, 29, FOREVER, auths);
    }

    function test_withdrawal_of_zero_is_refused() public {
        _open(_key(), 100);
        Auth[2] memory auths = _both(hub.withdrawalHash(_key(), 0, Side.Bob, 0, FOREVER));
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 0));
        hub.withdraw(_key(), 0, Side.Bob, 0, FOREVER, auths);
    }

    function test_withdrawal_expires() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        uint64 expiry = uint64(vm.getBlockNumber()) + 5;
        Auth[2] memory first = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, expiry));
        Auth[2] memory second = _both(hub.withdrawalHash(key, 0, Side.Bob, 31, expiry));
        vm.roll(expiry);
        hub.withdraw(key, 0, Side.Bob, 30, expiry, first);
        vm.roll(expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.Expired.selector, expiry));
        hub.withdraw(key, 0, Side.Bob, 31, expiry, second);
    }

    function test_withdrawal_must_be_signed_as_handed_in() public {
        ChannelKey memory key = _key();
        _openBoth(key, 100, 100);
        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER));
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(key, 0, Side.Alice, 30, FOREVER, auths);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(key, 0, Side.Bob, 31, FOREVER, auths);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER - 1, auths);
        key.salt += 1;
        _expectWrongPhase(Phase.Empty);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
    }

    function test_withdrawal_signed_by_one_side_only_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        bytes32 digest = hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER);
        Auth[2] memory auths = [_auth(bobSignerKey, digest), _auth(bobSignerKey, digest)];
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
        auths = [_auth(aliceSignerKey, digest), _auth(aliceSignerKey, digest)];
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
        auths = [_auth(bobSignerKey, digest), _auth(aliceSignerKey, digest)];
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
    }

    function test_withdrawal_raced_by_a_close_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER));
        _close(key, Side.Alice, 0, 0);
        _expectWrongPhase(Phase.Closing);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
        _settleAfterPeriod(key);
        _expectWrongPhase(Phase.Settled);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
    }

    function test_withdrawal_of_a_former_life_is_void() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER));
        _settleTogether(key, 0, 0);
        _open(key, 100);
        _expectWrongEpoch(1);
        hub.withdraw(key, 0, Side.Bob, 30, FOREVER, auths);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(key, 1, Side.Bob, 30, FOREVER, auths);
    }

    function test_withdrawal_by_payment_keys_with_delegations() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        bytes32 digest = hub.withdrawalHash(key, 0, Side.Bob, 30, FOREVER);
        hub.withdraw(
            key,
            0,
            Side.Bob,
            30,
            FOREVER,
            [_delegated(key, aliceSignerKey, digest), _delegated(key, bobSignerKey, digest)]
        );
        assertEq(_balance(bob), 30);
    }
}

contract WithdrawEtherTest is WithdrawTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract WithdrawThdTest is WithdrawTests {}
