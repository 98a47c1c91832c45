// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Phase, Side} from "../IChannelHub.sol";

/// @dev What a channel's first slot says, as the word that is stored. It is there from the first opening on: a
/// settled key keeps its epoch, so opening it again updates a slot instead of making one.
///
///     bits    0…7  phase
///             8…31 epoch
///            32…39 closer, while Closing
///            40…47 1 if there is anything to read in the third slot
///           48…143 alice's deposit
///          144…239 bob's deposit
type Life is uint256;

/// @dev The second slot, from close to settlement: all that showing a claim needs to know. Zero when not closing.
///
///     bits   0…95  what alice has paid bob
///           96…191 what bob has paid alice
///          192…215 epoch
///          216…255 the first moment at which the channel can be settled
type Totals is uint256;

using Lives for Life global;
using Closings for Totals global;

/// @title The first slot
/// @notice Words instead of structs: Solidity would read and write a packed struct field by field, or spread it over
/// memory first.
/// @dev Reading casts a shifted word down on purpose: the cast cuts off the fields above.
library Lives {
    /// @dev The last epoch of a key; 24 bits.
    uint32 internal constant LAST_EPOCH = type(uint24).max;

    uint256 private constant _EPOCH = 8;
    uint256 private constant _CLOSER = 32;
    uint256 private constant _WITHDRAWALS_FLAG = 2 ** 40;
    uint256 private constant _ALICE = 48;
    uint256 private constant _BOB = 144;
    uint256 private constant _PHASE_MASK = 0xff;

    /// @param epoch_ At most `LAST_EPOCH`.
    function opened(uint32 epoch_, uint96 aliceDeposit_) internal pure returns (Life) {
        return
            Life.wrap(uint256(Phase.Open) | (uint256(epoch_) << _EPOCH) | (uint256(aliceDeposit_) << _ALICE));
    }

    /// @dev The caller has seen that both deposits still fit 96 bits together, so no field spills into the next.
    function plusDeposit(Life life, Side side, uint96 amount) internal pure returns (Life) {
        return Life.wrap(Life.unwrap(life) + (uint256(amount) << (side == Side.Alice ? _ALICE : _BOB)));
    }

    function withWithdrawals(Life life) internal pure returns (Life) {
        return Life.wrap(Life.unwrap(life) | _WITHDRAWALS_FLAG);
    }

    function closing(Life life, Side closer_) internal pure returns (Life) {
        return Life.wrap(
            (Life.unwrap(life) & ~_PHASE_MASK) | uint256(Phase.Closing) | (uint256(closer_) << _CLOSER)
        );
    }

    /// @dev Only the phase and the epoch remain.
    function settled(Life life) internal pure returns (Life) {
        return Life.wrap(uint256(Phase.Settled) | (uint256(life.epoch()) << _EPOCH));
    }

    // forge-lint: disable-start(unsafe-typecast)

    function phase(Life life) internal pure returns (Phase) {
        return Phase(uint8(Life.unwrap(life)));
    }

    function epoch(Life life) internal pure returns (uint32) {
        return uint24(Life.unwrap(life) >> _EPOCH);
    }

    function closer(Life life) internal pure returns (Side) {
        return Side(uint8(Life.unwrap(life) >> _CLOSER));
    }

    function hasWithdrawals(Life life) internal pure returns (bool) {
        return Life.unwrap(life) & _WITHDRAWALS_FLAG != 0;
    }

    function aliceDeposit(Life life) internal pure returns (uint96) {
        return uint96(Life.unwrap(life) >> _ALICE);
    }

    function bobDeposit(Life life) internal pure returns (uint96) {
        return uint96(Life.unwrap(life) >> _BOB);
    }

    // forge-lint: disable-end(unsafe-typecast)
}

/// @title The second slot
library Closings {
    /// @dev The last moment that `closesAt` can hold; 40 bits, 34,000 years of seconds.
    uint256 internal constant LAST_MOMENT = type(uint40).max;

    uint256 private constant _BOB = 96;
    uint256 private constant _EPOCH = 192;
    uint256 private constant _CLOSES_AT = 216;
    uint256 private constant _TOTAL_MASK = type(uint96).max;

    /// @param epoch_ At most `Lives.LAST_EPOCH`.
    /// @param closesAt_ At most `LAST_MOMENT`.
    function pack(uint96 alice_, uint96 bob_, uint32 epoch_, uint64 closesAt_)
        internal
        pure
        returns (Totals)
    {
        return Totals.wrap(
            uint256(alice_) | (uint256(bob_) << _BOB) | (uint256(epoch_) << _EPOCH)
                | (uint256(closesAt_) << _CLOSES_AT)
        );
    }

    /// @return The same with another total of what `payer` has paid.
    function withTotal(Totals totals, Side payer, uint96 total) internal pure returns (Totals) {
        uint256 at = payer == Side.Alice ? 0 : _BOB;
        return Totals.wrap((Totals.unwrap(totals) & ~(_TOTAL_MASK << at)) | (uint256(total) << at));
    }

    // forge-lint: disable-start(unsafe-typecast)

    function alice(Totals totals) internal pure returns (uint96) {
        return uint96(Totals.unwrap(totals));
    }

    function bob(Totals totals) internal pure returns (uint96) {
        return uint96(Totals.unwrap(totals) >> _BOB);
    }

    /// @return What `payer` has paid.
    function paidBy(Totals totals, Side payer) internal pure returns (uint96) {
        return payer == Side.Alice ? totals.alice() : totals.bob();
    }

    function epoch(Totals totals) internal pure returns (uint32) {
        return uint24(Totals.unwrap(totals) >> _EPOCH);
    }

    function closesAt(Totals totals) internal pure returns (uint64) {
        return uint40(Totals.unwrap(totals) >> _CLOSES_AT);
    }

    // forge-lint: disable-end(unsafe-typecast)
}
