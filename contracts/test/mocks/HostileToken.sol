// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev How a transfer misbehaves.
enum Trick {
    None,
    ReturnNothing, // like USDT: honest, and the hub must take it
    Revert,
    ReturnFalse,
    ReturnFalseButMove,
    ReturnOneByte,
    ReturnTwo,
    MoveNothing,
    MoveLess,
    MoveMore, // a fee on top of the amount, from the sender
    BurnGas,
    Bomb // returns as much as the gas allows
}

/// @dev An ERC-20 token that obeys until told otherwise, separately for `transferFrom` (into the hub) and `transfer`
/// (out of it).
contract HostileToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    Trick public tricksIn;
    Trick public tricksOut;
    address public victim; // tricks out play only with transfers to it; zero: with all from the hub
    address public hub;

    constructor(address hub_) {
        hub = hub_;
        balanceOf[msg.sender] = type(uint128).max;
    }

    function setTricks(Trick in_, Trick out) external {
        tricksIn = in_;
        tricksOut = out;
    }

    function setVictim(address victim_) external {
        victim = victim_;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _play(tricksIn, from, to, amount);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        bool plays = msg.sender == hub && (victim == address(0) || victim == to);
        return _play(plays ? tricksOut : Trick.None, msg.sender, to, amount);
    }

    function _play(Trick trick, address from, address to, uint256 amount) private returns (bool) {
        if (trick == Trick.Revert) revert("no");
        if (trick == Trick.ReturnFalse) return false;
        if (trick == Trick.MoveNothing) return true;
        if (trick == Trick.BurnGas) while (true) {}
        if (trick == Trick.MoveLess) amount -= 1;
        balanceOf[from] -= trick == Trick.MoveMore ? amount + 1 : amount;
        balanceOf[to] += amount;
        if (trick == Trick.ReturnFalseButMove) return false;
        if (trick == Trick.ReturnNothing) _return(0, 0);
        if (trick == Trick.ReturnOneByte) _return(1, 1);
        if (trick == Trick.ReturnTwo) _return(2, 32);
        if (trick == Trick.Bomb) _return(1, 1_000_000);
        return true;
    }

    function _return(uint256 word, uint256 length) private pure {
        assembly ("memory-safe") {
            let at := mload(0x40)
            mstore(at, word)
            return(at, length)
        }
    }
}
