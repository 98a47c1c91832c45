// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {HostileToken} from "../mocks/HostileToken.sol";

/// @dev A token that, besides all the tricks, takes balances away like one that rebases down or confiscates.
contract WildToken is HostileToken {
    constructor(address hub_) HostileToken(hub_) {}

    function confiscate(address from, uint256 amount) external {
        balanceOf[from] -= amount;
        balanceOf[address(this)] += amount;
    }

    function giveBack(address to, uint256 amount) external {
        balanceOf[address(this)] -= amount;
        balanceOf[to] += amount;
    }
}
