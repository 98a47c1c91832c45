// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

/// @title The hub's clock (ERC-6372)
/// @notice Counts blocks, or seconds on chains where block numbers mean little. Fixed at deployment.
abstract contract Clock is IERC6372 {
    bool private immutable _countsSeconds;

    constructor(bool countsSeconds) {
        _countsSeconds = countsSeconds;
    }

    /// @inheritdoc IERC6372
    function clock() public view returns (uint48) {
        // Neither outgrows 48 bits in millions of years.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint48(_countsSeconds ? block.timestamp : block.number);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external view returns (string memory) {
        return _countsSeconds ? "mode=timestamp" : "mode=blocknumber&from=default";
    }
}
