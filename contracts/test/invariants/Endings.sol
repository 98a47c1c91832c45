// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, Claim, IChannelHub, Phase, Policy, Settlement, Side} from "../../src/IChannelHub.sol";
import {Record} from "./Record.sol";
import {Book, How, Payout} from "./World.sol";

/// @dev Payments, closes, claims and everything that ends a channel, honest or not, by whoever may.
abstract contract Endings is Record {
    function pass(uint8 blocks, uint8 seconds_) external {
        vm.roll(vm.getBlockNumber() + blocks % 8);
        vm.warp(vm.getBlockTimestamp() + seconds_ % 8);
    }

    /// @dev A payment happens off chain: a side signs a higher total, at times above all it has.
    function pay(uint256 i, uint256 size, bool byBob) external {
        size = _mix(size);
        i = _find(i, size % 4 != 0 ? Phase.Open : Phase.Closing);
        if (i == NONE) return;
        uint256 side = byBob ? BOB : ALICE;
        uint96 signed = _books[i].signed[side];
        uint256 most = size % 16 == 1 ? MOST - signed : _min(MOST - signed, _pot(i));
        signed += uint96(_pick(size >> 4, most));
        _books[i].signed[side] = signed;
        _vouch(i, Side(side), signed);
    }

    /// @dev The closer declares what is true, less, nothing or more; it shows the best claim, an older one or none.
    function close(uint256 i, bool byBob, uint256 lie, uint256 age, uint8 way) external {
        i = _find(i, Phase.Open);
        if (i == NONE) return;
        Side closer = byBob ? Side.Bob : Side.Alice;
        uint96 paid = _declared(_books[i].signed[uint256(closer)], _mix(lie));
        uint96 received = _books[i].signed[_other(uint256(closer))];
        if (_mix(age) % 3 == 0) received = uint96(_pick(age, received));
        _closeBy(i, closer, paid, received, way);

        uint96 signed = _books[i].signed[uint256(closer)];
        if (paid < signed) _count("closed, understating");
        else _count(paid == signed ? "closed" : "closed, overstating");
    }

    function _closeBy(uint256 i, Side closer, uint96 paid, uint96 received, uint8 way) private {
        Claim memory claim_ = Claim(_account(i, closer), received, way);
        bytes32 digest = hub.claimHash(_keys[i], _epoch(i), claim_);
        Auth memory auth = _signedBy(i, _other(closer), digest, way % 2 == 0);
        uint64 deadline = uint64(hub.clock());
        vm.prank(_account(i, closer));
        hub.close(_keys[i], _epoch(i), paid, claim_, auth, deadline);

        Book storage b = _books[i];
        b.phase = Phase.Closing;
        b.closer = closer;
        b.closesAt = uint64(hub.clock()) + _keys[i].finalizationPeriod;
        b.recorded = _ordered(closer, paid, received);
        b.shown[_other(uint256(closer))] = received;
        _vouch(i, closer, paid);
    }

    function _declared(uint96 signed, uint256 lie) private pure returns (uint96) {
        if (lie % 6 < 3) return signed;
        if (lie % 6 == 3) return uint96(_pick(lie >> 4, signed));
        if (lie % 6 == 4) return 0;
        return signed + uint96(_pick(lie >> 4, MOST - signed));
    }

    /// @dev Anyone shows a higher claim of either side: the best, or one a little higher than what is known.
    function claim(uint256 i, bool byBob, uint256 size, uint8 way) external {
        i = _find(i, Phase.Closing);
        if (i == NONE || hub.clock() >= _books[i].closesAt) return;
        uint256 payer = byBob ? BOB : ALICE;
        if (_books[i].signed[payer] <= _books[i].recorded[payer]) payer = _other(payer);
        uint96 recorded = _books[i].recorded[payer];
        uint96 total = _books[i].signed[payer];
        if (total <= recorded) return;
        if (_mix(size) % 4 == 0) total = recorded + 1 + uint96(_pick(size, total - recorded - 1));
        if (way % 4 == 0) _moveTo(_books[i].closesAt - 1);
        if (hub.clock() == _books[i].closesAt - 1) _count("claimed in the last moment");
        _show(i, payer, total, way);
    }

    function _show(uint256 i, uint256 payer, uint96 total, uint8 way) private {
        Claim memory claim_ = Claim(_account(i, Side(_other(payer))), total, way);
        bytes32 digest = hub.claimHash(_keys[i], _epoch(i), claim_);
        Auth memory auth = _signedBy(i, Side(payer), digest, way % 2 == 0);
        Payout memory payout = _beforePayout(i);
        if (auth.delegationR != 0) _count("claimed by a deputy");
        vm.prank(stranger);
        hub.claim(_keys[i], _epoch(i), claim_, auth);
        if (_keys[i].policy == Policy.Forfeit && payer == uint256(_books[i].closer)) {
            uint96[2] memory totals = _ordered(Side(payer), total, _books[i].recorded[_other(payer)]);
            _ended(i, How.Forfeit, stranger, totals, payout);
        } else {
            _books[i].recorded[payer] = _books[i].shown[payer] = total;
            _count(payer == uint256(_books[i].closer) ? "closer corrected" : "other side's claim raised");
        }
    }

    /// @dev At times in the very first moment: nothing has lengthened the period.
    function settle(uint256 i, bool wait) external {
        i = _find(i, Phase.Closing);
        if (i == NONE) return;
        if (hub.clock() < _books[i].closesAt) {
            if (!wait) return;
            _moveTo(_books[i].closesAt);
        }
        if (hub.clock() == _books[i].closesAt) _count("settled in the first moment");
        Payout memory payout = _beforePayout(i);
        vm.prank(stranger);
        hub.settle(_keys[i], _epoch(i));
        _ended(i, How.Settle, stranger, _books[i].recorded, payout);
    }

    /// @dev Somebody sends so little gas that the pushes might fail for it. They must not.
    function settleWithLittleGas(uint256 i, uint256 gas) external {
        i = _find(i, Phase.Closing);
        if (i == NONE || hub.clock() < _books[i].closesAt) return;
        gas = 60_000 + gas % 640_000;
        Payout memory payout = _beforePayout(i);
        vm.prank(stranger);
        (bool ok, bytes memory result) =
            address(hub).call{gas: gas}(abi.encodeCall(IChannelHub.settle, (_keys[i], _epoch(i))));
        if (ok) {
            _ended(i, How.Settle, stranger, _books[i].recorded, payout);
            _count("settled with little gas");
        } else if (result.length != 0) {
            assertEq(result, abi.encodeWithSelector(IChannelHub.NotEnoughGas.selector), "I10: starved");
            ++refusals[IChannelHub.NotEnoughGas.selector];
        }
    }

    function accept(uint256 i) external {
        i = _find(i, Phase.Closing);
        if (i == NONE || hub.clock() >= _books[i].closesAt) return;
        address caller = _account(i, _other(_books[i].closer));
        uint96[2] memory totals = _books[i].recorded;
        Payout memory payout = _beforePayout(i);
        vm.prank(caller);
        hub.accept(_keys[i], _epoch(i), totals[ALICE], totals[BOB]);
        _ended(i, How.Accept, caller, totals, payout);
    }

    /// @dev Both sides sign any totals they like, usually those of their payments.
    function settleTogether(uint256 i, uint256 alices, uint256 bobs, uint8 way) external {
        i = _find(i, Phase.Open);
        if (i == NONE) return;
        Book storage b = _books[i];
        Settlement memory s = Settlement(b.signed[ALICE], b.signed[BOB], uint64(hub.clock()) + way % 3);
        if (way % 4 == 0) {
            (s.aliceTotal, s.bobTotal) = (uint96(_pick(alices, MOST)), uint96(_pick(bobs, MOST)));
        }
        Auth[2] memory auths = _signedByBoth(i, hub.settlementHash(_keys[i], _epoch(i), s), way % 2 == 0);
        _vouch(i, Side.Alice, s.aliceTotal);
        _vouch(i, Side.Bob, s.bobTotal);
        Payout memory payout = _beforePayout(i);
        vm.prank(stranger);
        hub.settleTogether(_keys[i], _epoch(i), s, auths);
        _ended(i, How.Together, stranger, [s.aliceTotal, s.bobTotal], payout);
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
