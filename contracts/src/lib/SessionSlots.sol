// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SessionPhase} from "../IMeteredSessions.sol";

/// @dev What a session's first slot says, as the word that is stored. It is there from the first proposal on: a key whose
/// session ended keeps its epoch, so proposing it again updates a slot instead of making one.
///
///     bits    0…7  phase
///             8…31 epoch
///            32…71 the last moment at which the proposal can be accepted, while Proposed
///           72…167 the deposit
type Session is uint256;

/// @dev The second slot, from close to settlement: all that showing a pair needs to know. Zero when not closing.
///
///     bits   0…63  the client's count
///           64…127 the provider's count
///          128…151 epoch
///          152…191 the first moment at which the session can be settled
type Dispute is uint256;

using Sessions for Session global;
using Disputes for Dispute global;

/// @title The first slot
/// @dev Reading casts a shifted word down on purpose: the cast cuts off the fields above.
library Sessions {
    /// @dev The last epoch of a key; 24 bits.
    uint32 internal constant LAST_EPOCH = type(uint24).max;
    /// @dev The last moment that a slot can hold; 40 bits, 34,000 years of seconds.
    uint256 internal constant LAST_MOMENT = type(uint40).max;

    uint256 private constant _EPOCH = 8;
    uint256 private constant _ACCEPT_BY = 32;
    uint256 private constant _DEPOSIT = 72;

    /// @param epoch_ At most `LAST_EPOCH`.
    /// @param acceptBy_ At most `LAST_MOMENT`.
    function proposed(uint32 epoch_, uint64 acceptBy_, uint96 deposit_) internal pure returns (Session) {
        return Session.wrap(
            uint256(SessionPhase.Proposed) | (uint256(epoch_) << _EPOCH) | (uint256(acceptBy_) << _ACCEPT_BY)
                | (uint256(deposit_) << _DEPOSIT)
        );
    }

    /// @param epoch_ At most `LAST_EPOCH`.
    function active(uint32 epoch_, uint96 deposit_) internal pure returns (Session) {
        return Session.wrap(
            uint256(SessionPhase.Active) | (uint256(epoch_) << _EPOCH) | (uint256(deposit_) << _DEPOSIT)
        );
    }

    function closing(Session session) internal pure returns (Session) {
        return Session.wrap(
            uint256(SessionPhase.Closing) | (uint256(session.epoch()) << _EPOCH)
                | (uint256(session.deposit()) << _DEPOSIT)
        );
    }

    /// @dev Only the phase and the epoch remain.
    function ended(Session session) internal pure returns (Session) {
        return Session.wrap(uint256(SessionPhase.Ended) | (uint256(session.epoch()) << _EPOCH));
    }

    // forge-lint: disable-start(unsafe-typecast)

    function phase(Session session) internal pure returns (SessionPhase) {
        return SessionPhase(uint8(Session.unwrap(session)));
    }

    function epoch(Session session) internal pure returns (uint32) {
        return uint24(Session.unwrap(session) >> _EPOCH);
    }

    function acceptBy(Session session) internal pure returns (uint64) {
        return uint40(Session.unwrap(session) >> _ACCEPT_BY);
    }

    function deposit(Session session) internal pure returns (uint96) {
        return uint96(Session.unwrap(session) >> _DEPOSIT);
    }

    // forge-lint: disable-end(unsafe-typecast)
}

/// @title The second slot
library Disputes {
    uint256 private constant _PROVIDER = 64;
    uint256 private constant _EPOCH = 128;
    uint256 private constant _CLOSES_AT = 152;

    /// @param epoch_ At most `Sessions.LAST_EPOCH`.
    /// @param closesAt_ At most `Sessions.LAST_MOMENT`.
    function pack(uint64 clientCount_, uint64 providerCount_, uint32 epoch_, uint64 closesAt_)
        internal
        pure
        returns (Dispute)
    {
        return Dispute.wrap(
            uint256(clientCount_) | (uint256(providerCount_) << _PROVIDER) | (uint256(epoch_) << _EPOCH)
                | (uint256(closesAt_) << _CLOSES_AT)
        );
    }

    // forge-lint: disable-start(unsafe-typecast)

    function clientCount(Dispute dispute) internal pure returns (uint64) {
        return uint64(Dispute.unwrap(dispute));
    }

    function providerCount(Dispute dispute) internal pure returns (uint64) {
        return uint64(Dispute.unwrap(dispute) >> _PROVIDER);
    }

    function epoch(Dispute dispute) internal pure returns (uint32) {
        return uint24(Dispute.unwrap(dispute) >> _EPOCH);
    }

    function closesAt(Dispute dispute) internal pure returns (uint64) {
        return uint40(Dispute.unwrap(dispute) >> _CLOSES_AT);
    }

    // forge-lint: disable-end(unsafe-typecast)
}
