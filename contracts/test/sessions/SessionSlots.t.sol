// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SessionPhase} from "../../src/IMeteredSessions.sol";
import {Dispute, Disputes, Session, Sessions} from "../../src/lib/SessionSlots.sol";
import {Test} from "../utils/Base.sol";

/// @dev The words that are stored, without the contract around them.
contract SessionSlotsTest is Test {
    function test_each_field_lies_where_it_is_said_to() public pure {
        (uint256 epoch, uint256 acceptBy, uint256 deposit) =
            (0xe1e2e3, 0xa1a2a3a4a5, 0xd1d2d3d4d5d6d7d8d9dadbdc);
        Session session = Sessions.proposed(uint32(epoch), uint64(acceptBy), uint96(deposit));
        uint256 kept = (epoch << 8) | (deposit << 72);
        assertEq(Session.unwrap(session), uint256(SessionPhase.Proposed) | kept | (acceptBy << 32));
        session = Sessions.active(uint32(epoch), uint96(deposit));
        assertEq(Session.unwrap(session), uint256(SessionPhase.Active) | kept);
        session = session.closing();
        assertEq(Session.unwrap(session), uint256(SessionPhase.Closing) | kept);
        assertEq(Session.unwrap(session.ended()), uint256(SessionPhase.Ended) | (epoch << 8));

        (uint256 client, uint256 provider, uint256 closesAt) =
            (0xa1a2a3a4a5a6a7a8, 0xb1b2b3b4b5b6b7b8, 0xc1c2c3c4c5);
        Dispute dispute = Disputes.pack(uint64(client), uint64(provider), uint32(epoch), uint64(closesAt));
        assertEq(Dispute.unwrap(dispute), client | (provider << 64) | (epoch << 128) | (closesAt << 152));
    }

    /// @dev What lies above a field is no part of it.
    function test_a_full_word_is_read_field_by_field() public pure {
        uint256 phase = uint256(SessionPhase.Closing);
        Session session = Session.wrap((type(uint256).max << 8) | phase);
        assertEq(uint8(session.phase()), phase);
        assertEq(session.epoch(), type(uint24).max);
        assertEq(session.acceptBy(), type(uint40).max);
        assertEq(session.deposit(), type(uint96).max);
        Dispute dispute = Dispute.wrap(type(uint256).max);
        assertEq(dispute.clientCount(), type(uint64).max);
        assertEq(dispute.providerCount(), type(uint64).max);
        assertEq(dispute.epoch(), type(uint24).max);
        assertEq(dispute.closesAt(), type(uint40).max);
    }
}
