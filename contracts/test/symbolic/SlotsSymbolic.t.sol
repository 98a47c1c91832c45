// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Phase, Side} from "../../src/IChannelHub.sol";
import {Closings, Life, Lives, Totals} from "../../src/lib/Slots.sol";
import {TestBase} from "forge-std/Base.sol";

/// @dev What is written is what is read, and each change of a slot leaves its other fields, for every word and value.
/// A word whose phase or closer is none reverts where it is read.
contract SlotsSymbolic is TestBase {
    function check_an_opened_life_says_what_it_was_given(uint32 epoch, uint96 deposit) external pure {
        vm.assume(epoch <= Lives.LAST_EPOCH);
        Life life = Lives.opened(epoch, deposit);
        assert(life.phase() == Phase.Open && life.epoch() == epoch);
        assert(life.closer() == Side.Alice && !life.hasWithdrawals());
        assert(life.aliceDeposit() == deposit && life.bobDeposit() == 0);
    }

    function check_a_deposit_raises_its_side_only(Life life, Side side, uint96 amount) external pure {
        uint256 before = side == Side.Alice ? life.aliceDeposit() : life.bobDeposit();
        vm.assume(before + amount <= type(uint96).max);
        Life raised = life.plusDeposit(side, amount);
        bool byAlice = side == Side.Alice;
        assert((byAlice ? raised.aliceDeposit() : raised.bobDeposit()) == before + amount);
        if (byAlice) assert(raised.bobDeposit() == life.bobDeposit());
        else assert(raised.aliceDeposit() == life.aliceDeposit());
        assert(raised.phase() == life.phase() && raised.closer() == life.closer());
        assert(raised.epoch() == life.epoch() && raised.hasWithdrawals() == life.hasWithdrawals());
    }

    function check_withdrawing_leaves_the_rest(Life life) external pure {
        Life drawn = life.withWithdrawals();
        assert(drawn.hasWithdrawals());
        assert(drawn.phase() == life.phase() && drawn.closer() == life.closer());
        _assertSameEpochAndDeposits(drawn, life);
    }

    /// @dev An open life names no closer.
    function check_closing_leaves_the_rest(Life life, Side closer) external pure {
        vm.assume(life.phase() == Phase.Open && life.closer() == Side.Alice);
        Life closing = life.closing(closer);
        assert(closing.phase() == Phase.Closing && closing.closer() == closer);
        assert(closing.hasWithdrawals() == life.hasWithdrawals());
        _assertSameEpochAndDeposits(closing, life);
    }

    function check_settling_leaves_phase_and_epoch(Life life) external pure {
        Life settled = life.settled();
        assert(settled.phase() == Phase.Settled && settled.epoch() == life.epoch());
        assert(Life.unwrap(settled) >> 32 == 0);
    }

    function check_totals_survive_their_slot(uint96 alice, uint96 bob, uint32 epoch, uint64 closesAt)
        external
        pure
    {
        vm.assume(epoch <= Lives.LAST_EPOCH && closesAt <= Closings.LAST_MOMENT);
        Totals totals = Closings.pack(alice, bob, epoch, closesAt);
        assert(totals.alice() == alice && totals.bob() == bob);
        assert(totals.epoch() == epoch && totals.closesAt() == closesAt);
    }

    /// @dev No two words read as the same totals.
    function check_a_slot_survives_as_totals(uint256 word) external pure {
        Totals totals = Totals.wrap(word);
        Totals packed = Closings.pack(totals.alice(), totals.bob(), totals.epoch(), totals.closesAt());
        assert(Totals.unwrap(packed) == word);
    }

    function check_another_total_leaves_the_rest(Totals totals, Side payer, uint96 total) external pure {
        Totals raised = totals.withTotal(payer, total);
        Side other = payer == Side.Alice ? Side.Bob : Side.Alice;
        assert(raised.paidBy(payer) == total && raised.paidBy(other) == totals.paidBy(other));
        assert(raised.epoch() == totals.epoch() && raised.closesAt() == totals.closesAt());
    }

    function _assertSameEpochAndDeposits(Life one, Life other) private pure {
        assert(one.epoch() == other.epoch());
        assert(one.aliceDeposit() == other.aliceDeposit() && one.bobDeposit() == other.bobDeposit());
    }
}
