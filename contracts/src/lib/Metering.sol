// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title The rule by which a session is paid
/// @notice The client is charged by the provider's count, the provider is paid by the lower of both, and the difference is
/// burnt. This holds within the tolerance too: a rule that gave the difference within it to one side would let that side lie
/// by the tolerance.
library Metering {
    /// @dev The bytes that a price is for.
    uint256 internal constant MEGABYTE = 1_000_000;

    /// @notice What `count` bytes cost, rounded down. Of a running count, so rounding never adds up.
    function cost(uint96 price, uint64 count) internal pure returns (uint256) {
        // 160 bits
        unchecked {
            return uint256(price) * count / MEGABYTE;
        }
    }

    /// @dev Takes the costs of both counts: a higher count never costs less, so the cost of the lower count is the lower cost.
    /// @return charged What the client loses.
    /// @return paid What the provider gets of it.
    function shares(uint96 deposit, uint256 byClient, uint256 byProvider)
        internal
        pure
        returns (uint96 charged, uint96 paid)
    {
        // Neither is above the deposit.
        // forge-lint: disable-start(unsafe-typecast)
        charged = byProvider < deposit ? uint96(byProvider) : deposit;
        paid = byClient < charged ? uint96(byClient) : charged;
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @notice Whether the client's count is short of the provider's by more than `tolerance` parts per million of it. The
    /// other way around is no fault: what a client acknowledges is always older than its own count.
    function isBeyond(uint64 clientCount, uint64 providerCount, uint32 tolerance)
        internal
        pure
        returns (bool)
    {
        if (clientCount >= providerCount) return false;
        // 96 bits at most
        unchecked {
            return uint256(providerCount - clientCount) * 1_000_000 > uint256(providerCount) * tolerance;
        }
    }
}
