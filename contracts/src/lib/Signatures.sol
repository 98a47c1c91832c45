// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../IChannelHub.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Compact ECDSA signatures (EIP-2098)
/// @notice One form only, low s only, and never the zero address. Whether the signer's address has code makes no
/// difference: its key signs, also for an account that delegated to a contract (EIP-7702).
library Signatures {
    /// @return signer Whose key signed `digest`.
    function recover(bytes32 digest, bytes32 r, bytes32 vs) internal pure returns (address signer) {
        ECDSA.RecoverError fault;
        // The third value only says more about a fault, and every fault is refused alike.
        // slither-disable-next-line unused-return
        (signer, fault,) = ECDSA.tryRecover(digest, r, vs);
        if (fault != ECDSA.RecoverError.NoError) revert IChannelHub.BadSignature();
    }
}
