// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Phase, Side} from "../src/IChannelHub.sol";
import {Life, Slots, Totals} from "../src/lib/Slots.sol";
import {Test} from "./utils/Base.sol";

contract SlotsTest is Test {
    using Slots for Life;
    using Slots for Totals;
    using Slots for uint256;

    function testFuzz_a_life_survives_its_slot(uint8 enums, uint24 epoch, bool flag, uint96 a, uint96 b)
        public
        pure
    {
        Life memory life = Life(Phase(enums % 4), epoch, Side(enums / 4 % 2), flag, a, b);
        assertEq(abi.encode(life.pack().unpackLife()), abi.encode(life));
    }

    function testFuzz_totals_survive_their_slot(Totals memory totals) public pure {
        totals.epoch = uint32(bound(totals.epoch, 0, Slots.LAST_EPOCH));
        totals.closesAt = uint64(bound(totals.closesAt, 0, Slots.LAST_MOMENT));
        assertEq(abi.encode(totals.pack().unpackTotals()), abi.encode(totals));
    }

    function test_every_field_at_its_most_fills_the_slots() public pure {
        Totals memory totals = Totals({
            alice: type(uint96).max,
            bob: type(uint96).max,
            epoch: Slots.LAST_EPOCH,
            closesAt: uint64(Slots.LAST_MOMENT)
        });
        assertEq(totals.pack(), type(uint256).max);
    }
}
