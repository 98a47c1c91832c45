// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Payouts} from "../src/lib/Payouts.sol";
import {Test} from "./utils/Base.sol";

contract PayoutsTest is Test {
    struct Numbers {
        uint96 aliceDeposit;
        uint96 bobDeposit;
        uint96 aliceWithdrawn;
        uint96 bobWithdrawn;
        uint96 aliceTotal;
        uint96 bobTotal;
    }

    function testFuzz_split_is_the_clamped_balance_and_conserves(Numbers memory n) public pure {
        _makePossible(n);
        uint256 pot = _pot(n);
        (uint96 alice, uint96 bob) = _split(n);
        assertEq(uint256(alice) + bob, pot);
        int256 balance = int256(uint256(n.aliceDeposit)) - int256(uint256(n.aliceWithdrawn))
            - int256(uint256(n.aliceTotal)) + int256(uint256(n.bobTotal));
        if (balance < 0) assertEq(alice, 0);
        else if (balance > int256(pot)) assertEq(alice, pot);
        else assertEq(int256(uint256(alice)), balance);
        assertEq(
            Payouts.pot(n.aliceDeposit, n.bobDeposit, n.aliceWithdrawn, n.bobWithdrawn), pot, "pot agrees"
        );
    }

    /// @dev Showing a higher claim never hurts its payee.
    function testFuzz_more_paid_is_never_less_received(Numbers memory n, uint96 more) public pure {
        _makePossible(n);
        (uint96 alice, uint96 bob) = _split(n);
        more = uint96(bound(more, 0, type(uint96).max - n.aliceTotal));
        n.aliceTotal += more;
        (uint96 aliceAfter, uint96 bobAfter) = _split(n);
        assertLe(aliceAfter, alice);
        assertGe(bobAfter, bob);
        assertLe(bobAfter - bob, more);
    }

    /// @dev The sides are mirror images.
    function testFuzz_sides_are_alike(Numbers memory n) public pure {
        _makePossible(n);
        (uint96 alice, uint96 bob) = _split(n);
        (n.aliceDeposit, n.bobDeposit) = (n.bobDeposit, n.aliceDeposit);
        (n.aliceWithdrawn, n.bobWithdrawn) = (n.bobWithdrawn, n.aliceWithdrawn);
        (n.aliceTotal, n.bobTotal) = (n.bobTotal, n.aliceTotal);
        (uint96 mirroredAlice, uint96 mirroredBob) = _split(n);
        assertEq(mirroredAlice, bob);
        assertEq(mirroredBob, alice);
    }

    // What the hub guarantees: deposits together fit 96 bits, withdrawals never exceed them.
    function _makePossible(Numbers memory n) private pure {
        n.bobDeposit = uint96(bound(n.bobDeposit, 0, type(uint96).max - n.aliceDeposit));
        uint256 deposits = uint256(n.aliceDeposit) + n.bobDeposit;
        n.aliceWithdrawn = uint96(bound(n.aliceWithdrawn, 0, deposits));
        n.bobWithdrawn = uint96(bound(n.bobWithdrawn, 0, deposits - n.aliceWithdrawn));
    }

    function _pot(Numbers memory n) private pure returns (uint256) {
        return uint256(n.aliceDeposit) + n.bobDeposit - n.aliceWithdrawn - n.bobWithdrawn;
    }

    function _split(Numbers memory n) private pure returns (uint96, uint96) {
        return Payouts.split(
            n.aliceDeposit, n.bobDeposit, n.aliceWithdrawn, n.bobWithdrawn, n.aliceTotal, n.bobTotal
        );
    }
}
