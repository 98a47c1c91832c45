// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SessionState} from "../../src/IMeteredSessions.sol";
import {Test} from "../utils/Base.sol";
import {SessionHandler} from "./SessionHandler.sol";

/// @dev M1 to M9 after any sequence of actions, M11 at its end. SECURITY.md says what they are.
contract SessionInvariantsTest is Test {
    SessionHandler private _handler;
    address[2] private _tokens;

    function setUp() public {
        _handler = new SessionHandler();
        _tokens = [address(0), _handler.token()];
        bytes4[] memory actions = new bytes4[](12);
        actions[0] = SessionHandler.propose.selector;
        actions[1] = SessionHandler.open.selector;
        actions[2] = SessionHandler.accept.selector;
        actions[3] = SessionHandler.giveBack.selector;
        actions[4] = SessionHandler.topUp.selector;
        actions[5] = SessionHandler.close.selector;
        actions[6] = SessionHandler.show.selector;
        actions[7] = SessionHandler.settle.selector;
        actions[8] = SessionHandler.settleTogether.selector;
        actions[9] = SessionHandler.setLimit.selector;
        actions[10] = SessionHandler.changeMind.selector;
        actions[11] = SessionHandler.wait.selector;
        targetContract(address(_handler));
        targetSelector(FuzzSelector(address(_handler), actions));
        targetSelector(FuzzSelector(address(_handler), _one(SessionHandler.collect.selector)));
    }

    function invariant_M01_to_M09() public view {
        _M01_the_contract_holds_what_it_owes_and_what_is_burnt();
        _M02_everybody_has_what_the_rule_gives_them();
        _M05_to_M08_sessions_are_what_the_books_say();
        _M09_the_limit_counts_what_is_active();
    }

    function afterInvariant() public {
        _handler.endEverything();
        for (uint256 i = 0; i < 2; ++i) {
            address token = _tokens[i];
            assertEq(_handler.contractHolds(token), _handler.burnt(token), "M11: what is left is burnt");
        }
        _M02_everybody_has_what_the_rule_gives_them();
    }

    function _M01_the_contract_holds_what_it_owes_and_what_is_burnt() private view {
        for (uint256 i = 0; i < 2; ++i) {
            address token = _tokens[i];
            uint256 held =
                _handler.held(token, _handler.clients(0)) + _handler.held(token, _handler.clients(1));
            assertEq(
                _handler.contractHolds(token),
                _handler.live(token) + held + _handler.burnt(token),
                "M1: deposits, held and burnt"
            );
        }
    }

    function _M02_everybody_has_what_the_rule_gives_them() private view {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < 4; ++j) {
                address who = j < 2 ? _handler.clients(j) : _handler.providers(j - 2);
                address token = _tokens[i];
                assertEq(_handler.inHand(token, who), _handler.due(token, who), "M2: in hand");
                assertEq(_handler.contractOwes(token, who), _handler.held(token, who), "M10: held");
            }
        }
    }

    function _M05_to_M08_sessions_are_what_the_books_say() private view {
        for (uint256 i = 0; i < _handler.KEYS(); ++i) {
            (SessionState memory state, SessionHandler.Book memory book) = _handler.both(i);
            assertEq(uint8(state.phase), uint8(book.phase), "phase");
            assertEq(state.epoch, book.epoch, "M7: epoch");
            assertEq(state.deposit, book.deposit, "M8: deposit");
            assertEq(state.acceptBy, book.acceptBy, "acceptBy");
            assertEq(state.clientCount, book.clientCount, "M5: the client's highest count");
            assertEq(state.providerCount, book.providerCount, "M5: the provider's highest count");
            assertEq(state.closesAt, book.closesAt, "M6: the end of the period");
        }
    }

    function _M09_the_limit_counts_what_is_active() private view {
        for (uint256 i = 0; i < 2; ++i) {
            address who = _handler.providers(i);
            (uint32 active, uint32 limit) = _handler.capacityOf(who);
            assertEq(active, _handler.activeOf(who), "M9: active");
            assertEq(limit, _handler.limits(who), "M9: limit");
        }
    }

    /// @dev The same actions in a fixed random order: everything that can happen does.
    function test_the_handler_reaches_everything() public {
        for (uint256 i = 0; i < 3000; ++i) {
            uint256 draw = uint256(keccak256(abi.encode("sessions", i)));
            uint64 a = uint64(draw >> 64);
            uint64 b = uint64(draw >> 128);
            uint256 seed = draw >> 192;
            uint256 which = draw % 14;
            if (which == 0) _handler.propose(seed, uint96(a), b);
            else if (which == 1) _handler.open(seed, uint96(a));
            else if (which == 2) _handler.accept(seed);
            else if (which == 3) _handler.giveBack(seed);
            else if (which == 4) _handler.topUp(seed, uint96(a));
            else if (which == 5) _handler.close(seed, a, b, seed % 2 == 0);
            else if (which == 6 || which == 7) _handler.show(seed, a, b);
            else if (which == 8 || which == 9) _handler.settle(seed);
            else if (which == 10 && seed % 4 == 0) _handler.settleTogether(seed, uint96(a), uint96(b));
            else if (which == 11 && seed % 4 == 0) _handler.setLimit(seed, uint32(a));
            else if (which == 12) _handler.changeMind(seed % 2 == 0);
            else if (which == 13) _handler.wait(uint8(a));
            else _handler.collect();
            if (i % 64 == 0) invariant_M01_to_M09();
        }
        afterInvariant();
        bytes32[16] memory outcomes = [
            bytes32("propose"),
            "open",
            "open beyond the limit",
            "accept",
            "accept beyond the limit",
            "withdraw",
            "decline",
            "top up",
            "close",
            "show",
            "nothing higher",
            "settle",
            "burnt",
            "settle together",
            "held",
            "collect"
        ];
        for (uint256 i = 0; i < outcomes.length; ++i) {
            assertGe(_handler.reached(outcomes[i]), 3, string(abi.encodePacked(outcomes[i])));
        }
    }

    function _one(bytes4 selector) private pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](1);
        selectors[0] = selector;
    }
}
