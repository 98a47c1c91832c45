// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IMeteredSessions, SessionKey, SessionState} from "../../src/IMeteredSessions.sol";
import {MoodyToken, Stage} from "./Stage.sol";

/// @dev What can be seen of a session and of the accounts around it.
struct SessionScene {
    SessionState session;
    uint32[2] capacity;
    bytes32 id;
    uint256[3] ether_;
    uint256[3] tokens;
    uint256[3] owed;
}

/// @dev The stage for plays about sessions.
contract SessionStage is Stage {
    function lookAtSessions(
        IMeteredSessions sessions,
        SessionKey[] calldata keys,
        address[3][] calldata accounts
    ) external view returns (SessionScene[] memory scenes) {
        scenes = new SessionScene[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            SessionScene memory scene = scenes[i];
            scene.session = sessions.session(keys[i]);
            (scene.capacity[0], scene.capacity[1]) = sessions.capacity(keys[i].provider);
            scene.id = sessions.sessionId(keys[i]);
            address token = keys[i].token;
            for (uint256 j = 0; j < 3; ++j) {
                address who = accounts[i][j];
                scene.ether_[j] = who.balance;
                if (token != address(0)) scene.tokens[j] = MoodyToken(token).balanceOf(who);
                scene.owed[j] = sessions.owed(token, who);
            }
        }
    }
}
