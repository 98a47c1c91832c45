// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    Claim,
    IChannelHub,
    Permit,
    Policy,
    Settlement,
    Side
} from "../../src/IChannelHub.sol";
import {AttackBase} from "./AttackBase.sol";

/// @dev Every call in which money moves, and so the hub calls somebody: all that pay in, then all that pay out.
enum Move {
    Open,
    OpenWithPermit,
    Deposit,
    DepositWithPermit,
    Settle,
    SettleTogether,
    Accept,
    ForfeitToAlice,
    ForfeitToBob,
    WithdrawByAlice,
    WithdrawByBob,
    CollectByAlice,
    CollectByBob
}

/// @dev Each move with the same numbers: alice puts 100 in and bob 50, she paid him 30, withdrawals are of 40.
abstract contract Payments is AttackBase {
    uint256 internal constant MOVES = 13;
    uint256 internal constant FIRST_PAYING_OUT = uint256(Move.Settle);
    uint256 internal constant FIRST_COLLECTING = uint256(Move.CollectByAlice);

    /// @dev A channel of its own where this move is the next call.
    function _prepare(Move move, uint64 salt) internal returns (ChannelKey memory key) {
        bool forfeits = move == Move.ForfeitToAlice || move == Move.ForfeitToBob;
        key = _keyIn(_token(), forfeits ? Policy.Forfeit : Policy.Refute);
        key.salt = salt;
        if (move == Move.Open || move == Move.OpenWithPermit) {
            _fund(key.token, alice, 100);
            return key;
        }
        _open(key, 100);
        if (move == Move.Deposit || move == Move.DepositWithPermit) {
            _fund(key.token, bob, 50);
            return key;
        }
        _deposit(key, Side.Bob, 50);
        if (move == Move.Settle || move == Move.Accept) _close(key, Side.Alice, 30, 0);
        if (move == Move.Settle) vm.roll(hub.channel(key).closesAt);
        if (move == Move.ForfeitToBob) _close(key, Side.Alice, 0, 0);
        if (move == Move.ForfeitToAlice) _close(key, Side.Bob, 0, 0);
        if (uint256(move) >= FIRST_COLLECTING) _holdPayout(key, move == Move.CollectByAlice ? alice : bob);
    }

    /// @dev The call that makes the move.
    function _call(Move move, ChannelKey memory key)
        internal
        view
        returns (address caller, uint256 value, bytes memory data)
    {
        caller = stranger;
        Permit memory permit;
        if (move == Move.Open) {
            return (alice, key.token == ETHER ? 100 : 0, abi.encodeCall(IChannelHub.open, (key, 100)));
        } else if (move == Move.OpenWithPermit) {
            return (alice, 0, abi.encodeCall(IChannelHub.openWithPermit, (key, 100, permit)));
        } else if (move == Move.Deposit) {
            data = abi.encodeCall(IChannelHub.deposit, (key, 0, Side.Bob, 50));
            return (bob, key.token == ETHER ? 50 : 0, data);
        } else if (move == Move.DepositWithPermit) {
            return (bob, 0, abi.encodeCall(IChannelHub.depositWithPermit, (key, 0, Side.Bob, 50, permit)));
        } else if (move == Move.Settle) {
            data = abi.encodeCall(IChannelHub.settle, (key, 0));
        } else if (move == Move.SettleTogether) {
            Settlement memory settlement = Settlement(30, 0, FOREVER);
            Auth[2] memory auths = _both(hub.settlementHash(key, 0, settlement));
            data = abi.encodeCall(IChannelHub.settleTogether, (key, 0, settlement, auths));
        } else if (move == Move.Accept) {
            return (bob, 0, abi.encodeCall(IChannelHub.accept, (key, 0, 30, 0)));
        } else if (move == Move.ForfeitToAlice || move == Move.ForfeitToBob) {
            Side liar = move == Move.ForfeitToAlice ? Side.Bob : Side.Alice;
            (Claim memory claim, Auth memory auth) = _claim(key, liar, 30);
            data = abi.encodeCall(IChannelHub.claim, (key, 0, claim, auth));
        } else if (move == Move.WithdrawByAlice || move == Move.WithdrawByBob) {
            Side side = move == Move.WithdrawByAlice ? Side.Alice : Side.Bob;
            Auth[2] memory auths = _both(hub.withdrawalHash(key, 0, side, 40, FOREVER));
            data = abi.encodeCall(IChannelHub.withdraw, (key, 0, side, 40, FOREVER, auths));
        } else {
            data = abi.encodeCall(IChannelHub.collect, (key.token, move == Move.CollectByAlice ? alice : bob));
        }
    }

    function _make(Move move, ChannelKey memory key, uint256 gasLimit)
        internal
        returns (bool ok, bytes memory)
    {
        (address caller, uint256 value, bytes memory data) = _call(move, key);
        vm.prank(caller);
        return address(hub).call{value: value, gas: gasLimit}(data);
    }

    /// @dev What the move pays each side; nothing if it pays in.
    function _payouts(Move move) internal pure returns (uint96 toAlice, uint96 toBob) {
        if (move == Move.Settle || move == Move.SettleTogether || move == Move.Accept) return (70, 80);
        if (move == Move.ForfeitToAlice) return (150, 0);
        if (move == Move.ForfeitToBob) return (0, 150);
        if (move == Move.WithdrawByAlice) return (40, 0);
        if (move == Move.WithdrawByBob) return (0, 40);
        if (move == Move.CollectByAlice) return (70, 0);
        if (move == Move.CollectByBob) return (0, 80);
    }

    /// @dev Settles so that the payout of `account` fails, and is held.
    function _holdPayout(ChannelKey memory key, address account) private {
        bytes memory code = account.code;
        if (key.token == ETHER) {
            vm.etch(account, hex"fe");
        } else {
            vm.mockCallRevert(key.token, abi.encodeWithSignature("transfer(address,uint256)", account), "");
        }
        _settleTogether(key, 30, 0);
        vm.clearMockedCalls();
        if (key.token == ETHER) vm.etch(account, code);
        assertEq(hub.owed(key.token, account), account == alice ? 70 : 80, "held");
    }
}
