// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Phase, Side} from "../IChannelHub.sol";

/// @dev What a channel's first slot says. It is there from the first opening on: a settled key keeps its epoch, so
/// opening it again updates a slot instead of making one.
struct Life {
    Phase phase; // bit 0, of 8
    uint32 epoch; // bit 8, of 24
    Side closer; // bit 32, of 8
    bool hasWithdrawals; // bit 40, of 8: whether there is anything to read in the third slot
    uint96 aliceDeposit; // bit 48
    uint96 bobDeposit; // bit 144
}

/// @dev The second slot, from close to settlement: all that showing a claim needs to know.
struct Totals {
    uint96 alice; // bit 0: alice has paid bob
    uint96 bob; // bit 96: bob has paid alice
    uint32 epoch; // bit 192, of 24
    uint64 closesAt; // bit 216, of 40; zero: not closing
}

/// @title Slots as words
/// @notice Solidity writes a packed struct to storage field by field, reading and writing the slot for each. Whoever
/// knows the whole word writes it once.
/// @dev Reading casts a shifted word down on purpose: the cast cuts the fields above off.
library Slots {
    /// @dev The last epoch of a key; 24 bits.
    uint32 internal constant LAST_EPOCH = type(uint24).max;

    /// @dev The last moment that `closesAt` can hold; 40 bits, 34,000 years of seconds.
    uint256 internal constant LAST_MOMENT = type(uint40).max;

    function pack(Life memory life) internal pure returns (uint256 word) {
        word = uint256(life.phase) | (uint256(life.epoch) << 8) | (uint256(life.closer) << 32);
        if (life.hasWithdrawals) word |= 1 << 40;
        word |= (uint256(life.aliceDeposit) << 48) | (uint256(life.bobDeposit) << 144);
    }

    function pack(Totals memory totals) internal pure returns (uint256) {
        return uint256(totals.alice) | (uint256(totals.bob) << 96) | (uint256(totals.epoch) << 192)
            | (uint256(totals.closesAt) << 216);
    }

    // forge-lint: disable-start(unsafe-typecast)

    function unpackLife(uint256 word) internal pure returns (Life memory life) {
        life.phase = Phase(uint8(word));
        life.epoch = uint24(word >> 8);
        life.closer = Side(uint8(word >> 32));
        life.hasWithdrawals = uint8(word >> 40) != 0;
        life.aliceDeposit = uint96(word >> 48);
        life.bobDeposit = uint96(word >> 144);
    }

    function unpackTotals(uint256 word) internal pure returns (Totals memory totals) {
        totals.alice = uint96(word);
        totals.bob = uint96(word >> 96);
        totals.epoch = uint24(word >> 192);
        totals.closesAt = uint40(word >> 216);
    }

    // forge-lint: disable-end(unsafe-typecast)
}
