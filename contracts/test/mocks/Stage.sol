// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, ChannelState, IChannelHub} from "../../src/IChannelHub.sol";

/// @dev How an account of a play takes money.
enum Mood {
    Accept,
    Revert,
    BurnGas,
    // Only tokens can do these.
    ReturnNothing, // and move: honest, the hub must take it
    ReturnFalse,
    ReturnFalseButMove,
    MoveNothing,
    MoveLess,
    MoveMore
}

/// @dev One call by one of the accounts.
struct Turn {
    address by;
    address to;
    uint256 value;
    bytes data;
}

/// @dev What can be seen of a channel and of the accounts around it.
struct Scene {
    ChannelState channel;
    uint96[2] balances;
    bytes32 id;
    uint256[3] ether_;
    uint256[3] tokens;
    uint256[3] owed;
}

/// @dev Has many accounts make one call each in a single transaction, and looks at many channels in a single call. So
/// thousands of plays, which know nothing of each other, advance by one call in each block.
contract Stage {
    /// @dev Follows on what the call itself logged.
    event Played(bool ok, bytes result);

    /// @dev More than any call to the hub needs, with two full pushes.
    uint256 private constant GAS = 1_500_000;

    /// @dev Accounts that share the ether sent along equally.
    function gather(bytes32[] calldata salts) external payable {
        for (uint256 i = 0; i < salts.length; ++i) {
            new Actor{salt: salts[i], value: msg.value / salts.length}();
        }
    }

    function play(Turn[] calldata turns) external {
        for (uint256 i = 0; i < turns.length; ++i) {
            Turn calldata turn = turns[i];
            try Actor(payable(turn.by)).run{gas: GAS}(turn.to, turn.value, turn.data) returns (
                bool ok, bytes memory result
            ) {
                emit Played(ok, result);
            } catch {
                revert("too little gas");
            }
        }
    }

    function look(IChannelHub hub, ChannelKey[] calldata keys, address[3][] calldata accounts)
        external
        view
        returns (Scene[] memory scenes)
    {
        scenes = new Scene[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            Scene memory scene = scenes[i];
            scene.channel = hub.channel(keys[i]);
            (scene.balances[0], scene.balances[1]) = hub.balances(keys[i]);
            scene.id = hub.channelId(keys[i]);
            address token = keys[i].token;
            for (uint256 j = 0; j < 3; ++j) {
                address who = accounts[i][j];
                scene.ether_[j] = who.balance;
                if (token != address(0)) scene.tokens[j] = MoodyToken(token).balanceOf(who);
                scene.owed[j] = hub.owed(token, who);
            }
        }
    }
}

/// @dev An account of a play: calls what the stage says, and takes ether as its mood allows.
contract Actor {
    address private immutable _STAGE = msg.sender;
    Mood private _mood;

    constructor() payable {}

    function run(address to, uint256 value, bytes calldata data)
        external
        returns (bool ok, bytes memory result)
    {
        require(msg.sender == _STAGE, "only the stage");
        (ok, result) = to.call{value: value}(data);
    }

    /// @dev For the account itself.
    function set(Mood mood) external {
        require(msg.sender == address(this), "only itself");
        _mood = mood;
    }

    receive() external payable {
        if (_mood == Mood.Revert) revert("no");
        if (_mood == Mood.BurnGas) while (true) {}
    }
}

/// @dev An ERC-20 token that obeys each account until that account says otherwise, separately for what it pays into
/// the hub and what the hub pays it. It has a permit that works if it says so.
contract MoodyToken {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => Mood) private _moodIn;
    mapping(address => Mood) private _moodOut;

    function mint(address[] calldata accounts, uint256 each) external {
        for (uint256 i = 0; i < accounts.length; ++i) {
            balanceOf[accounts[i]] += each;
        }
    }

    function set(Mood in_, Mood out) external {
        _moodIn[msg.sender] = in_;
        _moodOut[msg.sender] = out;
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    /// @dev The deadline of zero stands for every way in which a permit can be bad.
    function permit(address owner, address spender, uint256 amount, uint256 deadline, uint8, bytes32, bytes32)
        external
    {
        require(deadline != 0, "a bad permit");
        allowance[owner][spender] = amount;
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _move(_moodIn[from], from, to, amount);
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(_moodOut[to], msg.sender, to, amount);
    }

    function _move(Mood mood, address from, address to, uint256 amount) private returns (bool) {
        if (mood == Mood.Revert) revert("no");
        if (mood == Mood.BurnGas) while (true) {}
        if (mood == Mood.ReturnFalse) return false;
        if (mood == Mood.MoveNothing) return true;
        if (mood == Mood.MoveLess) amount -= 1;
        balanceOf[from] -= mood == Mood.MoveMore ? amount + 1 : amount;
        balanceOf[to] += amount;
        if (mood == Mood.ReturnFalseButMove) return false;
        if (mood == Mood.ReturnNothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return true;
    }
}
