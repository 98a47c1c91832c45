// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChannelKey, ChannelState, Phase, Policy, Side} from "../../src/IChannelHub.sol";
import {Base} from "../utils/Base.sol";
import {Handler} from "./Handler.sol";
import {Book, Ending, How, Payout} from "./World.sol";

/// @dev The invariants of SECURITY.md, by their numbers there, after any sequence of actions. The books of the handler
/// are kept without asking the hub, so a wrong number on either side shows.
abstract contract HubInvariants is Base {
    uint256 private constant ALICE = uint256(Side.Alice);
    uint256 private constant BOB = uint256(Side.Bob);
    uint256 private constant CHANNELS = 12;
    uint256 private constant ACCOUNTS = 7; // the actors and the stranger

    Handler internal _handler;
    address[3] private _tokens;

    function setUp() public override {
        super.setUp();
        hub = _deployHub(_countsSeconds());
        _handler = new Handler(hub);
        assertEq(_handler.CHANNELS(), CHANNELS);
        _tokens = [ETHER, address(_handler.THD()), address(_handler.WILD())];
        targetContract(address(_handler));
        targetSelector(FuzzSelector(address(_handler), _handler.actions()));
    }

    function _countsSeconds() internal pure virtual returns (bool);

    /// @dev One for all numbers, so that each sequence of actions is held against each of them.
    function invariant_I01_to_I10() public view {
        uint256[3] memory debts;
        for (uint256 i = 0; i < CHANNELS; ++i) {
            ChannelKey memory key = _handler.key(i);
            Book memory book = _handler.book(i);
            ChannelState memory state = hub.channel(key);
            (uint96 a, uint96 b) = hub.balances(key);
            _I06_totals_never_fall(book, state);
            _I07_a_settled_id_stays_settled(book, state);
            _I08_a_life_has_its_own_money_only(book, state, uint256(a) + b);
            _I09_the_period_is_fixed(book, state);
            debts[i % 3] += uint256(a) + b;
        }
        _I01_the_hub_holds_what_it_owes(debts);
        _I02_nobodys_money_moves_but_by_the_rules();
        _I10_one_recipient_cannot_delay_another(_handler.lastWithdrawal());

        if (_handler.endings() == 0) return;
        Ending memory end = _handler.lastEnding();
        _I03_a_settled_channel_pays_exactly_its_deposits_once(end);
        _I04_no_side_gets_more_than_its_deposit_and_what_the_other_signed(end);
        _I05_who_shows_its_best_claim_gets_its_balance(end);
        _I09_only_the_clock_and_the_other_side_end_a_period(end);
        _I10_one_recipient_cannot_delay_another(end.payout);
    }

    /// @dev I11: one side alone ends every channel, everybody collects, and what is left was given away.
    function afterInvariant() public {
        _handler.endEverything();
        for (uint256 t = 0; t < 3; ++t) {
            uint256 left = _balance(_tokens[t], address(hub));
            assertEq(left, _handler.gifts(_tokens[t]), "I11: somebody's money is stuck");
            for (uint256 a = 0; a < ACCOUNTS; ++a) {
                assertEq(hub.owed(_tokens[t], _handler.account(a)), 0, "I11: somebody waits");
            }
        }
        for (uint256 i = 0; i < CHANNELS; ++i) {
            Phase phase = hub.channel(_handler.key(i)).phase;
            assertTrue(phase == Phase.Settled || phase == Phase.Empty, "I11: a channel did not end");
        }
        invariant_I01_to_I10();
        _handler.report();
    }

    // ----------------------------------------------------------------------------------------- at all times

    /// @dev With equality: not even a unit more than was given away to it. Of honest money nothing is ever
    /// missing; of the wild token, what it confiscated.
    function _I01_the_hub_holds_what_it_owes(uint256[3] memory debts) private view {
        for (uint256 t = 0; t < 3; ++t) {
            address token = _tokens[t];
            for (uint256 a = 0; a < ACCOUNTS; ++a) {
                address account = _handler.account(a);
                uint256 owed = hub.owed(token, account);
                _eq(owed, _handler.waiting(token, account), "I1: what waits for an account");
                debts[t] += owed;
            }
            uint256 missing = token == address(_handler.WILD()) ? _handler.confiscated() : 0;
            uint256 holds = _balance(token, address(hub)) + missing;
            _eq(holds, debts[t] + _handler.gifts(token), "I1: the hub's money");
        }
    }

    /// @dev I12 besides: whatever the wild token does, this holds for ether and THD.
    function _I02_nobodys_money_moves_but_by_the_rules() private view {
        address bystander = _handler.BYSTANDER();
        for (uint256 t = 0; t < 3; ++t) {
            address token = _tokens[t];
            for (uint256 a = 0; a < ACCOUNTS; ++a) {
                address account = _handler.account(a);
                _eq(_balance(token, account), _handler.purse(token, account), "I2: an account's money");
            }
            _eq(_balance(token, bystander), _handler.purse(token, bystander), "I2: a bystander's money");
        }
    }

    /// @dev Within a life the book only ever raises them.
    function _I06_totals_never_fall(Book memory book, ChannelState memory state) private pure {
        _eq(state.aliceTotal, book.recorded[ALICE], "I6: alice's total");
        _eq(state.bobTotal, book.recorded[BOB], "I6: bob's total");
        assertLe(book.recorded[ALICE], book.vouched[ALICE], "I6: alice vouched for it");
        assertLe(book.recorded[BOB], book.vouched[BOB], "I6: bob vouched for it");
    }

    /// @dev Only an opening makes a new life, and the book knows all openings.
    function _I07_a_settled_id_stays_settled(Book memory book, ChannelState memory state) private pure {
        _eq(uint256(state.phase), uint256(book.phase), "I7: the phase");
        _eq(state.epoch, book.openings == 0 ? 0 : book.openings - 1, "I7: the life");
    }

    /// @dev The book starts empty with each opening, and is empty after the end.
    function _I08_a_life_has_its_own_money_only(Book memory book, ChannelState memory state, uint256 balances)
        private
        pure
    {
        _eq(state.aliceDeposit, book.deposit[ALICE], "I8: alice's deposit");
        _eq(state.bobDeposit, book.deposit[BOB], "I8: bob's deposit");
        _eq(state.aliceWithdrawn, book.taken[ALICE], "I8: alice's withdrawals");
        _eq(state.bobWithdrawn, book.taken[BOB], "I8: bob's withdrawals");
        _eq(balances, _pot(book), "I8: the balances are the pot");
    }

    function _I09_the_period_is_fixed(Book memory book, ChannelState memory state) private pure {
        _eq(state.closesAt, book.closesAt, "I9: the period moved");
        _eq(uint256(state.closer), uint256(book.closer), "I9: the closer");
    }

    // ------------------------------------------------------------------------------------ of the last ending

    function _I03_a_settled_channel_pays_exactly_its_deposits_once(Ending memory end) private pure {
        (uint256 a, uint256 b) = _shares(end);
        _eq(end.payout.pushed[ALICE] + end.payout.held[ALICE], a, "I3: alice's share");
        _eq(end.payout.pushed[BOB] + end.payout.held[BOB], b, "I3: bob's share");
        _eq(a + b, _pot(end.book), "I3: the whole pot");
    }

    function _I04_no_side_gets_more_than_its_deposit_and_what_the_other_signed(Ending memory end)
        private
        pure
    {
        // the closer signed the claim that it declared not to exist
        if (end.how == How.Forfeit) return;
        for (uint256 s = 0; s < 2; ++s) {
            uint256 got = end.book.taken[s] + end.payout.pushed[s] + end.payout.held[s];
            uint256 most = end.book.deposit[s] + end.book.vouched[1 - s];
            // the other side signed each withdrawal too
            if (most < end.book.taken[s]) most = end.book.taken[s];
            assertLe(got, most, "I4: more than its deposit and what the other signed");
        }
    }

    function _I05_who_shows_its_best_claim_gets_its_balance(Ending memory end) private pure {
        if (end.how == How.Together) return; // both signed just these totals
        for (uint256 s = 0; s < 2; ++s) {
            if (end.how == How.Forfeit && s == uint256(end.book.closer)) continue;
            uint256 plus = end.book.deposit[s] + end.book.shown[1 - s];
            uint256 minus = end.book.taken[s] + end.book.vouched[s];
            uint256 balance = plus > minus ? plus - minus : 0;
            if (balance > _pot(end.book)) balance = _pot(end.book);
            assertGe(end.payout.pushed[s] + end.payout.held[s], balance, "I5: less than its balance");
        }
    }

    function _I09_only_the_clock_and_the_other_side_end_a_period(Ending memory end) private view {
        Book memory book = end.book;
        ChannelKey memory key = _handler.key(end.channel);
        if (end.how == How.Settle) {
            assertGe(end.at, book.closesAt, "I9: settled within the period");
        } else if (end.how == How.Together) {
            assertTrue(book.phase == Phase.Open, "I9: a settlement cut a period short");
        } else if (end.how == How.Accept) {
            assertEq(end.caller, book.closer == Side.Alice ? key.bob : key.alice, "I9: who accepted");
            assertLt(end.at, book.closesAt, "I9: accepted after the period");
        } else {
            assertTrue(key.policy == Policy.Forfeit, "I9: forfeited under refute");
            assertLt(end.at, book.closesAt, "I9: forfeited after the period");
            uint256 closer = uint256(book.closer);
            assertGt(end.totals[closer], book.recorded[closer], "I9: forfeited without a higher claim");
        }
    }

    /// @dev Paid in the same transaction if it takes the money, held if not, whatever the other side is up to.
    function _I10_one_recipient_cannot_delay_another(Payout memory payout) private pure {
        uint256 available = payout.available;
        for (uint256 s = 0; s < 2; ++s) {
            uint256 amount = payout.pushed[s] + payout.held[s];
            bool pays = payout.takes[s] && available >= amount;
            _eq(payout.pushed[s], pays ? amount : 0, "I10: not paid at once, or in part, or what nobody took");
            if (pays) available -= amount;
        }
    }

    // ----------------------------------------------------------------------------------------------- helpers

    /// @dev In numbers of any sign, to be something else than the hub's arithmetic.
    function _shares(Ending memory end) private pure returns (uint256 a, uint256 b) {
        uint256 pot = _pot(end.book);
        if (end.how == How.Forfeit) {
            return end.book.closer == Side.Alice ? (uint256(0), pot) : (pot, uint256(0));
        }
        int256 share = int256(end.book.deposit[ALICE]) - int256(end.book.taken[ALICE])
            - int256(uint256(end.totals[ALICE])) + int256(uint256(end.totals[BOB]));
        if (share < 0) share = 0;
        a = uint256(share) > pot ? pot : uint256(share);
        b = pot - a;
    }

    function _pot(Book memory book) private pure returns (uint256) {
        return book.deposit[ALICE] + book.deposit[BOB] - book.taken[ALICE] - book.taken[BOB];
    }

    /// @dev `assertEq` costs a call even when all is well, and this runs some ten million times in a campaign.
    function _eq(uint256 a, uint256 b, string memory what) private pure {
        if (a != b) assertEq(a, b, what);
    }
}
