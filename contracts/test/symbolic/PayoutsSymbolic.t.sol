// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Payouts} from "../../src/lib/Payouts.sol";
import {TestBase} from "forge-std/Base.sol";

/// @dev What holds of a split for every input that the hub can pass. Proven, not sampled: halmos runs each `check_`
/// with all of its arguments unknown.
/// @custom:halmos --solver-command "python test/symbolic/solver.py"
contract PayoutsSymbolic is TestBase {
    struct Numbers {
        uint96 aliceDeposit;
        uint96 bobDeposit;
        uint96 aliceWithdrawn;
        uint96 bobWithdrawn;
        uint96 aliceTotal;
        uint96 bobTotal;
    }

    function check_a_split_never_reverts(Numbers memory n) external view {
        _assumePossible(n);
        try this.split(n) {}
        catch {
            assert(false);
        }
        try this.pot(n) {}
        catch {
            assert(false);
        }
    }

    function check_a_split_conserves_the_pot(Numbers memory n) external pure {
        _assumePossible(n);
        (uint96 alice, uint96 bob) = _split(n);
        assert(uint256(alice) + bob == _left(n));
        assert(_pot(n) == _left(n));
    }

    function check_alice_gets_her_balance_clamped_to_the_pot(Numbers memory n) external pure {
        _assumePossible(n);
        (uint96 alice,) = _split(n);
        int256 balance = _aliceBalance(n);
        if (balance < 0) assert(alice == 0);
        else if (balance > int256(_left(n))) assert(alice == _left(n));
        else assert(int256(uint256(alice)) == balance);
    }

    /// @dev A higher total of alice's never raises her share, and moves at most what it rose by.
    function check_what_alice_pays_more_bob_gets_at_most(Numbers memory n, uint96 higher) external pure {
        _assumePossible(n);
        vm.assume(higher > n.aliceTotal);
        (uint96 alice, uint96 bob) = _split(n);
        uint96 rise = higher - n.aliceTotal;
        n.aliceTotal = higher;
        (uint96 aliceAfter, uint96 bobAfter) = _split(n);
        assert(aliceAfter <= alice && bobAfter >= bob);
        assert(bobAfter - bob <= rise);
    }

    /// @dev A higher total of bob's never lowers her share, and moves at most what it rose by.
    function check_what_bob_pays_more_alice_gets_at_most(Numbers memory n, uint96 higher) external pure {
        _assumePossible(n);
        vm.assume(higher > n.bobTotal);
        (uint96 alice, uint96 bob) = _split(n);
        uint96 rise = higher - n.bobTotal;
        n.bobTotal = higher;
        (uint96 aliceAfter, uint96 bobAfter) = _split(n);
        assert(aliceAfter >= alice && bobAfter <= bob);
        assert(aliceAfter - alice <= rise);
    }

    /// @dev Counting what it took out before, a side that is still paid never has more than it put in and was paid.
    function check_no_side_gets_more_than_it_put_in_and_was_paid(Numbers memory n) external pure {
        _assumePossible(n);
        (uint96 alice, uint96 bob) = _split(n);
        assert(alice == 0 || uint256(alice) + n.aliceWithdrawn <= uint256(n.aliceDeposit) + n.bobTotal);
        assert(bob == 0 || uint256(bob) + n.bobWithdrawn <= uint256(n.bobDeposit) + n.aliceTotal);
    }

    /// @dev `n` has the totals that alice knows: what she signed, and what bob signed to her. The hub has recorded at
    /// most the first, which nobody else can sign, and at least the second, which she has shown.
    function check_alice_keeps_her_balance(Numbers memory n, uint96 recordedAlice, uint96 recordedBob)
        external
        pure
    {
        _assumePossible(n);
        int256 balance = _aliceBalance(n);
        vm.assume(balance <= int256(_left(n)));
        vm.assume(recordedAlice <= n.aliceTotal && recordedBob >= n.bobTotal);
        n.aliceTotal = recordedAlice;
        n.bobTotal = recordedBob;
        (uint96 alice,) = _split(n);
        assert(int256(uint256(alice)) >= balance);
    }

    /// @dev The same for bob.
    function check_bob_keeps_his_balance(Numbers memory n, uint96 recordedAlice, uint96 recordedBob)
        external
        pure
    {
        _assumePossible(n);
        int256 balance = int256(_left(n)) - _aliceBalance(n);
        vm.assume(balance <= int256(_left(n)));
        vm.assume(recordedBob <= n.bobTotal && recordedAlice >= n.aliceTotal);
        n.aliceTotal = recordedAlice;
        n.bobTotal = recordedBob;
        (, uint96 bob) = _split(n);
        assert(int256(uint256(bob)) >= balance);
    }

    /// @dev Neither side has an advantage from its name.
    function check_the_sides_are_alike(Numbers memory n) external pure {
        _assumePossible(n);
        (uint96 alice, uint96 bob) = _split(n);
        (n.aliceDeposit, n.bobDeposit) = (n.bobDeposit, n.aliceDeposit);
        (n.aliceWithdrawn, n.bobWithdrawn) = (n.bobWithdrawn, n.aliceWithdrawn);
        (n.aliceTotal, n.bobTotal) = (n.bobTotal, n.aliceTotal);
        (uint96 mirroredAlice, uint96 mirroredBob) = _split(n);
        assert(mirroredAlice == bob && mirroredBob == alice);
    }

    // Calls of their own, so that a revert can be told apart from an end.

    function split(Numbers memory n) external pure returns (uint96, uint96) {
        return _split(n);
    }

    function pot(Numbers memory n) external pure returns (uint96) {
        return _pot(n);
    }

    // What the hub guarantees: deposits together fit 96 bits, withdrawals never exceed them.
    function _assumePossible(Numbers memory n) private pure {
        uint256 deposits = uint256(n.aliceDeposit) + n.bobDeposit;
        vm.assume(deposits <= type(uint96).max);
        vm.assume(uint256(n.aliceWithdrawn) + n.bobWithdrawn <= deposits);
    }

    // What these two say cannot overflow: 96 bits in 256, and as assumed above. Checking it would only make the solver
    // wander through branches that nothing takes.

    function _left(Numbers memory n) private pure returns (uint256) {
        unchecked {
            return uint256(n.aliceDeposit) + n.bobDeposit - n.aliceWithdrawn - n.bobWithdrawn;
        }
    }

    function _aliceBalance(Numbers memory n) private pure returns (int256) {
        unchecked {
            return int256(uint256(n.aliceDeposit)) - int256(uint256(n.aliceWithdrawn))
                - int256(uint256(n.aliceTotal)) + int256(uint256(n.bobTotal));
        }
    }

    function _split(Numbers memory n) private pure returns (uint96, uint96) {
        return Payouts.split(
            n.aliceDeposit, n.bobDeposit, n.aliceWithdrawn, n.bobWithdrawn, n.aliceTotal, n.bobTotal
        );
    }

    function _pot(Numbers memory n) private pure returns (uint96) {
        return Payouts.pot(n.aliceDeposit, n.bobDeposit, n.aliceWithdrawn, n.bobWithdrawn);
    }
}
