// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, ChannelState, Phase} from "../../src/IChannelHub.sol";
import {Base} from "../utils/Base.sol";
import {Handler} from "./Handler.sol";

/// @dev What holds after any sequence of actions:
/// 1. The hub holds, per token, exactly what open and closing channels are owed and what waits to be collected.
/// 2. What came in and did not go out is still there.
/// 3. The balances of a channel add up to its deposits less its withdrawals.
/// 4. The hub's deposits and withdrawals are those of the books.
/// 5. A period once fixed does not move.
/// 6. A settled channel has nothing left, and its id stays settled until the key has another.
contract ConservationTest is Base {
    Handler private _handler;

    function setUp() public override {
        super.setUp();
        _handler = new Handler(hub);
        targetContract(address(_handler));
    }

    function invariant_the_hub_holds_exactly_what_it_owes() public view {
        _assertHolds(ETHER);
        _assertHolds(address(_handler.THD()));
    }

    function invariant_channels_agree_with_the_books() public view {
        for (uint256 i = 0; i < _handler.CHANNELS(); ++i) {
            ChannelKey memory key = _handler.key(i);
            ChannelState memory state = hub.channel(key);
            (uint96 a, uint96 b) = hub.balances(key);
            assertEq(uint256(a) + b, _handler.put(i) - _handler.taken(i), "balances are the pot");
            assertEq(uint256(state.aliceDeposit) + state.bobDeposit, _handler.put(i), "deposits");
            assertEq(uint256(state.aliceWithdrawn) + state.bobWithdrawn, _handler.taken(i), "withdrawals");
            assertEq(state.closesAt, _handler.closesAt(i), "the period");
            assertEq(state.closesAt != 0, state.phase == Phase.Closing, "closing has an end");
            assertEq(_handler.settled(hub.channelId(key)), state.phase == Phase.Settled, "settled for good");
        }
    }

    function _assertHolds(address token) private view {
        uint256 channels;
        for (uint256 i = 0; i < _handler.CHANNELS(); ++i) {
            if (_handler.key(i).token != token) continue;
            (uint96 a, uint96 b) = hub.balances(_handler.key(i));
            channels += uint256(a) + b;
        }
        uint256 held = hub.owed(token, _handler.ALICE()) + hub.owed(token, address(_handler.BOB()));
        uint256 balance = _balance(token, address(hub));
        assertEq(balance, channels + held, "owed");
        assertEq(balance, _handler.deposited(token) - _handler.paidOut(token) + held, "in less out");
    }
}
