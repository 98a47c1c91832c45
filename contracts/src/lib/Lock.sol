// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../IChannelHub.sol";

/// @title One lock over the whole hub
/// @notice Held whenever control is outside: with a token or a recipient. While it is held, no function that changes
/// anything can be entered, and no view of what is being changed. It lives in transient storage, so it costs little
/// and is gone with the transaction.
abstract contract Lock {
    // A whole word: a bool would be read before each write, for the bits beside it.
    uint256 private transient _away;

    /// @dev For every function that can be called from outside.
    modifier whenHome() {
        if (_away != 0) revert IChannelHub.Reentered();
        _;
    }

    /// @dev For every function that calls a token or a recipient.
    modifier leaving() {
        _away = 1;
        _;
        _away = 0;
    }
}
