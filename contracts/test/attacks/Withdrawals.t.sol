// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, IChannelHub, Phase, Side} from "../../src/IChannelHub.sol";
import {AttackBase} from "./AttackBase.sol";

/// @dev Taking money out of an open channel twice, late, or more than there is. Others have 1000 in the hub.
abstract contract WithdrawalsTests is AttackBase {
    ChannelKey private _mine;

    function setUp() public override {
        super.setUp();
        ChannelKey memory theirs = _key();
        theirs.salt += 1;
        _open(theirs, 1000);
        _mine = _key();
        _openBoth(_mine, 100, 20);
    }

    function test_C20_withdrawal_while_closing() public {
        Auth[2] memory auths = _signed(_mine, Side.Bob, 30, FOREVER);
        _close(_mine, Side.Alice, 0, 0);
        _expectWrongPhase(Phase.Closing);
        hub.withdraw(_mine, 0, Side.Bob, 30, FOREVER, auths);
        vm.roll(hub.channel(_mine).closesAt);
        _expectWrongPhase(Phase.Closing);
        hub.withdraw(_mine, 0, Side.Bob, 30, FOREVER, auths);
    }

    function test_C20_expired_withdrawal() public {
        uint64 expiry = uint64(vm.getBlockNumber()) + 5;
        Auth[2] memory auths = _signed(_mine, Side.Bob, 30, expiry);
        vm.roll(expiry + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.Expired.selector, expiry));
        hub.withdraw(_mine, 0, Side.Bob, 30, expiry, auths);
        // a later expiry was not signed
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(_mine, 0, Side.Bob, 30, expiry + 1, auths);
        vm.roll(expiry);
        hub.withdraw(_mine, 0, Side.Bob, 30, expiry, auths);
        assertEq(_balance(bob), 30);
    }

    function test_withdrawal_replayed() public {
        Auth[2] memory first = _signed(_mine, Side.Bob, 30, FOREVER);
        Auth[2] memory second = _signed(_mine, Side.Bob, 40, FOREVER);
        hub.withdraw(_mine, 0, Side.Bob, 30, FOREVER, first);
        _assertNotHigher(30, 30, first);
        hub.withdraw(_mine, 0, Side.Bob, 40, FOREVER, second);
        _assertNotHigher(40, 30, first);
        _assertNotHigher(40, 40, second);
        assertEq(_balance(bob), 40);
        assertEq(_balance(address(hub)), 1080);
    }

    /// @dev Totals of the two sides are apart: what bob took out does not count as alice's.
    function test_withdrawal_of_one_side_as_the_others() public {
        Auth[2] memory auths = _signed(_mine, Side.Bob, 30, FOREVER);
        vm.expectRevert(IChannelHub.BadSignature.selector);
        hub.withdraw(_mine, 0, Side.Alice, 30, FOREVER, auths);
        hub.withdraw(_mine, 0, Side.Bob, 30, FOREVER, auths);
        _withdraw(_mine, Side.Alice, 10);
        assertEq(_balance(alice), 10);
        assertEq(_balance(bob), 30);
    }

    function test_withdrawal_above_the_pot() public {
        Auth[2] memory auths = _signed(_mine, Side.Bob, 121, FOREVER);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.AbovePot.selector, 120));
        hub.withdraw(_mine, 0, Side.Bob, 121, FOREVER, auths);
        // in steps, by both sides, it is no more either
        _withdraw(_mine, Side.Bob, 70);
        _withdraw(_mine, Side.Alice, 40);
        auths = _signed(_mine, Side.Alice, 51, FOREVER);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.AbovePot.selector, 10));
        hub.withdraw(_mine, 0, Side.Alice, 51, FOREVER, auths);
        auths = _signed(_mine, Side.Bob, 81, FOREVER);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.AbovePot.selector, 10));
        hub.withdraw(_mine, 0, Side.Bob, 81, FOREVER, auths);
        _withdraw(_mine, Side.Bob, 80);
        assertEq(_balance(address(hub)), 1000);
    }

    /// @dev Whoever owns both sides can sign anything, and still only reaches the own pot.
    function test_withdrawal_of_everything_by_the_owner_of_both_sides() public {
        uint96 all = type(uint96).max;
        for (uint256 side = 0; side < 2; ++side) {
            Auth[2] memory auths = _signed(_mine, Side(side), all, FOREVER);
            vm.expectRevert(abi.encodeWithSelector(IChannelHub.AbovePot.selector, 120));
            hub.withdraw(_mine, 0, Side(side), all, FOREVER, auths);
        }
        _withdraw(_mine, Side.Alice, 120);
        for (uint256 side = 0; side < 2; ++side) {
            Auth[2] memory auths = _signed(_mine, Side(side), all, FOREVER);
            vm.expectRevert(abi.encodeWithSelector(IChannelHub.AbovePot.selector, 0));
            hub.withdraw(_mine, 0, Side(side), all, FOREVER, auths);
        }
        _close(_mine, Side.Bob, 0, all);
        _settleAfterPeriod(_mine);
        assertEq(_balance(address(hub)), 1000);
    }

    /// @dev C21: all orders of a withdrawal and a close that do not know of each other. Bob was paid 50; he has 70.
    function test_C21_withdrawal_raced_by_a_close() public {
        Auth[2] memory auths = _signed(_mine, Side.Bob, 30, FOREVER);
        uint256 snapshot = vm.snapshotState();

        // the withdrawal first, then a close with totals from before it
        hub.withdraw(_mine, 0, Side.Bob, 30, FOREVER, auths);
        _close(_mine, Side.Bob, 0, 50);
        _settleAfterPeriod(_mine);
        assertEq(_balance(alice), 50);
        assertEq(_balance(bob), 70);
        vm.revertToState(snapshot);

        // the close first: nothing is withdrawn, and the settlement pays it
        _close(_mine, Side.Bob, 0, 50);
        _expectWrongPhase(Phase.Closing);
        hub.withdraw(_mine, 0, Side.Bob, 30, FOREVER, auths);
        _settleAfterPeriod(_mine);
        _expectWrongPhase(Phase.Settled);
        hub.withdraw(_mine, 0, Side.Bob, 30, FOREVER, auths);
        assertEq(_balance(alice), 50);
        assertEq(_balance(bob), 70);
        assertEq(_balance(address(hub)), 1000);
    }

    /// @dev Any total and any withdrawal: what bob took out is no more paid, and no side gets above the pot.
    function testFuzz_C21_old_totals_after_a_withdrawal(uint96 total, uint96 taken, bool byAlice) public {
        taken = uint96(bound(taken, 1, 120));
        Side side = byAlice ? Side.Alice : Side.Bob;
        _withdraw(_mine, side, taken);
        _close(_mine, Side.Bob, 0, total);
        _settleAfterPeriod(_mine);
        uint256 bobs = uint256(total) + 20;
        if (bobs > 120) bobs = 120;
        if (!byAlice && bobs < taken) bobs = taken; // he has it already
        if (byAlice && bobs > 120 - taken) bobs = 120 - taken; // she has the rest already
        assertEq(_balance(bob), bobs);
        assertEq(_balance(alice), 120 - bobs);
    }

    /// @dev The flag that there are withdrawals, and the withdrawals, end with the life they belong to.
    function test_withdrawal_of_a_former_life_weighs_on_the_next() public {
        _withdraw(_mine, Side.Bob, 100);
        _settleTogether(_mine, 0, 0);
        uint256 alices = _balance(alice);
        uint256 bobs = _balance(bob);
        _openBoth(_mine, 10, 5);
        (uint96 a, uint96 b) = hub.balances(_mine);
        assertEq(a, 10);
        assertEq(b, 5);
        _withdraw(_mine, Side.Alice, 1);
        assertEq(hub.channel(_mine).bobWithdrawn, 0);
        _settleTogether(_mine, 0, 0);
        assertEq(_balance(alice), alices + 10);
        assertEq(_balance(bob), bobs + 5);
    }

    function _signed(ChannelKey memory key, Side side, uint96 total, uint64 expiry)
        private
        view
        returns (Auth[2] memory)
    {
        return _both(hub.withdrawalHash(key, 0, side, total, expiry));
    }

    function _assertNotHigher(uint96 recorded, uint96 total, Auth[2] memory auths) private {
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, recorded));
        hub.withdraw(_mine, 0, Side.Bob, total, FOREVER, auths);
    }
}

contract WithdrawalsEtherTest is WithdrawalsTests {
    function _token() internal pure override returns (address) {
        return ETHER;
    }
}

contract WithdrawalsThdTest is WithdrawalsTests {}
