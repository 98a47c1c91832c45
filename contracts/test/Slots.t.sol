// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Phase, Side} from "../src/IChannelHub.sol";
import {Closings, Life, Lives, Totals} from "../src/lib/Slots.sol";
import {Test} from "./utils/Base.sol";

contract SlotsTest is Test {
    function testFuzz_an_opened_life_says_what_it_was_given(uint24 epoch, uint96 deposit) public pure {
        _check(Lives.opened(epoch, deposit), Phase.Open, epoch, Side.Alice, false, deposit, 0);
    }

    function testFuzz_a_deposit_raises_its_side_only(uint24 epoch, uint96 a, uint96 b, uint96 more)
        public
        pure
    {
        a = uint96(bound(a, 0, type(uint96).max - more));
        Life life = Lives.opened(epoch, a).plusDeposit(Side.Bob, b);
        _check(life, Phase.Open, epoch, Side.Alice, false, a, b);
        _check(life.plusDeposit(Side.Alice, more), Phase.Open, epoch, Side.Alice, false, a + more, b);
    }

    function testFuzz_closing_and_withdrawing_leave_the_rest(uint24 epoch, uint96 a, uint96 b, bool byBob)
        public
        pure
    {
        Life life = Lives.opened(epoch, a).plusDeposit(Side.Bob, b);
        Side closer = byBob ? Side.Bob : Side.Alice;
        _check(life.closing(closer), Phase.Closing, epoch, closer, false, a, b);
        life = life.withWithdrawals();
        _check(life, Phase.Open, epoch, Side.Alice, true, a, b);
        _check(life.withWithdrawals(), Phase.Open, epoch, Side.Alice, true, a, b);
        _check(life.closing(closer), Phase.Closing, epoch, closer, true, a, b);
    }

    function testFuzz_settling_leaves_phase_and_epoch(uint24 epoch, uint96 a, uint96 b) public pure {
        Life life = Lives.opened(epoch, a).plusDeposit(Side.Bob, b).withWithdrawals().closing(Side.Bob);
        _check(life.settled(), Phase.Settled, epoch, Side.Alice, false, 0, 0);
    }

    function testFuzz_totals_survive_their_slot(
        uint96 a,
        uint96 b,
        uint24 epoch,
        uint40 closesAt,
        uint96 more
    ) public pure {
        Totals totals = Closings.pack(a, b, epoch, closesAt);
        _check(totals, a, b, epoch, closesAt);
        _check(totals.withTotal(Side.Alice, more), more, b, epoch, closesAt);
        _check(totals.withTotal(Side.Bob, more), a, more, epoch, closesAt);
    }

    function test_every_field_at_its_most_fills_the_second_slot() public pure {
        uint96 most = type(uint96).max;
        Totals totals = Closings.pack(most, most, Lives.LAST_EPOCH, uint64(Closings.LAST_MOMENT));
        assertEq(Totals.unwrap(totals), type(uint256).max);
    }

    function test_each_field_lies_where_it_is_said_to() public pure {
        (uint256 a, uint256 b, uint256 epoch, uint256 closesAt) = (0xa1a2a3, 0xb1b2b3, 0xe1e2e3, 0xc1c2c3c4c5);
        Life life = Lives.opened(uint32(epoch), uint96(a)).plusDeposit(Side.Bob, uint96(b));
        life = life.withWithdrawals().closing(Side.Bob);
        assertEq(
            Life.unwrap(life),
            uint256(Phase.Closing) | (epoch << 8) | (uint256(Side.Bob) << 32) | (1 << 40) | (a << 48)
                | (b << 144)
        );
        assertEq(
            Totals.unwrap(Closings.pack(uint96(a), uint96(b), uint32(epoch), uint64(closesAt))),
            a | (b << 96) | (epoch << 192) | (closesAt << 216)
        );
    }

    function _check(
        Life life,
        Phase phase,
        uint32 epoch,
        Side closer,
        bool hasWithdrawals,
        uint96 aliceDeposit,
        uint96 bobDeposit
    ) private pure {
        assertEq(uint8(life.phase()), uint8(phase), "phase");
        assertEq(life.epoch(), epoch, "epoch");
        assertEq(uint8(life.closer()), uint8(closer), "closer");
        assertEq(life.hasWithdrawals(), hasWithdrawals, "withdrawals");
        assertEq(life.aliceDeposit(), aliceDeposit, "alice's deposit");
        assertEq(life.bobDeposit(), bobDeposit, "bob's deposit");
    }

    function _check(Totals totals, uint96 a, uint96 b, uint32 epoch, uint64 closesAt) private pure {
        assertEq(totals.alice(), a, "alice's total");
        assertEq(totals.bob(), b, "bob's total");
        assertEq(totals.paidBy(Side.Alice), a, "paid by alice");
        assertEq(totals.paidBy(Side.Bob), b, "paid by bob");
        assertEq(totals.epoch(), epoch, "epoch");
        assertEq(totals.closesAt(), closesAt, "closesAt");
    }
}
