// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../../src/IChannelHub.sol";
import {Trick} from "../mocks/HostileToken.sol";
import {Mood, Receiver} from "../mocks/Receivers.sol";
import {Endings} from "./Endings.sol";
import {Forbidden} from "./Forbidden.sol";
import {Money} from "./Money.sol";
import {World} from "./World.sol";

/// @dev All that may happen to a hub. Each action bends its arguments into a call of which it knows the outcome, and
/// keeps the books accordingly; a revert is a finding.
contract Handler is Money, Endings, Forbidden {
    constructor(IChannelHub hub_) World(hub_) {}

    /// @dev Each as often as a life of a channel needs it.
    function actions() external pure returns (bytes4[] memory) {
        bytes4[24] memory once = [
            this.settle.selector,
            this.accept.selector,
            this.settleTogether.selector,
            this.settleWithLittleGas.selector,
            this.withdraw.selector,
            this.collect.selector,
            this.pass.selector,
            this.changeMood.selector,
            this.changeTricks.selector,
            this.confiscate.selector,
            this.giveBack.selector,
            this.stray.selector,
            this.forbiddenOthers.selector,
            this.forbiddenOpen.selector,
            this.forbiddenDeposit.selector,
            this.forbiddenWithdrawal.selector,
            this.forbiddenClose.selector,
            this.forbiddenClaim.selector,
            this.forbiddenEnding.selector,
            this.forbiddenLife.selector,
            this.open.selector,
            this.deposit.selector,
            this.close.selector,
            this.claim.selector
        ];
        bytes4[5] memory more = [
            this.open.selector,
            this.open.selector,
            this.deposit.selector,
            this.close.selector,
            this.claim.selector
        ];
        bytes4[] memory all = new bytes4[](once.length + more.length + 12);
        for (uint256 n = 0; n < all.length; ++n) {
            if (n < once.length) all[n] = once[n];
            else if (n < once.length + more.length) all[n] = more[n - once.length];
            else all[n] = this.pay.selector;
        }
        return all;
    }

    /// @dev One side alone ends every channel, and everybody takes what waits.
    function endEverything() external {
        Receiver(payable(_actors[2].account)).set(Mood.Accept);
        Receiver(payable(_actors[4].account)).set(Mood.Accept);
        WILD.setTricks(Trick.None, Trick.None);
        WILD.giveBack(address(hub), confiscated);
        confiscated = 0;
        // each time another one, as long as there is one
        for (uint256 n = 0; n < CHANNELS; ++n) {
            this.close(n, n % 2 == 0, n, n, 1);
        }
        for (uint256 n = 0; n < CHANNELS; ++n) {
            this.settle(n, true);
        }
        for (uint8 t = 0; t < 3; ++t) {
            for (uint256 a = 0; a < ACTORS; ++a) {
                if (waiting[_tokenAt(t)][_actors[a].account] != 0) this.collect(a, t);
            }
        }
    }
}
