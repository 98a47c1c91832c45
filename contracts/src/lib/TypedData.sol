// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, Claim, Settlement} from "../IChannelHub.sol";

/// @title Ids and EIP-712 struct hashes
/// @notice Each statement has a type of its own, so none can pass for another.
library TypedData {
    bytes32 internal constant CLAIM_TYPE =
        keccak256("Claim(bytes32 channel,address to,uint96 total,uint64 nonce)");
    bytes32 internal constant WITHDRAWAL_TYPE =
        keccak256("Withdrawal(bytes32 channel,address to,uint96 total,uint64 expiry)");
    bytes32 internal constant SETTLEMENT_TYPE =
        keccak256("Settlement(bytes32 channel,uint96 aliceTotal,uint96 bobTotal,uint64 expiry)");
    bytes32 internal constant DELEGATION_TYPE = keccak256("Delegation(bytes32 channel,address key)");

    /// @notice `keccak256(abi.encode(key))` and `keccak256(abi.encode(key, epoch))`, from one copy of the key.
    /// @dev The copy is the ABI encoding where every field fits its type. Elsewhere the hash is that of no encodable
    /// key, and no life can be found under it, because `open` reads every field, which reverts where one does not
    /// fit. `abi.encode` would check and copy each field anew for each hash: about 900 gas in every call.
    /// @return keyHash Where the hub stores the key's lives.
    /// @return id The channel's id in one life of its key.
    function hashes(ChannelKey calldata key, uint32 epoch)
        internal
        pure
        returns (bytes32 keyHash, bytes32 id)
    {
        // Writes behind the free memory pointer only, and leaves nothing there that is used later.
        assembly ("memory-safe") {
            let copy := mload(0x40)
            calldatacopy(copy, key, 0x100)
            keyHash := keccak256(copy, 0x100)
            mstore(add(copy, 0x100), epoch)
            id := keccak256(copy, 0x120)
        }
    }

    function claim(bytes32 id, Claim calldata claim_) internal pure returns (bytes32) {
        return keccak256(abi.encode(CLAIM_TYPE, id, claim_.to, claim_.total, claim_.nonce));
    }

    function withdrawal(bytes32 id, address to, uint96 total, uint64 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(WITHDRAWAL_TYPE, id, to, total, expiry));
    }

    function settlement(bytes32 id, Settlement calldata settlement_) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(SETTLEMENT_TYPE, id, settlement_.aliceTotal, settlement_.bobTotal, settlement_.expiry)
        );
    }

    function delegation(bytes32 id, address key) internal pure returns (bytes32) {
        return keccak256(abi.encode(DELEGATION_TYPE, id, key));
    }
}
