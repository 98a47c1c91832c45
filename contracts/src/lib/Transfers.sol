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

    /// @notice Call with exactly `gasLimit` gas, whatever the caller of the hub chose to send.
    /// @dev Reverts where the rule that a call keeps a 64th of the gas back would leave the callee less: otherwise
    /// somebody could starve a payout on purpose and have it held.
    function callWithExactGas(address to, uint256 value, uint256 gasLimit, bytes memory data)
        internal
        returns (bool ok)
    {
        // gas to forward = what is left − 1/64 of it, and 1/63 of what arrives is 1/64 of what is left
        if (gasleft() < CALL_OVERHEAD + gasLimit + gasLimit / 63 + 1) revert IChannelHub.NotEnoughGas();
        return callIgnoringResult(to, value, gasLimit, data);
    }

    /// @notice Call and look at success alone. However much the callee returns, none of it is copied, so it cannot
    /// cost the hub more than the gas forwarded.
    function callIgnoringResult(address to, uint256 value, uint256 gasLimit, bytes memory data)
        internal
        returns (bool ok)
    {
        // Solidity's own call copies all returndata into memory. This reads `data` and writes no memory.
        assembly ("memory-safe") {
            ok := call(gasLimit, to, value, add(data, 0x20), mload(data), 0, 0)
        }
    }

    function _callToken(address token, bytes memory data) private {
        // An address without code cannot get here: reading its balance has reverted.
        (bool ok, bytes memory result) = token.call(data);
        if (!ok || (result.length != 0 && !_isTrue(result))) revert IChannelHub.TokenTransferFailed();
    }

    function _isTrue(bytes memory result) private pure returns (bool) {
        return result.length >= 32 && abi.decode(result, (uint256)) == 1;
    }
}
