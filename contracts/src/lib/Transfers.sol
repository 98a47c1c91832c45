// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../IChannelHub.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title Moving tokens and ether, exactly or not at all
/// @notice One test for tokens in both directions: the call does not revert, it returns nothing or true, and the
/// hub's balance moves by exactly the amount.
library Transfers {
    /// @dev Gas for one push of tokens, with the balance reads around it. Several times what an ERC-20 transfer
    /// to a new holder costs, so that it still suffices when writing state is repriced.
    uint256 internal constant TOKEN_GAS = 300_000;

    /// @dev Gas for one push of ether: enough for a wallet contract that logs and stores, too little to hold up
    /// the other side.
    uint256 internal constant ETHER_GAS = 100_000;

    /// @dev What a call costs its caller before any gas is forwarded, at most: a cold account (2,600), a value
    /// transfer (9,000), a new account (25,000), and a little for the instructions around it.
    uint256 internal constant CALL_OVERHEAD = 40_000;

    /// @notice Take `amount` of a token from `from`, which has approved it.
    function pull(address token, address from, uint256 amount) internal {
        uint256 before = IERC20(token).balanceOf(address(this));
        _callToken(token, abi.encodeCall(IERC20.transferFrom, (from, address(this), amount)));
        if (IERC20(token).balanceOf(address(this)) != before + amount) {
            revert IChannelHub.TokenTransferFailed();
        }
    }

    /// @notice Send `amount` of a token to `to`.
    function push(address token, address to, uint256 amount) internal {
        uint256 before = IERC20(token).balanceOf(address(this));
        _callToken(token, abi.encodeCall(IERC20.transfer, (to, amount)));
        if (IERC20(token).balanceOf(address(this)) + amount != before) {
            revert IChannelHub.TokenTransferFailed();
        }
    }

    /// @notice Use the caller's permit. It may fail, say because it was used already: the allowance decides later.
    function tryPermit(
        address token,
        address owner,
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) internal {
        try IERC20Permit(token).permit(owner, address(this), amount, deadline, v, r, s) {} catch {}
    }

    /// @notice Send ether with exactly `ETHER_GAS`, whatever the caller of the hub chose to send.
    /// @return ok Whether the account took it.
    function tryPushEther(address to, uint256 amount) internal returns (bool ok) {
        _requireGas(ETHER_GAS);
        return sendEther(to, amount, ETHER_GAS);
    }

    /// @notice Call the hub itself with exactly `TOKEN_GAS`.
    /// @return ok Whether that call went through.
    function tryCallSelf(bytes memory data) internal returns (bool ok) {
        _requireGas(TOKEN_GAS);
        uint256 gasLimit = TOKEN_GAS;
        // Reads `data` and writes no memory. Solidity's own call would copy what the token reverted with.
        assembly ("memory-safe") {
            ok := call(gasLimit, address(), 0, add(data, 0x20), mload(data), 0, 0)
        }
    }

    /// @notice Send ether and look at success alone. However much the callee returns, none of it is copied, so it
    /// cannot cost the hub more than the gas forwarded. Solidity's own call copies all of it into memory.
    function sendEther(address to, uint256 amount, uint256 gasLimit) internal returns (bool ok) {
        assembly ("memory-safe") {
            ok := call(gasLimit, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev Reverts where the rule that a call keeps a 64th of the gas back would leave the callee less than its limit:
    /// otherwise somebody could starve a payout on purpose and have it held.
    function _requireGas(uint256 gasLimit) private view {
        // gas to forward = what is left − 1/64 of it, and 1/63 of what arrives is 1/64 of what is left
        if (gasleft() < CALL_OVERHEAD + gasLimit + gasLimit / 63 + 1) revert IChannelHub.NotEnoughGas();
    }

    // An address without code cannot get here: reading its balance has reverted.
    function _callToken(address token, bytes memory data) private {
        bool ok;
        // Solidity's own call copies all returndata into memory; this copies one word, into scratch space. The token
        // must return nothing, or a word that is true and whatever it likes behind that.
        assembly ("memory-safe") {
            ok := call(gas(), token, 0, add(data, 0x20), mload(data), 0, 0x20)
            switch returndatasize()
            case 0 {}
            default { ok := and(ok, and(gt(returndatasize(), 0x1f), eq(mload(0), 1))) }
        }
        if (!ok) revert IChannelHub.TokenTransferFailed();
    }
}
