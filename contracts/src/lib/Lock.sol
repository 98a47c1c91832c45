// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../IChannelHub.sol";

/// @title One lock over the whole hub
/// @notice Held by every call that changes anything, and respected by the views of what such a call changes. It
/// lives in transient storage, so it costs little and is gone with the transaction.
abstract contract Lock {
    bool private transient _locked;

    modifier locks() {
        _requireUnlocked();
        _locked = true;
        _;
        _locked = false;
    }

    modifier whenUnlocked() {
        _requireUnlocked();
        _;
    }

    function _requireUnlocked() private view {
        if (_locked) revert IChannelHub.Reentered();
    }
}
