// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub, Phase, Policy, Side} from "../src/IChannelHub.sol";
import {HostileToken, Trick} from "./mocks/HostileToken.sol";
import {Base} from "./utils/Base.sol";

contract HostileTokensTest is Base {
    HostileToken private _hostile;

    function setUp() public override {
        super.setUp();
        _hostile = new HostileToken(address(hub));
    }

    function _token() internal view override returns (address) {
        return address(_hostile);
    }

    function test_a_token_that_returns_nothing_works() public {
        _hostile.setTricks(Trick.ReturnNothing, Trick.ReturnNothing);
        ChannelKey memory key = _key();
        _openBoth(key, 100, 10);
        _withdraw(key, Side.Bob, 5);
        _settleTogether(key, 60, 0);
        _assertPaid(40, 70);
    }

    /// @dev C29, C30: every dishonest way of taking a deposit is refused as a whole.
    function test_a_deposit_that_is_not_exact_is_refused() public {
        ChannelKey memory key = _key();
        _open(key, 1);
        for (uint8 trick = uint8(Trick.Revert); trick <= uint8(Trick.BurnGas); ++trick) {
            // MoveMore takes the excess from the payer; the hub gets exactly the amount
            if (Trick(trick) == Trick.MoveMore) continue;
            _hostile.setTricks(Trick.None, Trick.None);
            _fund(key.token, bob, 50);
            _hostile.setTricks(Trick(trick), Trick.None);
            vm.expectRevert(IChannelHub.TokenTransferFailed.selector);
            vm.prank(bob);
            hub.deposit{gas: 1_000_000}(key, 0, Side.Bob, 50);
            assertEq(hub.channel(key).bobDeposit, 0);
            assertEq(_balance(address(hub)), 1);
        }
    }

    /// @dev C27, C28, C30 on the way out: the push is undone as a whole, the amount held, and alice is paid.
    function test_a_push_that_is_not_exact_is_undone_and_held() public {
        _open(_key(), 1000); // money of others in the same token, for the taking
        for (uint8 trick = uint8(Trick.Revert); trick <= uint8(Trick.Bomb); ++trick) {
            // a megabyte of returndata fits no push: the gas runs out
            _assertHeldAndCollected(Trick(trick));
        }
    }

    function _assertHeldAndCollected(Trick trick) private {
        ChannelKey memory key = _key();
        key.salt = 100 + uint64(trick);
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

    /// @dev A token that lies at every payout keeps its own channel's money and touches no other channel.
    function test_a_hostile_token_costs_other_channels_nothing() public {
        ChannelKey memory honest = _keyIn(address(thd), Policy.Refute);
        ChannelKey memory hostile = _key();
        _open(honest, 100);
        _open(hostile, 100);
        _hostile.setTricks(Trick.None, Trick.Revert);
        _settleTogether(hostile, 60, 0);
        _settleTogether(honest, 60, 0);
        assertEq(thd.balanceOf(alice), 40);
        assertEq(thd.balanceOf(bob), 60);
    }

    function test_tokens_sent_to_the_hub_belong_to_nobody() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _hostile.transfer(address(hub), 1000);
        _settleTogether(key, 60, 0);
        assertEq(_balance(alice), 40);
        assertEq(_balance(bob), 60);
        assertEq(_balance(address(hub)), 1000);
    }

    /// @dev The recipient's hook sends tokens back while it is paid, so that the push looks inexact. It hurts only
    /// the recipient.
    function test_a_recipient_that_sends_back_holds_up_only_itself() public {
        Returner returner = new Returner(_hostile, address(hub));
        _hostile.transfer(address(returner), 5);
        _hostile.setOnMove(address(returner));
        returner.setWatched(bob);
        ChannelKey memory key = _key();
        _open(key, 100);
        _settleTogether(key, 60, 0);
        _assertPhase(key, Phase.Settled);
        assertEq(_balance(alice), 40);
        assertEq(hub.owed(key.token, bob), 60);
        returner.setWatched(address(0));
        hub.collect(key.token, bob);
        assertEq(_balance(bob), 60);
    }
}

/// @dev Gives the hub a token whenever `watched` has just been paid.
contract Returner {
    HostileToken private immutable _TOKEN;
    address private immutable _HUB;
    address private _watched;
    uint256 private _seen;

    constructor(HostileToken token, address hub) {
        _TOKEN = token;
        _HUB = hub;
    }

    function setWatched(address watched) external {
        _watched = watched;
    }

    function onMove() external {
        if (_watched == address(0)) return;
        uint256 balance = _TOKEN.balanceOf(_watched);
        if (balance <= _seen) return;
        _seen = balance;
        require(_TOKEN.transfer(_HUB, 1), "nothing to give");
    }
}
