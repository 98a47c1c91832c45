// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Permit} from "../IChannelHub.sol";
import {IMeteredSessions} from "../IMeteredSessions.sol";
import {Lock} from "./Lock.sol";
import {Transfers} from "./Transfers.sol";

/// @title Money in, money out, and what could not be paid
/// @notice Exactly as the hub does it, by the same libraries: money comes from the caller alone; a payout is pushed with a
/// fixed amount of gas, and one that fails is held for `collect` and delays nobody. The hub has its own copy because its
/// code, and with it its address on every chain, is settled.
abstract contract Purse is IMeteredSessions, Lock {
    mapping(address token => mapping(address account => uint256 amount)) private _owed;

    /// @inheritdoc IMeteredSessions
    function collect(address token, address account) external whenHome leaving returns (uint256 amount) {
        amount = _owed[token][account];
        if (amount == 0) revert NothingOwed();
        delete _owed[token][account];
        emit Collected(token, account, amount);
        if (token != address(0)) {
            Transfers.push(token, account, amount);
        } else if (!Transfers.sendEther(account, amount, gasleft())) {
            revert EtherTransferFailed();
        }
    }

    /// @inheritdoc IMeteredSessions
    function owed(address token, address account) external view whenHome returns (uint256) {
        return _owed[token][account];
    }

    /// @notice For the contract's own use: a transfer that fails any part of its test is undone as a whole here, and the
    /// contract goes on and holds the amount.
    function pushToken(address token, address to, uint256 amount) external {
        if (msg.sender != address(this)) revert OnlySelf();
        Transfers.push(token, to, amount);
    }

    function _tryPermit(address token, uint256 amount, Permit calldata permit) internal leaving {
        if (token == address(0)) return;
        Transfers.tryPermit(token, msg.sender, amount, permit.deadline, permit.v, permit.r, permit.s);
    }

    function _take(address token, uint256 amount) internal {
        if (token == address(0)) {
            if (msg.value != amount) revert AmountMismatch();
        } else {
            if (msg.value != 0) revert AmountMismatch();
            _pull(token, amount);
        }
    }

    function _payOut(address token, address client, uint256 refund, address provider, uint256 paid)
        internal
        leaving
    {
        _push(token, client, refund);
        _push(token, provider, paid);
    }

    function _pull(address token, uint256 amount) private leaving {
        Transfers.pull(token, msg.sender, amount);
    }

    // A payout that fails is held for the account, and everything else goes on.
    function _push(address token, address account, uint256 amount) private {
        if (amount == 0) return;
        bool paid = token == address(0)
            ? Transfers.tryPushEther(account, amount)
            : Transfers.tryCallSelf(abi.encodeCall(this.pushToken, (token, account, amount)));
        if (!paid) {
            _owed[token][account] += amount;
            emit PayoutHeld(token, account, amount);
        }
    }
}
