// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Who gets what
library Payouts {
    /// @notice Split what is left in a channel by its totals.
    /// @dev The caller guarantees that deposits together fit 96 bits and that withdrawals never exceed them.
    /// @return alice Her deposit, less what she took out and paid, plus what she was paid: at least 0, at most the pot.
    /// @return bob The rest of the pot.
    function split(
        uint96 aliceDeposit,
        uint96 bobDeposit,
        uint96 aliceWithdrawn,
        uint96 bobWithdrawn,
        uint96 aliceTotal,
        uint96 bobTotal
    ) internal pure returns (uint96 alice, uint96 bob) {
        uint256 left = pot(aliceDeposit, bobDeposit, aliceWithdrawn, bobWithdrawn);
        // Sums of two numbers of 96 bits, and a number less one that is not above it.
        unchecked {
            uint256 plus = uint256(aliceDeposit) + bobTotal;
            uint256 minus = uint256(aliceWithdrawn) + aliceTotal;
            uint256 share = plus > minus ? plus - minus : 0;
            if (share > left) share = left;
            // Both are at most `left`, which fits 96 bits.
            // forge-lint: disable-next-line(unsafe-typecast)
            return (uint96(share), uint96(left - share));
        }
    }

    /// @notice All deposits less all withdrawals.
    function pot(uint96 aliceDeposit, uint96 bobDeposit, uint96 aliceWithdrawn, uint96 bobWithdrawn)
        internal
        pure
        returns (uint96)
    {
        return aliceDeposit + bobDeposit - (aliceWithdrawn + bobWithdrawn);
    }
}
