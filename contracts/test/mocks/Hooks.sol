// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../../src/IChannelHub.sol";
import {HookedToken, IHook} from "./HookedToken.sol";

/// @dev Gives the hub a token back once `from` was paid.
contract Returner is IHook {
    HookedToken private immutable _TOKEN;
    address private immutable _HUB;
    address private immutable _FROM;

    constructor(HookedToken token, address hub, address from) {
        _TOKEN = token;
        _HUB = hub;
        _FROM = from;
    }

    function onToken() external {
        if (_TOKEN.balanceOf(_FROM) != 0) require(_TOKEN.transfer(_HUB, 1), "nothing to give");
    }
}

/// @dev Makes a call at every chance and counts how often the hub's lock refused it.
contract Caller is IHook {
    address private immutable _HUB;
    bytes private _data;
    uint256 public refused;

    constructor(address hub, bytes memory data) {
        _HUB = hub;
        _data = data;
    }

    function onToken() external {
        (bool ok, bytes memory why) = _HUB.call(_data);
        if (!ok && bytes4(why) == IChannelHub.Reentered.selector) ++refused;
    }
}
