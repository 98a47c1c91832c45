// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub} from "../../src/IChannelHub.sol";
import {HookedToken} from "../mocks/HookedToken.sol";
import {NeedsMostOfThePush} from "../mocks/Receivers.sol";
import {Move, Payments} from "./Payments.sol";

/// @dev Somebody settles with just so little gas that a push fails, to have the payout held. Each way of being paid is
/// tried with amounts of gas in steps, and around the least that suffices with every amount: either the call reverts, or
/// everybody is paid. Who is paid needs nearly all the gas that a push has.
abstract contract StarvationTests is Payments {
    uint256 internal constant STEP = 997;
    uint256 internal constant ALL = 1_000_000;

    function test_settle_starved_of_gas() public {
        _assertPaidOrReverted(Move.Settle);
    }

    function test_settle_together_starved_of_gas() public {
        _assertPaidOrReverted(Move.SettleTogether);
    }

    function test_accept_starved_of_gas() public {
        _assertPaidOrReverted(Move.Accept);
    }

    function test_forfeit_starved_of_gas() public {
        _assertPaidOrReverted(Move.ForfeitToAlice);
        _assertPaidOrReverted(Move.ForfeitToBob);
    }

    function test_withdrawal_starved_of_gas() public {
        _assertPaidOrReverted(Move.WithdrawByAlice);
        _assertPaidOrReverted(Move.WithdrawByBob);
    }

    function test_too_little_gas_for_a_push_says_so() public {
        ChannelKey memory key = _prepare(Move.Settle, 500);
        (bool ok, bytes memory why) = _make(Move.Settle, key, 120_000);
        assertFalse(ok);
        assertEq(why, abi.encodeWithSelector(IChannelHub.NotEnoughGas.selector));
    }

    function _gasThatSuffices() internal pure virtual returns (uint256);

    function _assertPaidOrReverted(Move move) private {
        ChannelKey memory key = _prepare(move, 1000 + uint64(move));
        uint256 least = ALL;
        bool paidBefore;
        for (uint256 gasSent = 25_000; gasSent <= ALL; gasSent += STEP) {
            bool paid = _isPaid(move, key, gasSent);
            if (paid && !paidBefore) {
                // every amount between the last that was refused and this
                for (uint256 fine = gasSent - STEP; fine < gasSent; ++fine) {
                    if (_isPaid(move, key, fine) && fine < least) least = fine;
                }
            }
            paidBefore = paid;
        }
        assertTrue(paidBefore, "enough gas is enough");
        assertLt(least, _gasThatSuffices(), "what suffices is as small as the README says");
    }

    /// @dev False: the call reverted. Held is neither.
    function _isPaid(Move move, ChannelKey memory key, uint256 gasSent) private returns (bool ok) {
        uint256 snapshot = vm.snapshotState();
        _coolDown();
        (ok,) = _make(move, key, gasSent);
        if (ok) {
            (uint96 toAlice, uint96 toBob) = _payouts(move);
            assertEq(hub.owed(key.token, alice), 0, "alice was starved");
            assertEq(hub.owed(key.token, bob), 0, "bob was starved");
            assertEq(_balance(alice), toAlice);
            assertEq(_balance(bob), toBob);
        }
        vm.revertToStateAndDelete(snapshot);
    }

    /// @dev As in a transaction of its own, nothing has been touched before.
    function _coolDown() private {
        vm.cool(address(hub));
        vm.cool(alice);
        vm.cool(bob);
        if (_token() != ETHER) vm.cool(_token());
    }
}

contract StarvationEtherTest is StarvationTests {
    function setUp() public override {
        super.setUp();
        // alice is an account that does not exist yet, which costs most; bob uses what he is given
        bob = address(new NeedsMostOfThePush());
    }

    function _token() internal pure override returns (address) {
        return ETHER;
    }

    /// @dev Two payouts of 160,000 above what is used besides.
    function _gasThatSuffices() internal pure override returns (uint256) {
        return 2 * 160_000 + 60_000;
    }
}

contract StarvationTokenTest is StarvationTests {
    HookedToken private _hungry;

    function setUp() public override {
        super.setUp();
        _hungry = new HookedToken(address(hub));
        _hungry.setGasNeeded(280_000);
    }

    function _token() internal view override returns (address) {
        return address(_hungry);
    }

    /// @dev Two payouts of 380,000 above what is used besides.
    function _gasThatSuffices() internal pure override returns (uint256) {
        return 2 * 380_000 + 60_000;
    }
}
