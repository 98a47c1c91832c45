// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev How a recipient of ether behaves.
enum Mood {
    Accept,
    Revert,
    BurnGas,
    Bomb, // returns as much as the gas allows
    RevertBomb,
    Hungry // stores more than the hub's gas for a push allows
}

/// @dev A side that is a contract.
contract Receiver {
    Mood public mood;
    uint256[] private _stored;

    function set(Mood mood_) external {
        mood = mood_;
    }

    receive() external payable {
        if (mood == Mood.Revert) revert("no");
        if (mood == Mood.BurnGas) while (true) {}
        if (mood == Mood.Bomb) _bomb(false);
        if (mood == Mood.RevertBomb) _bomb(true);
        if (mood == Mood.Hungry) {
            for (uint256 i = 0; i < 6; ++i) {
                _stored.push(i + 1);
            }
        }
    }

    function run(address target, uint256 value, bytes calldata data) external returns (bytes memory) {
        (bool ok, bytes memory result) = target.call{value: value}(data);
        if (!ok) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
        return result;
    }

    function _bomb(bool reverts) private pure {
        // about 90,000 gas of memory: fits the push, and would cost the hub as much again to copy
        assembly ("memory-safe") {
            if reverts { revert(0, 150000) }
            return(0, 150000)
        }
    }
}

/// @dev Makes one call to the hub whenever control reaches it, and keeps what became of it.
contract Intruder {
    address public immutable HUB;
    bytes public attempt;
    uint256 public attempts;
    bool public succeeded;
    bytes4 public failure;

    constructor(address hub) {
        HUB = hub;
        attempts = 1; // so that counting on costs little of the gas a push has
    }

    function set(bytes calldata data) external {
        attempt = data;
        attempts = 1;
        succeeded = false;
    }

    function onMove() external {
        _try();
    }

    receive() external payable {
        _try();
    }

    function _try() private {
        (bool ok, bytes memory result) = HUB.call(attempt);
        ++attempts;
        if (ok) succeeded = true;
        else failure = bytes4(result);
    }
}
