// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SessionPhase} from "../../src/IMeteredSessions.sol";
import {Metering} from "../../src/lib/Metering.sol";
import {Dispute, Disputes, Session, Sessions} from "../../src/lib/SessionSlots.sol";
import {TestBase} from "forge-std/Base.sol";

/// @dev The rule of metered sessions for every deposit and all costs of both counts, and their slots for every word. That a
/// higher count never costs less, for all prices and counts at once, is more than the solver can multiply: it follows from
/// how a product is made, and is fuzzed (`testFuzz_the_rule`, `no_lie_pays`).
contract MeteringSymbolic is TestBase {
    // -------------------------------------------------------------------------------------------------- rule

    /// @dev The deposit is all that is ever charged, and what is charged is what is paid and what is burnt.
    function check_charged_is_at_most_the_deposit_and_paid_at_most_charged(
        uint96 deposit,
        uint160 byClient,
        uint160 byProvider
    ) external pure {
        (uint96 charged, uint96 paid) = Metering.shares(deposit, byClient, byProvider);
        assert(charged <= deposit && paid <= charged);
        uint96 burnt = charged - paid;
        uint96 refund = deposit - charged;
        assert(uint256(refund) + paid + burnt == deposit);
    }

    /// @dev Whatever a client says itself, it is charged the same.
    function check_a_client_never_pays_less_by_its_own_count(
        uint96 deposit,
        uint160 truth,
        uint160 lie,
        uint160 byProvider
    ) external pure {
        (uint96 charged,) = Metering.shares(deposit, truth, byProvider);
        (uint96 chargedForTheLie,) = Metering.shares(deposit, lie, byProvider);
        assert(charged == chargedForTheLie);
    }

    /// @dev However much a provider says, it is paid for what the client counted at most.
    function check_a_provider_never_earns_more_than_the_client_counted(
        uint96 deposit,
        uint160 byClient,
        uint160 byProvider
    ) external pure {
        (, uint96 paid) = Metering.shares(deposit, byClient, byProvider);
        assert(paid <= byClient && paid <= byProvider);
    }

    /// @dev Where the client counted honestly, a provider that counts higher than that gains nothing.
    function check_a_provider_never_earns_more_by_lying_high(uint96 deposit, uint160 truth, uint160 lie)
        external
        pure
    {
        vm.assume(lie >= truth);
        (, uint96 honest) = Metering.shares(deposit, truth, truth);
        (, uint96 paid) = Metering.shares(deposit, truth, lie);
        assert(paid == honest);
    }

    /// @dev Nor does one that counts lower.
    function check_a_provider_never_earns_more_by_lying_low(uint96 deposit, uint160 truth, uint160 lie)
        external
        pure
    {
        vm.assume(lie <= truth);
        (, uint96 honest) = Metering.shares(deposit, truth, truth);
        (, uint96 paid) = Metering.shares(deposit, truth, lie);
        assert(paid <= honest);
    }

    /// @dev A later pair lowers nothing.
    function check_evidence_only_raises(
        uint96 deposit,
        uint160 byClient,
        uint160 byProvider,
        uint160 moreByClient,
        uint160 moreByProvider
    ) external pure {
        vm.assume(moreByClient >= byClient && moreByProvider >= byProvider);
        (uint96 charged, uint96 paid) = Metering.shares(deposit, byClient, byProvider);
        (uint96 chargedMore, uint96 paidMore) = Metering.shares(deposit, moreByClient, moreByProvider);
        assert(chargedMore >= charged && paidMore >= paid);
    }

    /// @dev A larger deposit lowers what nobody gets.
    function check_a_top_up_only_raises(uint96 deposit, uint96 more, uint160 byClient, uint160 byProvider)
        external
        pure
    {
        vm.assume(more >= deposit);
        (uint96 charged, uint96 paid) = Metering.shares(deposit, byClient, byProvider);
        (uint96 chargedMore, uint96 paidMore) = Metering.shares(more, byClient, byProvider);
        assert(chargedMore >= charged && paidMore >= paid);
    }

    function check_no_cost_overflows(uint96 price, uint64 count) external pure {
        assert(Metering.cost(price, count) <= type(uint160).max);
    }

    function check_a_client_that_counted_as_much_is_never_beyond(
        uint64 clientCount,
        uint64 providerCount,
        uint32 tolerance
    ) external pure {
        vm.assume(clientCount >= providerCount);
        assert(!Metering.isBeyond(clientCount, providerCount, tolerance));
    }

    // ------------------------------------------------------------------------------------------------- slots

    function check_a_proposal_says_what_it_was_given(uint32 epoch, uint64 acceptBy, uint96 deposit)
        external
        pure
    {
        vm.assume(epoch <= Sessions.LAST_EPOCH && acceptBy <= Sessions.LAST_MOMENT);
        Session session = Sessions.proposed(epoch, acceptBy, deposit);
        assert(session.phase() == SessionPhase.Proposed && session.epoch() == epoch);
        assert(session.acceptBy() == acceptBy && session.deposit() == deposit);
    }

    function check_an_active_session_says_what_it_was_given(uint32 epoch, uint96 deposit) external pure {
        vm.assume(epoch <= Sessions.LAST_EPOCH);
        Session session = Sessions.active(epoch, deposit);
        assert(session.phase() == SessionPhase.Active && session.epoch() == epoch);
        assert(session.acceptBy() == 0 && session.deposit() == deposit);
    }

    function check_closing_leaves_epoch_and_deposit(Session session) external pure {
        Session closing = session.closing();
        assert(closing.phase() == SessionPhase.Closing && closing.acceptBy() == 0);
        assert(closing.epoch() == session.epoch() && closing.deposit() == session.deposit());
    }

    function check_an_end_leaves_the_epoch_alone(Session session) external pure {
        Session ended = session.ended();
        assert(ended.phase() == SessionPhase.Ended && ended.epoch() == session.epoch());
        assert(Session.unwrap(ended) >> 32 == 0);
    }

    function check_a_dispute_says_what_it_was_given(uint64 a, uint64 b, uint32 epoch, uint64 closesAt)
        external
        pure
    {
        vm.assume(epoch <= Sessions.LAST_EPOCH && closesAt <= Sessions.LAST_MOMENT);
        Dispute dispute = Disputes.pack(a, b, epoch, closesAt);
        assert(dispute.clientCount() == a && dispute.providerCount() == b);
        assert(dispute.epoch() == epoch && dispute.closesAt() == closesAt);
    }
}
