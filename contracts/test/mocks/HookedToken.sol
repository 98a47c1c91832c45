// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Where the token hands control on when the hub calls it.
enum Hook {
    Permit,
    TransferFrom,
    Transfer,
    BalanceOf
}

interface IHook {
    /// @dev From `BalanceOf` it is called so that it can change nothing.
    function onToken() external;
}

/// @dev An honest ERC-20 token that calls whom it was told while the hub is waiting for it, like an ERC-777 token, and
/// that may need much gas to be honest.
contract HookedToken {
    address private immutable _HUB;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => uint256) private _balances;
    mapping(Hook => address) private _hooks;
    uint256 private _gasNeeded;

    constructor(address hub) {
        _HUB = hub;
        _balances[msg.sender] = type(uint128).max;
    }

    function setHook(Hook hook, address called) external {
        _hooks[hook] = called;
    }

    /// @dev A transfer with less gas left fails.
    function setGasNeeded(uint256 gasNeeded) external {
        _gasNeeded = gasNeeded;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function permit(address, address, uint256, uint256, uint8, bytes32, bytes32) external {
        _callHook(Hook.Permit);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
        _callHook(Hook.TransferFrom);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        require(gasleft() > _gasNeeded, "starved");
        _move(msg.sender, to, amount);
        _callHook(Hook.Transfer);
        return true;
    }

    function balanceOf(address account) external view returns (uint256) {
        address hook = _hooks[Hook.BalanceOf];
        if (msg.sender == _HUB && hook != address(0)) {
            (bool ok,) = hook.staticcall(abi.encodeCall(IHook.onToken, ()));
            require(ok, "the hook reverted");
        }
        return _balances[account];
    }

    function _move(address from, address to, uint256 amount) private {
        _balances[from] -= amount;
        _balances[to] += amount;
    }

    function _callHook(Hook hook) private {
        if (msg.sender == _HUB && _hooks[hook] != address(0)) IHook(_hooks[hook]).onToken();
    }
}
