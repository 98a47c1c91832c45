// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

contract ClockTest is Base {
    function test_a_hub_counts_blocks() public {
        assertEq(hub.CLOCK_MODE(), "mode=blocknumber&from=default");
        assertEq(hub.clock(), vm.getBlockNumber());
        vm.roll(5555);
        assertEq(hub.clock(), 5555);
    }

    function test_time_passing_without_blocks_ends_no_period() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
        uint64 closesAt = hub.channel(key).closesAt;
        vm.warp(vm.getBlockTimestamp() + 365 days);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, closesAt));
        hub.settle(key, 0);
    }

    function test_a_hub_can_count_seconds() public {
        hub = _deployHub(true);
        assertEq(hub.CLOCK_MODE(), "mode=timestamp");
        assertEq(hub.clock(), vm.getBlockTimestamp());
        ChannelKey memory key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 30, 0);
        uint64 closesAt = hub.channel(key).closesAt;
        assertEq(closesAt, vm.getBlockTimestamp() + PERIOD);
        vm.roll(vm.getBlockNumber() + 10_000);
        vm.warp(closesAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, closesAt));
        hub.settle(key, 0);
        vm.warp(closesAt);
        hub.settle(key, 0);
        _assertPaid(70, 30);
    }

    function test_a_period_that_the_hub_cannot_count_is_refused() public {
        ChannelKey memory key = _key();
        uint256 last = type(uint40).max;
        vm.roll(last - PERIOD + 1);
        vm.expectRevert(IChannelHub.PeriodTooLong.selector);
        vm.prank(alice);
        hub.open(key, 0);

        vm.roll(last - PERIOD);
        _open(key, 100);
        vm.roll(last - PERIOD + 1);
        vm.expectRevert(IChannelHub.PeriodTooLong.selector);
        vm.prank(alice);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), FOREVER);
        vm.roll(last - PERIOD);
        _close(key, Side.Alice, 0, 0);
        assertEq(hub.channel(key).closesAt, last);
        _settleAfterPeriod(key);
        _assertPaid(100, 0);
    }

    /// @dev No period fits any more, but time does not begin anew: what was signed with an expiry stays expired.
    function test_a_clock_goes_on_beyond_the_last_period() public {
        uint256 beyond = uint256(type(uint40).max) + 1;
        vm.roll(beyond);
        assertEq(hub.clock(), beyond);
    }
}
