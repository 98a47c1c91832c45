// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IHook} from "./HookedToken.sol";

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
        // about 57,000 gas of memory: fits the push, and would cost the hub more than that again to copy
        assembly ("memory-safe") {
            if reverts { revert(0, 150000) }
            return(0, 150000)
        }
    }
}

/// @dev Makes one call to the hub whenever control reaches it, and keeps any answer that is not the expected one. Where it
/// can keep nothing, because nothing may change there, it fails instead, so that the hub's own call fails.
contract Intruder is IHook {
    address public immutable HUB;
    bytes public surprise;
    bytes private _attempt;
    bytes32 private _expected;

    constructor(address hub) {
        HUB = hub;
    }

    function set(bytes calldata attempt, bool ok, bytes calldata result) external {
        _attempt = attempt;
        _expected = keccak256(abi.encode(ok, result));
    }

    /// @dev Does nothing until set again.
    function rest() external {
        delete _attempt;
    }

    function onToken() external {
        _try();
    }

    receive() external payable {
        _try();
    }

    /// @dev For itself.
    function keep(bytes calldata answer) external {
        surprise = answer;
    }

    function _try() private {
        if (_attempt.length == 0) return;
        (bool ok, bytes memory result) = HUB.call(_attempt);
        bytes memory answer = abi.encode(ok, result);
        if (keccak256(answer) != _expected) this.keep(answer);
    }
}

/// @dev Takes ether if it is given all the gas that a push has.
contract NeedsMostOfThePush {
    receive() external payable {
        require(gasleft() > 99_900, "starved");
    }
}

/// @dev A wallet contract that finds every signature good (ERC-1271).
contract YesWallet {
    function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
        return this.isValidSignature.selector;
    }
}
