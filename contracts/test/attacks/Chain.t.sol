// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, IChannelHub, Side} from "../../src/IChannelHub.sol";
import {AttackBase} from "./AttackBase.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

/// @dev What a chain's clock and an administrator could do.
contract ChainTest is AttackBase {
    /// @dev A hub that counts blocks does not look at the time: Arbitrum's and others' block numbers mean something else,
    /// and there the hub is deployed to count seconds.
    function testFuzz_C35_time_moves_nothing_in_a_hub_of_blocks(uint40 time, uint16 blocks) public {
        ChannelKey memory key = _closing();
        uint64 closesAt = hub.channel(key).closesAt;
        assertEq(closesAt, vm.getBlockNumber() + PERIOD);
        vm.warp(time);
        vm.roll(vm.getBlockNumber() + blocks);
        assertEq(hub.clock(), vm.getBlockNumber());
        _assertOver(key, blocks >= PERIOD);
    }

    function testFuzz_C35_blocks_move_nothing_in_a_hub_of_seconds(uint40 height, uint16 elapsed) public {
        hub = _deployHub(true);
        ChannelKey memory key = _closing();
        uint64 closesAt = hub.channel(key).closesAt;
        assertEq(closesAt, vm.getBlockTimestamp() + PERIOD);
        vm.roll(height);
        vm.warp(vm.getBlockTimestamp() + elapsed);
        assertEq(hub.clock(), vm.getBlockTimestamp());
        _assertOver(key, elapsed >= PERIOD);
    }

    /// @dev Expiries and deadlines follow the same clock as periods.
    function test_C35_expiries_in_a_hub_of_seconds() public {
        hub = _deployHub(true);
        ChannelKey memory key = _key();
        _open(key, 100);
        uint64 deadline = uint64(vm.getBlockTimestamp()) + 10;
        vm.warp(deadline + 1);
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.Expired.selector, deadline));
        vm.prank(alice);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), deadline);
        vm.roll(deadline + 1);
        vm.warp(deadline);
        vm.prank(alice);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), deadline);
    }

    /// @dev No blocks come for a month: in a hub of blocks the period stands still with the chain.
    function test_C36_outage_in_a_hub_of_blocks() public {
        ChannelKey memory key = _closing();
        vm.warp(vm.getBlockTimestamp() + 30 days);
        vm.roll(vm.getBlockNumber() + 1);
        _show(key, Side.Alice, 60);
        assertEq(hub.channel(key).aliceTotal, 60);
    }

    /// @dev In a hub of seconds it runs on: an answer within the period counts after a shorter outage, and does not after
    /// one that is longer. No contract can tell; the period has to exceed the outages of its chain.
    function test_C36_outage_in_a_hub_of_seconds() public {
        hub = _deployHub(true);
        ChannelKey memory key = _closing();
        uint256 snapshot = vm.snapshotState();
        vm.warp(vm.getBlockTimestamp() + PERIOD - 1);
        _show(key, Side.Alice, 60);
        vm.revertToState(snapshot);
        _assertOver(key, false);
        vm.warp(vm.getBlockTimestamp() + PERIOD);
        _assertOver(key, true);
    }

    /// @dev There is nobody who could pause, cap, upgrade or sweep: every selector that the code compares with is
    /// tried, and none but the interface's functions answers. So no switch can be in the way of an exit.
    function test_C37_code_has_no_function_besides_the_interface() public {
        bytes4 found;
        uint256 count;
        bytes memory code = address(hub).code;
        for (uint256 at = 0; at < code.length; ++at) {
            uint8 op = uint8(code[at]);
            if (op < 0x60 || op > 0x7f) continue;
            uint256 size = op - 0x5f;
            // PUSH3 and PUSH4; a selector that starts with a zero byte is pushed without it
            if (size == 3 || size == 4) {
                bytes4 selector = bytes4(uint32(_read(code, at + 1, size)));
                if (_answers(selector) && !_seen[selector]) {
                    _seen[selector] = true;
                    found ^= selector;
                    ++count;
                }
            }
            at += size;
        }
        bytes4 expected = type(IChannelHub).interfaceId ^ type(IERC5267).interfaceId
            ^ type(IERC6372).interfaceId ^ bytes4(keccak256("pushToken(address,address,uint256)"));
        assertEq(count, 23);
        assertEq(found, expected);
    }

    /// @dev Nothing in the code can end it, replace it, or run somebody else's code in its place.
    function test_C37_code_neither_ends_nor_delegates() public view {
        bytes memory code = address(hub).code;
        for (uint256 at = 0; at < code.length; ++at) {
            uint8 op = uint8(code[at]);
            assertTrue(op != 0xff && op != 0xf4 && op != 0xf2 && op != 0xf0 && op != 0xf5, vm.toString(at));
            if (op >= 0x60 && op <= 0x7f) at += op - 0x5f;
        }
    }

    /// @dev Whoever deployed the hub is a stranger to it.
    function test_C37_deployer_has_no_rights() public {
        ChannelKey memory key = _key();
        _open(key, 100);
        vm.expectRevert(IChannelHub.NotASide.selector);
        hub.close(key, 0, 0, _noClaim(), _noAuth(), FOREVER);
        string[8] memory wishes = [
            "pause()",
            "owner()",
            "transferOwnership(address)",
            "upgradeTo(address)",
            "upgradeToAndCall(address,bytes)",
            "sweep(address)",
            "withdraw()",
            "setFee(uint256)"
        ];
        for (uint256 i = 0; i < wishes.length; ++i) {
            assertFalse(_answers(bytes4(keccak256(bytes(wishes[i])))), wishes[i]);
        }
    }

    mapping(bytes4 selector => bool) private _seen;

    /// @dev With arguments of zeros every function returns something or says why it refuses; what is no function reverts
    /// with nothing.
    function _answers(bytes4 selector) private returns (bool) {
        (bool ok, bytes memory result) = address(hub).call(abi.encodePacked(selector, new bytes(2048)));
        return ok || result.length != 0;
    }

    function _read(bytes memory code, uint256 at, uint256 size) private pure returns (uint256 value) {
        for (uint256 i = 0; i < size; ++i) {
            value = (value << 8) | uint8(code[at + i]);
        }
    }

    function _closing() private returns (ChannelKey memory key) {
        key = _key();
        _open(key, 100);
        _close(key, Side.Alice, 0, 0);
    }

    function _assertOver(ChannelKey memory key, bool over) private {
        uint64 closesAt = hub.channel(key).closesAt;
        if (!over) vm.expectRevert(abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, closesAt));
        hub.settle(key, 0);
    }
}
