// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Reach} from "./Reach.sol";

contract HubCountingBlocksTest is Reach {
    function _countsSeconds() internal pure override returns (bool) {
        return false;
    }
}

contract HubCountingSecondsTest is Reach {
    function _countsSeconds() internal pure override returns (bool) {
        return true;
    }
}
