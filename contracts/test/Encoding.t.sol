// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Phase, Settlement, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

/// @dev The hub hashes a key as it came, without checking that each field fits its type. These tests hold what makes
/// that sound: no key but a well-formed one is ever opened, and a malformed spelling of an open key finds nothing.
contract EncodingTest is Base {
    uint256 private constant WORDS = 8;
    /// @dev How many bits of each word of a key mean something. A policy is 0 or 1.
    uint256[WORDS] private BITS = [160, 160, 160, 160, 160, 32, 1, 64];

    function testFuzz_a_field_that_does_not_fit_opens_nothing(uint8 word, uint256 dirt) public {
        bytes memory call = _dirty(abi.encodeCall(hub.open, (_key(), 0)), word, dirt);
        vm.prank(alice);
        (bool ok,) = address(hub).call(call);
        assertFalse(ok, "opened");
    }

    function testFuzz_another_spelling_of_an_open_key_finds_nothing(uint8 word, uint256 dirt) public {
        ChannelKey memory key = _key();
        _openBoth(key, 100, 100);
        (Claim memory best, Auth memory auth) = _claim(key, Side.Bob, 10);
        bytes32 withdrawal = hub.withdrawalHash(key, 0, Side.Alice, 1, FOREVER);
        Settlement memory settlement = Settlement(1, 2, FOREVER);
        Auth[2] memory both = _both(hub.settlementHash(key, 0, settlement));
        uint256 value = _fund(key.token, alice, 5);
        bytes[4] memory calls = [
            abi.encodeCall(hub.deposit, (key, 0, Side.Alice, 5)),
            abi.encodeCall(hub.withdraw, (key, 0, Side.Alice, 1, FOREVER, _both(withdrawal))),
            abi.encodeCall(hub.settleTogether, (key, 0, settlement, both)),
            abi.encodeCall(hub.close, (key, 0, 0, best, auth, FOREVER))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 before = vm.snapshotState();
            _expectNothing(_dirty(calls[i], word, dirt), i == 0 ? value : 0);
            _call(calls[i], i == 0 ? value : 0, true); // the proper spelling works
            vm.revertToState(before);
        }
    }

    function testFuzz_another_spelling_of_a_closing_key_finds_nothing(uint8 word, uint256 dirt) public {
        ChannelKey memory key = _key();
        _openBoth(key, 100, 100);
        _close(key, Side.Bob, 0, 0);
        (Claim memory best, Auth memory auth) = _claim(key, Side.Bob, 10);
        bytes[2] memory calls =
            [abi.encodeCall(hub.claim, (key, 0, best, auth)), abi.encodeCall(hub.accept, (key, 0, 0, 0))];
        for (uint256 i = 0; i < calls.length; ++i) {
            uint256 before = vm.snapshotState();
            _expectNothing(_dirty(calls[i], word, dirt), 0);
            _call(calls[i], 0, true);
            vm.revertToState(before);
        }
        vm.roll(hub.channel(key).closesAt);
        bytes memory settle = abi.encodeCall(hub.settle, (key, 0));
        _expectNothing(_dirty(settle, word, dirt), 0);
        _call(settle, 0, true);
    }

    function testFuzz_another_spelling_reads_as_a_key_that_was_never_opened(uint8 word, uint256 dirt) public {
        _openBoth(_key(), 100, 100);
        bytes memory call = _dirty(abi.encodeCall(hub.channel, (_key())), word, dirt);
        (bool ok, bytes memory state) = address(hub).call(call);
        assertTrue(ok && uint256(bytes32(state)) == uint256(Phase.Empty), "phase");
        call = _dirty(abi.encodeCall(hub.balances, (_key())), word, dirt);
        (ok, state) = address(hub).call(call);
        assertEq(state, abi.encode(0, 0), "balances");
    }

    /// @dev The call with dirt above the meaningful bits of one of the key's words.
    function _dirty(bytes memory call, uint8 word, uint256 dirt) private view returns (bytes memory dirty) {
        uint256 at = word % WORDS;
        uint256 bits = BITS[at];
        dirt = bound(dirt, 1, type(uint256).max >> bits) << bits;
        dirty = bytes.concat(call);
        assembly ("memory-safe") {
            let place := add(add(dirty, 0x24), mul(at, 0x20))
            mstore(place, or(mload(place), dirt))
        }
    }

    /// @dev Refused, either as a key without a life or for a field that does not fit, which comes without data.
    function _expectNothing(bytes memory call, uint256 value) private {
        bytes memory reason = _call(call, value, false);
        if (reason.length == 0) return;
        assertEq(reason, abi.encodeWithSelector(IChannelHub.WrongPhase.selector, Phase.Empty));
    }

    function _call(bytes memory call, uint256 value, bool works) private returns (bytes memory answer) {
        bool ok;
        vm.prank(alice);
        (ok, answer) = address(hub).call{value: value}(call);
        assertEq(ok, works, works ? "refused" : "accepted");
    }
}
