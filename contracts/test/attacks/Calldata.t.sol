// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Settlement, Side} from "../../src/IChannelHub.sol";
import {Move, Payments} from "./Payments.sol";

/// @dev Arguments whose words hold more than their type. What is hashed, compared and stored must be one and the same:
/// otherwise one key would have many hashes, or a signed total would be recorded as another. Every call refuses them; a
/// view may answer, but not what it answers for the proper spelling. (`Encoding.t.sol` says the same of keys, fuzzed.)
contract CalldataTest is Payments {
    uint256 private constant KEY_WORDS = 8;
    uint256 private constant CALLS = 17;

    /// @dev Each of these calls goes through as it is, and none with a bit too many in one word of its key.
    function test_C33_key_with_bits_above_its_types() public {
        uint8[8] memory bits = [160, 160, 160, 160, 160, 32, 1, 64];
        for (uint256 c = 0; c < CALLS; ++c) {
            (address caller, bytes memory data) = _goodCall(c);
            for (uint256 word = 0; word < KEY_WORDS; ++word) {
                _assertRefusedWithBit(caller, data, word, bits[word]);
                _assertRefusedWithBit(caller, data, word, 255);
            }
            _assertGood(caller, data);
        }
    }

    /// @dev The words after the key, in the order of the arguments: how many bits their types have.
    function test_C33_arguments_with_bits_above_their_types() public {
        uint8[5][CALLS] memory bits = [
            [96, 0, 0, 0, 0], // open: amount
            [96, 0, 8, 0, 0], // openWithPermit: amount, deadline of any size, v
            [32, 1, 96, 0, 0], // deposit: epoch, side, amount
            [32, 1, 96, 0, 8], // depositWithPermit: the same, deadline, v
            [32, 0, 0, 0, 0], // settle: epoch
            [32, 96, 96, 64, 0], // settleTogether: epoch, settlement
            [32, 96, 96, 0, 0], // accept: epoch, totals
            [32, 160, 96, 64, 0], // claim: epoch, claim
            [32, 1, 96, 64, 0], // withdraw: epoch, side, total, expiry
            [32, 96, 160, 96, 64], // close: epoch, paid, received
            [0, 0, 0, 0, 0], // channelId
            [0, 0, 0, 0, 0], // channel
            [0, 0, 0, 0, 0], // balances
            [32, 160, 96, 64, 0], // claimHash: epoch, claim
            [32, 1, 96, 64, 0], // withdrawalHash: epoch, side, total, expiry
            [32, 96, 96, 64, 0], // settlementHash: epoch, settlement
            [32, 160, 0, 0, 0] // delegationHash: epoch, payment key
        ];
        for (uint256 c = 0; c < CALLS; ++c) {
            (address caller, bytes memory data) = _goodCall(c);
            for (uint256 i = 0; i < 5; ++i) {
                if (bits[c][i] == 0) continue;
                _assertRefusedWithBit(caller, data, KEY_WORDS + i, bits[c][i]);
                _assertRefusedWithBit(caller, data, KEY_WORDS + i, 255);
            }
            _assertGood(caller, data);
        }
    }

    function test_C33_calls_cut_short() public {
        for (uint256 c = 0; c < CALLS; ++c) {
            (address caller, bytes memory data) = _goodCall(c);
            bytes memory cut = bytes.concat(data);
            for (uint256 words = 0; words < KEY_WORDS; ++words) {
                assembly ("memory-safe") {
                    mstore(cut, add(4, mul(0x20, words)))
                }
                vm.prank(caller);
                (bool ok,) = address(hub).call(cut);
                assertFalse(ok, vm.toString(bytes4(data)));
            }
            _assertGood(caller, data);
        }
    }

    /// @dev A payer signs a total of 2^96 + 60, which nobody can owe, hoping that it is recorded as 60 or compared as
    /// more than it is.
    function test_C33_signed_total_above_96_bits() public {
        ChannelKey memory key = _prepare(Move.ForfeitToBob, 1);
        bytes32 id = hub.channelId(key);
        uint256 total = (1 << 96) + 60;
        bytes32 typeHash = keccak256("Claim(bytes32 channel,address to,uint96 total,uint64 nonce)");
        Auth memory auth = _auth(aliceSignerKey, _typed(abi.encode(typeHash, id, bob, total, 1)));
        bytes memory data = abi.encodeCall(IChannelHub.claim, (key, 0, Claim(bob, 60, 1), auth));
        _assertRefusedWithBit(stranger, data, KEY_WORDS + 2, 96);

        key = _prepare(Move.WithdrawByBob, 2);
        id = hub.channelId(key);
        typeHash = keccak256("Withdrawal(bytes32 channel,address to,uint96 total,uint64 expiry)");
        Auth[2] memory auths = _both(_typed(abi.encode(typeHash, id, bob, total, FOREVER)));
        data = abi.encodeCall(IChannelHub.withdraw, (key, 0, Side.Bob, 60, FOREVER, auths));
        _assertRefusedWithBit(stranger, data, KEY_WORDS + 2, 96);

        key = _prepare(Move.SettleTogether, 3);
        id = hub.channelId(key);
        typeHash = keccak256("Settlement(bytes32 channel,uint96 aliceTotal,uint96 bobTotal,uint64 expiry)");
        auths = _both(_typed(abi.encode(typeHash, id, total, 0, FOREVER)));
        data = abi.encodeCall(IChannelHub.settleTogether, (key, 0, Settlement(60, 0, FOREVER), auths));
        _assertRefusedWithBit(stranger, data, KEY_WORDS + 1, 96);
    }

    function _assertRefusedWithBit(address caller, bytes memory data, uint256 word, uint256 bit) private {
        bytes memory dirty = bytes.concat(data);
        uint256 flag = 1 << bit;
        assembly ("memory-safe") {
            let at := add(add(dirty, 0x24), mul(word, 0x20))
            mstore(at, or(mload(at), flag))
        }
        vm.prank(caller);
        (bool ok, bytes memory answer) = address(hub).call(dirty);
        if (!ok) return;
        string memory what = string.concat(vm.toString(bytes4(data)), " takes word ", vm.toString(word));
        assertGt(answer.length, 0, what);
        (ok,) = address(hub).staticcall(dirty);
        assertTrue(ok, what); // it changed nothing
        (, bytes memory proper) = address(hub).staticcall(data);
        assertNotEq(keccak256(answer), keccak256(proper), what);
    }

    function _assertGood(address caller, bytes memory data) private {
        vm.prank(caller);
        (bool ok, bytes memory why) = address(hub).call(data);
        assertTrue(ok, vm.toString(why));
    }

    /// @dev Each function that takes a key, ready to go through.
    function _goodCall(uint256 c) private returns (address caller, bytes memory data) {
        Move[9] memory moves = [
            Move.Open,
            Move.OpenWithPermit,
            Move.Deposit,
            Move.DepositWithPermit,
            Move.Settle,
            Move.SettleTogether,
            Move.Accept,
            Move.ForfeitToBob,
            Move.WithdrawByBob
        ];
        if (c < moves.length) {
            (caller,, data) = _call(moves[c], _prepare(moves[c], uint64(100 + c)));
            return (caller, data);
        }
        ChannelKey memory key = _prepare(Move.WithdrawByBob, uint64(100 + c));
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Bob, 7);
        if (c == 9) {
            data = abi.encodeCall(IChannelHub.close, (key, 0, 1, claim, auth, FOREVER));
        } else if (c == 10) {
            data = abi.encodeCall(IChannelHub.channelId, (key));
        } else if (c == 11) {
            data = abi.encodeCall(IChannelHub.channel, (key));
        } else if (c == 12) {
            data = abi.encodeCall(IChannelHub.balances, (key));
        } else if (c == 13) {
            data = abi.encodeCall(IChannelHub.claimHash, (key, 0, claim));
        } else if (c == 14) {
            data = abi.encodeCall(IChannelHub.withdrawalHash, (key, 0, Side.Alice, 1, FOREVER));
        } else if (c == 15) {
            data = abi.encodeCall(IChannelHub.settlementHash, (key, 0, Settlement(1, 1, FOREVER)));
        } else {
            data = abi.encodeCall(IChannelHub.delegationHash, (key, 0, deputy));
        }
        return (alice, data);
    }

    function _typed(bytes memory fields) private view returns (bytes32) {
        bytes32 domainType =
            keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
        bytes32 domain = keccak256(
            abi.encode(domainType, keccak256("Thunder"), keccak256("1"), block.chainid, address(hub))
        );
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(fields)));
    }
}
