// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, IChannelHub, Phase, Policy, Settlement, Side} from "../../src/IChannelHub.sol";
import {Hook, HookedToken} from "../mocks/HookedToken.sol";
import {Caller, Returner} from "../mocks/Hooks.sol";
import {HostileToken, Trick} from "../mocks/HostileToken.sol";
import {AttackBase} from "./AttackBase.sol";

/// @dev Tokens that are not what they say. Others have 1000 of the same token in the hub, and 1000 THD and ether.
contract TokensTest is AttackBase {
    HostileToken private _hostile;
    uint64 private _salt = 100;

    function setUp() public override {
        super.setUp();
        _hostile = new HostileToken(address(hub));
        address[3] memory tokens = [address(_hostile), address(thd), ETHER];
        for (uint256 i = 0; i < 3; ++i) {
            ChannelKey memory others = _keyIn(tokens[i], Policy.Refute);
            others.salt = 99;
            _open(others, 1000);
        }
    }

    function _token() internal view override returns (address) {
        return address(_hostile);
    }

    // ---------------------------------------------------------------------------------------------- on the way in

    function test_C29_token_that_returns_nothing() public {
        _hostile.setTricks(Trick.ReturnNothing, Trick.ReturnNothing);
        ChannelKey memory key = _key();
        _openBoth(key, 100, 10);
        _withdraw(key, Side.Bob, 5);
        _settleTogether(key, 60, 0);
        assertEq(_balance(alice), 40);
        assertEq(_balance(bob), 70);
    }

    /// @dev C29, C30: reverting, false, one byte, two, nothing moved, less moved, no gas left, a bomb.
    function test_C29_C30_deposit_that_is_not_exact() public {
        ChannelKey memory key = _key();
        _open(key, 1);
        for (uint8 trick = uint8(Trick.Revert); trick <= uint8(Trick.Bomb); ++trick) {
            // MoveMore takes the excess from the payer; the hub gets exactly the amount
            if (Trick(trick) == Trick.MoveMore) continue;
            _assertDepositRefused(key, Trick(trick));
        }
    }

    function test_token_that_returns_false_but_moves_in() public {
        ChannelKey memory key = _key();
        _open(key, 1);
        _assertDepositRefused(key, Trick.ReturnFalseButMove);
        assertEq(_balance(bob), 50, "undone");
    }

    /// @dev Where there is no code, no money comes in; without money such a channel may live and end.
    function test_C29_token_without_code() public {
        ChannelKey memory key = _keyIn(stranger, Policy.Refute);
        vm.expectRevert();
        vm.prank(alice);
        hub.open(key, 5);
        vm.prank(alice);
        hub.open(key, 0);
        vm.expectRevert();
        vm.prank(alice);
        hub.deposit(key, 0, Side.Alice, 5);
        _close(key, Side.Alice, 5, 5);
        _settleAfterPeriod(key);
        _assertPhase(key, Phase.Settled);
    }

    /// @dev Precompiles answer without code, one of them with what it was asked.
    function test_C29_precompile_as_token() public {
        for (uint160 at = 1; at <= 0x11; ++at) {
            ChannelKey memory key = _keyIn(address(at), Policy.Refute);
            uint256 snapshot = vm.snapshotState();
            vm.prank(alice);
            (bool ok,) = address(hub).call{gas: 5_000_000}(abi.encodeCall(IChannelHub.open, (key, 5)));
            assertFalse(ok, vm.toString(at));
            vm.revertToState(snapshot);
        }
    }

    // --------------------------------------------------------------------------------------------- on the way out

    /// @dev C27 to C30: the push is undone as a whole, the amount is held, and the other side is paid.
    function test_C30_push_that_is_not_exact() public {
        for (uint8 trick = uint8(Trick.Revert); trick <= uint8(Trick.Bomb); ++trick) {
            // a megabyte of returndata fits no push: the gas runs out
            _assertHeldAndCollected(Trick(trick));
        }
    }

    function test_token_that_returns_false_but_moves_out() public {
        _assertHeldAndCollected(Trick.ReturnFalseButMove);
    }

    function test_C27_token_that_blocks_one_side() public {
        _assertHeldAndCollected(Trick.MoveNothing);
        _assertHeldAndCollected(Trick.Revert);
    }

    function test_C27_paused_token() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _hostile.setTricks(Trick.Revert, Trick.Revert);
        _settleTogether(key, 60, 0);
        _assertPhase(key, Phase.Settled);
        assertEq(hub.owed(key.token, alice), 40);
        assertEq(hub.owed(key.token, bob), 60);
        _hostile.setTricks(Trick.None, Trick.None);
        hub.collect(key.token, bob);
        hub.collect(key.token, alice);
        assertEq(_balance(alice), 40);
        assertEq(_balance(bob), 60);
    }

    function test_C27_token_whose_code_is_gone() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        bytes memory code = address(_hostile).code;
        vm.etch(address(_hostile), "");
        _settleTogether(key, 60, 0);
        _assertPhase(key, Phase.Settled);
        vm.expectRevert();
        hub.collect(key.token, bob);
        vm.etch(address(_hostile), code);
        assertEq(hub.owed(key.token, alice), 40);
        hub.collect(key.token, bob);
        assertEq(_balance(bob), 60);
    }

    /// @dev Balances shrink or are taken away. The README says that this is out of scope: channels in the token share what
    /// is left. No push takes more than its own amount, what cannot be paid is held, and other tokens lose nothing.
    function test_C30_token_that_rebases_down() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        deal(address(_hostile), address(hub), 45);
        _settleTogether(key, 60, 0);
        _assertPhase(key, Phase.Settled);
        assertEq(_balance(alice), 40);
        assertEq(hub.owed(key.token, bob), 60);
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        hub.collect(key.token, bob);
        assertEq(hub.owed(key.token, bob), 60, "still held");
        assertEq(thd.balanceOf(address(hub)), 1000);
        assertEq(address(hub).balance, 1000);
    }

    function test_C30_token_that_rebases_up() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        deal(address(_hostile), address(hub), 5000);
        _settleTogether(key, 60, 0);
        assertEq(_balance(alice), 40);
        assertEq(_balance(bob), 60);
        assertEq(_balance(address(hub)), 4900);
    }

    function test_C31_tokens_sent_to_the_hub() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _hostile.transfer(address(hub), 700);
        // they pay for no deposit
        vm.prank(bob);
        _erc20(key.token).approve(address(hub), 700);
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(bob);
        hub.deposit(key, 0, Side.Bob, 700);
        _settleTogether(key, 0, type(uint96).max);
        assertEq(_balance(alice), 100);
        assertEq(_balance(address(hub)), 1700);
    }

    /// @dev A token that fails at every payout keeps the money of channels in it, and of no other.
    function test_C30_hostile_token_beside_honest_channels() public {
        ChannelKey memory honest = _keyIn(address(thd), Policy.Refute);
        ChannelKey memory hostile = _key();
        _open(honest, 100);
        _open(hostile, 100);
        _hostile.setTricks(Trick.None, Trick.BurnGas);
        _settleTogether(hostile, 60, 0);
        _settleTogether(honest, 60, 0);
        assertEq(thd.balanceOf(alice), 40);
        assertEq(thd.balanceOf(bob), 60);
        assertEq(thd.balanceOf(address(hub)), 1000);
    }

    /// @dev The recipient's hook sends tokens back while it is paid, so that the push looks inexact. It hurts only the
    /// recipient.
    function test_C27_recipient_that_sends_tokens_back() public {
        HookedToken hooked = new HookedToken(address(hub));
        Returner returner = new Returner(hooked, address(hub), bob);
        assertTrue(hooked.transfer(address(returner), 5));
        hooked.setHook(Hook.Transfer, address(returner));
        ChannelKey memory key = _keyIn(address(hooked), Policy.Refute);
        _open(key, 100);
        _settleTogether(key, 60, 0);
        _assertPhase(key, Phase.Settled);
        assertEq(hooked.balanceOf(alice), 40);
        assertEq(hub.owed(key.token, bob), 60);
        hooked.setHook(Hook.Transfer, address(0));
        hub.collect(key.token, bob);
        assertEq(hooked.balanceOf(bob), 60);
    }

    /// @dev C41, as in the theft of 2018: while the hub pays out the attacker's own token, that token settles the
    /// attacker's channel in ether, with good signatures, before the hub is done.
    function test_C41_attackers_token_settles_another_channel_from_within() public {
        ChannelKey memory inEther = _keyIn(ETHER, Policy.Refute);
        _open(inEther, 10);
        Settlement memory settlement = Settlement(0, 0, FOREVER);
        Auth[2] memory auths = _both(hub.settlementHash(inEther, 0, settlement));
        Caller caller = new Caller(
            address(hub), abi.encodeCall(IChannelHub.settleTogether, (inEther, 0, settlement, auths))
        );
        HookedToken hooked = new HookedToken(address(hub));
        ChannelKey memory key = _keyIn(address(hooked), Policy.Refute);
        _open(key, 100);
        hooked.setHook(Hook.Transfer, address(caller));
        _settleTogether(key, 60, 0);

        assertEq(caller.refused(), 2, "refused in both payouts");
        assertEq(alice.balance, 0);
        _assertPhase(inEther, Phase.Open);
        hub.settleTogether(inEther, 0, settlement, auths);
        assertEq(alice.balance, 10);
        assertEq(address(hub).balance, 1000);
    }

    function test_push_token_called_by_anyone_but_the_hub() public {
        address[3] memory callers = [stranger, alice, address(_hostile)];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(callers[i]);
            (bool ok, bytes memory why) = address(hub)
                .call(abi.encodeWithSignature("pushToken(address,address,uint256)", thd, stranger, 100));
            assertFalse(ok);
            assertEq(why, abi.encodeWithSelector(IChannelHub.OnlyHub.selector));
        }
    }

    /// @dev With the hub as the token its calls would be calls to itself: of `pushToken`, say.
    function test_C07_hub_as_token() public {
        ChannelKey memory key = _keyIn(address(hub), Policy.Refute);
        vm.expectPartialRevert(IChannelHub.BadKey.selector);
        vm.prank(alice);
        hub.open(key, 0);
        vm.expectRevert(IChannelHub.NothingOwed.selector);
        hub.collect(address(hub), alice);
    }

    function _assertDepositRefused(ChannelKey memory key, Trick trick) private {
        _hostile.setTricks(Trick.None, Trick.None);
        deal(address(_hostile), bob, 0);
        _fund(key.token, bob, 50);
        _hostile.setTricks(trick, Trick.None);
        vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
        vm.prank(bob);
        hub.deposit{gas: 1_000_000}(key, 0, Side.Bob, 50);
        assertEq(hub.channel(key).bobDeposit, 0);
        assertEq(_balance(address(hub)), 1001);
    }

    function _assertHeldAndCollected(Trick trick) private {
        ChannelKey memory key = _key();
        key.salt = ++_salt;
        _open(key, 100);
        uint256 alices = _balance(alice);
        uint256 bobs = _balance(bob);

        _hostile.setVictim(bob);
        _hostile.setTricks(Trick.None, trick);
        _settleTogether(key, 60, 0);
        assertEq(_balance(alice), alices + 40, "the other side waits for nobody");
        assertEq(_balance(bob), bobs, "undone");
        assertEq(hub.owed(key.token, bob), 60);
        assertEq(_balance(address(hub)), 1060);

        vm.expectRevert();
        hub.collect{gas: 500_000}(key.token, bob);
        _hostile.setTricks(Trick.None, Trick.None);
        hub.collect(key.token, bob);
        assertEq(_balance(bob), bobs + 60);
        assertEq(_balance(address(hub)), 1000);
    }
}
