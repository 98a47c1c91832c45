// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title Thunder Dollar, the demo token
/// @notice An ERC-20 token of 18 decimals with EIP-2612 permits, and a faucet where the deployment has one. It stands
/// for nothing and is worth nothing.
contract ThunderDollar is ERC20, ERC20Permit {
    /// @notice The most that one call of the faucet gives.
    uint256 public constant FAUCET_LIMIT = 10_000e18;

    /// @notice Whether this deployment has a faucet; only those on test chains do.
    bool public immutable HAS_FAUCET;

    /// @notice This deployment has no faucet.
    error NoFaucet();
    /// @notice One call gives at most `limit`.
    error AboveFaucetLimit(uint256 limit);

    /// @param holder Who gets the first `supply`.
    /// @param hasFaucet Whether anyone may make more; for test chains.
    constructor(address holder, uint256 supply, bool hasFaucet)
        ERC20("Thunder Dollar", "THD")
        ERC20Permit("Thunder Dollar")
    {
        HAS_FAUCET = hasFaucet;
        _mint(holder, supply);
    }

    /// @notice Make `amount` for `to`. Anyone may, on test chains.
    function faucet(address to, uint256 amount) external {
        if (!HAS_FAUCET) revert NoFaucet();
        if (amount > FAUCET_LIMIT) revert AboveFaucetLimit(FAUCET_LIMIT);
        _mint(to, amount);
    }
}
