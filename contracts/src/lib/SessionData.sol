// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SessionKey, SessionSettlement} from "../IMeteredSessions.sol";

/// @title Ids and EIP-712 struct hashes of sessions
/// @notice Each statement has a type of its own, so none can pass for another. Which side a `Count` is of, its signer
/// says: the two signers of a session differ.
library SessionData {
    bytes32 internal constant COUNT_TYPE =
        keccak256("Count(bytes32 session,uint64 count,bytes32 acknowledged)");
    bytes32 internal constant ACCEPTANCE_TYPE =
        keccak256("Acceptance(bytes32 session,uint96 deposit,uint64 expiry)");
    bytes32 internal constant SETTLEMENT_TYPE =
        keccak256("SessionSettlement(bytes32 session,uint96 charged,uint96 paid,uint64 expiry)");

    /// @notice `keccak256(abi.encode(key))` and `keccak256(abi.encode(key, epoch))`, from one copy of the key.
    /// @dev The copy is the ABI encoding where every field fits its type. Elsewhere the hash is that of no encodable
    /// key, and no life can be found under it, because `propose` and `open` read every field, which reverts where one does
    /// not fit.
    /// @return keyHash Where the contract stores the key's lives.
    /// @return id The session's id in one life of its key.
    function hashes(SessionKey calldata key, uint32 epoch)
        internal
        pure
        returns (bytes32 keyHash, bytes32 id)
    {
        // Writes behind the free memory pointer only, and leaves nothing there that is used later.
        assembly ("memory-safe") {
            let copy := mload(0x40)
            calldatacopy(copy, key, 0x160)
            keyHash := keccak256(copy, 0x160)
            mstore(add(copy, 0x160), epoch)
            id := keccak256(copy, 0x180)
        }
    }

    function count(bytes32 id, uint64 count_, bytes32 acknowledged) internal pure returns (bytes32) {
        return keccak256(abi.encode(COUNT_TYPE, id, count_, acknowledged));
    }

    function acceptance(bytes32 id, uint96 deposit, uint64 expiry) internal pure returns (bytes32) {
        return keccak256(abi.encode(ACCEPTANCE_TYPE, id, deposit, expiry));
    }

    function settlement(bytes32 id, SessionSettlement calldata settlement_) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(SETTLEMENT_TYPE, id, settlement_.charged, settlement_.paid, settlement_.expiry)
            );
    }
}
