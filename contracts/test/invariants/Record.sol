// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub, Phase, Side} from "../../src/IChannelHub.sol";
import {Ending, How, Payout, World} from "./World.sol";

/// @dev How the handlers write down what happened, and that what must not happen did not.
abstract contract Record is World {
    // A refusal burns at most this much, also where a token wants all there is.
    uint256 private constant _GAS = 1_000_000;

    // Where the counts of each run are added, for long campaigns: `CAMPAIGN_REPORT=cache/campaign.txt`.
    string private constant _REPORT = "CAMPAIGN_REPORT";

    mapping(string what => uint256) public count;
    mapping(bytes4 fault => uint256) public refusals;
    uint256 public endings;

    /// @dev All that is counted, and so all that is supposed to happen.
    function outcomes() public pure returns (string[28] memory) {
        return [
            "opened",
            "opened again",
            "deposited by the side",
            "deposited by another",
            "permit",
            "permit used up before",
            "withdrawn",
            "withdrawn and held",
            "collected",
            "collected by who needs more gas",
            "confiscated",
            "strayed",
            "closed",
            "closed, understating",
            "closed, overstating",
            "closer corrected",
            "other side's claim raised",
            "claimed in the last moment",
            "claimed by a deputy",
            "settled",
            "settled in the first moment",
            "settled with little gas",
            "accepted",
            "settled together",
            "forfeited",
            "ended with one side paid, the other held",
            "ended with both held",
            "ended with too few tokens"
        ];
    }

    function report() external {
        string memory path = vm.envOr(_REPORT, string(""));
        if (bytes(path).length == 0) return;
        string[28] memory all = outcomes();
        for (uint256 n = 0; n < all.length; ++n) {
            vm.writeLine(path, string.concat(vm.toString(count[all[n]]), " ", all[n]));
        }
    }

    function _count(string memory what) internal {
        ++count[what];
    }

    /// @dev The call must fail, and with this. That it then changed nothing, the invariants see: they compare the
    /// hub with the books after each call, and a refusal writes nothing into the books.
    function _refuse(address from, uint256 value, bytes memory call, bytes memory fault) internal {
        if (value != 0) {
            vm.deal(from, from.balance + value);
            purse[ETHER][from] += value;
        }
        vm.prank(from);
        (bool ok, bytes memory result) = address(hub).call{value: value, gas: _GAS}(call);
        assertFalse(ok, "I14: a forbidden call went through");
        assertEq(result, fault, "I14: refused for another reason");
        ++refusals[bytes4(fault)];
    }

    function _opened(uint256 i, uint96 amount) internal {
        uint32 openings = _books[i].openings;
        delete _books[i];
        _books[i].openings = openings + 1;
        _books[i].phase = Phase.Open;
        _books[i].deposit[ALICE] = amount;
    }

    function _ended(uint256 i, How how, address caller, uint96[2] memory totals, Payout memory payout)
        internal
    {
        _afterPayout(i, payout);
        _lastEnding = Ending({
            channel: i,
            how: how,
            caller: caller,
            at: uint64(hub.clock()),
            totals: totals,
            book: _books[i],
            payout: payout
        });
        uint32 openings = _books[i].openings;
        delete _books[i];
        _books[i].openings = openings;
        _books[i].phase = Phase.Settled;
        ++endings;
        if (how == How.Settle) _count("settled");
        else if (how == How.Accept) _count("accepted");
        else if (how == How.Together) _count("settled together");
        else _count("forfeited");
        _countHeld(payout);
    }

    function _countHeld(Payout memory payout) private {
        (uint256 alices, uint256 bobs) = (payout.held[ALICE], payout.held[BOB]);
        if (alices != 0 && bobs != 0) _count("ended with both held");
        if (alices != 0 && payout.pushed[BOB] != 0 || bobs != 0 && payout.pushed[ALICE] != 0) {
            _count("ended with one side paid, the other held");
        }
        if (alices != 0 && payout.takes[ALICE] || bobs != 0 && payout.takes[BOB]) {
            _count("ended with too few tokens");
        }
    }

    function _other(uint256 side) internal pure returns (uint256) {
        return 1 - side;
    }

    /// @dev Alice's total first.
    function _ordered(Side first, uint96 own, uint96 others) internal pure returns (uint96[2] memory) {
        return first == Side.Alice ? [own, others] : [others, own];
    }
}
