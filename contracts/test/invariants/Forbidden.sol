// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    Claim,
    IChannelHub,
    Phase,
    Policy,
    Settlement,
    Side
} from "../../src/IChannelHub.sol";
import {Record} from "./Record.sol";
import {Book} from "./World.sol";

/// @dev Calls that the hub must refuse, each wrong in one point only, so that the error is known.
abstract contract Forbidden is Record {
    bytes4 private constant _BAD_SIGNATURE = IChannelHub.BadSignature.selector;

    function forbiddenOpen(uint256 i, uint8 way) external {
        i = _mix(i) % CHANNELS;
        Phase phase = _books[i].phase;
        ChannelKey memory k = _keys[i];
        uint256 value = k.token == ETHER ? 1 : 0;
        if (way % 3 == 0) {
            address from = way % 2 == 0 ? k.bob : stranger;
            _refuse(from, 0, _open(i, 0), _fault(IChannelHub.NotAlice.selector));
        } else if (phase == Phase.Open || phase == Phase.Closing) {
            _refuse(k.alice, value, _open(i, 1), _wrongPhase(phase));
        } else {
            // one too much, or ether for a channel of tokens
            _refuse(k.alice, value + 1, _open(i, 1), _fault(IChannelHub.AmountMismatch.selector));
        }
    }

    function forbiddenDeposit(uint256 i, uint8 way) external {
        i = _mix(i) % CHANNELS;
        Phase phase = _books[i].phase;
        address from = way % 2 == 0 ? _keys[i].alice : stranger;
        Side side = way % 4 < 2 ? Side.Alice : Side.Bob;
        if (phase != Phase.Open) return _refuse(from, 0, _deposit(i, side, 1), _wrongPhase(phase));
        if (way % 3 == 0) {
            _refuse(from, 0, _deposit(i, side, 0), _fault(IChannelHub.ZeroAmount.selector));
        } else if (way % 3 == 1 && _room(i) < MOST) {
            bytes memory call = _deposit(i, side, uint96(_room(i) + 1));
            _refuse(from, 0, call, _fault(IChannelHub.DepositTooLarge.selector));
        } else if (_room(i) != 0) {
            uint256 value = _keys[i].token == ETHER ? 2 : 1;
            bytes memory call = _deposit(i, side, 1);
            _refuse(from, value, call, _fault(IChannelHub.AmountMismatch.selector));
        }
    }

    function forbiddenWithdrawal(uint256 i, bool byBob, uint256 more, uint8 way) external {
        i = _mix(i) % CHANNELS;
        Side side = byBob ? Side.Bob : Side.Alice;
        uint96 taken = uint96(_books[i].taken[uint256(side)]);
        Phase phase = _books[i].phase;
        if (phase != Phase.Open) {
            _refuse(stranger, 0, _withdraw(i, side, taken + 1, 0, 0), _wrongPhase(phase));
        } else if (way % 5 == 0) {
            bytes memory fault = abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, taken);
            _refuse(stranger, 0, _withdraw(i, side, taken - uint96(_pick(more, taken)), 0, 0), fault);
        } else if (way % 5 == 1 && _pot(i) + taken < MOST) {
            uint96 total = uint96(_pot(i) + taken + 1 + _pick(more, MOST - _pot(i) - taken - 1));
            bytes memory fault = abi.encodeWithSelector(IChannelHub.AbovePot.selector, _pot(i));
            _refuse(stranger, 0, _withdraw(i, side, total, 0, 0), fault);
        } else if (way % 5 == 2) {
            _refuse(stranger, 0, _withdraw(i, side, taken + 1, 1, 0), _expired());
        } else if (_pot(i) != 0) {
            // signed by one side, by the other side, or for the former life
            if (way % 5 == 3) more = more % 2 + 1;
            else if (_epoch(i) != 0) more = 3;
            else return;
            _refuse(stranger, 0, _withdraw(i, side, taken + 1, 0, more), _fault(_BAD_SIGNATURE));
        }
    }

    function forbiddenClose(uint256 i, bool byBob, uint8 way) external {
        i = _mix(i) % CHANNELS;
        Side closer = byBob ? Side.Bob : Side.Alice;
        address from = _account(i, closer);
        Phase phase = _books[i].phase;
        if (phase != Phase.Open) return _refuse(from, 0, _close(i, closer, 0, 0, 0), _wrongPhase(phase));
        if (way % 5 == 0) {
            // neither strangers nor payment keys that are not the account
            _refuse(stranger, 0, _close(i, closer, 0, 0, 0), _fault(IChannelHub.NotASide.selector));
        } else if (way % 5 == 1) {
            _refuse(from, 0, _close(i, closer, 0, 1, 0), _expired());
        } else if (way % 5 == 2) {
            // a claim that pays the other side
            address other = _account(i, _other(closer));
            bytes memory call = _close(i, _other(closer), 1, 0, 0);
            assertTrue(other != from);
            _refuse(from, 0, call, _fault(IChannelHub.NotForCloser.selector));
        } else if (way % 5 == 3) {
            // the closer signs the other side's claim
            _refuse(from, 0, _close(i, closer, 1, 0, 1), _fault(_BAD_SIGNATURE));
        } else if (_epoch(i) != 0) {
            _refuse(from, 0, _close(i, closer, 1, 0, 2), _fault(_BAD_SIGNATURE));
        }
    }

    function forbiddenClaim(uint256 i, bool byBob, uint256 size, uint8 way) external {
        i = _mix(i) % CHANNELS;
        Side payer = byBob ? Side.Bob : Side.Alice;
        Book storage b = _books[i];
        if (b.phase != Phase.Closing) {
            return _refuse(stranger, 0, _claimCall(i, payer, 1, 0), _wrongPhase(b.phase));
        }
        uint96 recorded = b.recorded[uint256(payer)];
        if (hub.clock() >= b.closesAt) {
            bytes memory over = abi.encodeWithSelector(IChannelHub.PeriodOver.selector, b.closesAt);
            return _refuse(stranger, 0, _claimCall(i, payer, MOST, 0), over);
        }
        if (way % 4 == 0) {
            bytes memory fault = abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, recorded);
            return _refuse(stranger, 0, _claimCall(i, payer, uint96(_pick(size, recorded)), 0), fault);
        }
        if (recorded == MOST) return;
        // by the payee, for the former life, by a key that nobody delegated to
        uint256 flaw = way % 4;
        if (flaw == 2 && _epoch(i) == 0) return;
        _refuse(stranger, 0, _claimCall(i, payer, MOST, flaw), _fault(_BAD_SIGNATURE));
        if (_keys[i].policy == Policy.Forfeit) {
            _refuse(
                stranger, 0, _claimCall(i, payer, MOST, 4), _fault(IChannelHub.DelegationRefused.selector)
            );
        }
    }

    function forbiddenEnding(uint256 i, uint96 a, uint96 b, uint8 way) external {
        i = _mix(i) % CHANNELS;
        Book memory book_ = _books[i];
        if (way % 3 == 0) _forbiddenSettle(i, book_);
        else if (way % 3 == 1) _forbiddenAccept(i, book_, a, b);
        else _forbiddenSettlement(i, book_, Settlement(a, b, uint64(hub.clock())), way / 3 % 4);
    }

    function _forbiddenSettle(uint256 i, Book memory b) private {
        bytes memory call = abi.encodeCall(IChannelHub.settle, (_keys[i], _epoch(i)));
        if (b.phase != Phase.Closing) return _refuse(stranger, 0, call, _wrongPhase(b.phase));
        if (hub.clock() >= b.closesAt) return;
        bytes memory running = abi.encodeWithSelector(IChannelHub.PeriodRunning.selector, b.closesAt);
        _refuse(_account(i, b.closer), 0, call, running);
        _refuse(stranger, 0, call, running);
    }

    function _forbiddenAccept(uint256 i, Book memory b, uint96 alices, uint96 bobs) private {
        address from = _account(i, _other(b.closer));
        (uint96 x, uint96 y) = (b.recorded[ALICE], b.recorded[BOB]);
        if (b.phase != Phase.Closing) return _refuse(from, 0, _accept(i, x, y), _wrongPhase(b.phase));
        bytes memory fault = _fault(IChannelHub.CloserCannotAccept.selector);
        _refuse(_account(i, b.closer), 0, _accept(i, x, y), fault);
        _refuse(stranger, 0, _accept(i, x, y), _fault(IChannelHub.NotASide.selector));
        if (hub.clock() >= b.closesAt) {
            fault = abi.encodeWithSelector(IChannelHub.PeriodOver.selector, b.closesAt);
            _refuse(from, 0, _accept(i, x, y), fault);
        } else if (alices != x || bobs != y) {
            fault = abi.encodeWithSelector(IChannelHub.TotalsChanged.selector, x, y);
            _refuse(from, 0, _accept(i, alices, bobs), fault);
        }
    }

    function _forbiddenSettlement(uint256 i, Book memory b, Settlement memory s, uint256 flaw) private {
        bytes memory fault = _fault(_BAD_SIGNATURE);
        if (b.phase != Phase.Open) {
            (fault, flaw) = (_wrongPhase(b.phase), 0);
        } else if (flaw == 0) {
            s.expiry -= 1;
            fault = _expired();
        } else if (flaw == 3 && _epoch(i) == 0) {
            return;
        }
        uint32 signedFor = flaw == 3 ? _epoch(i) - 1 : _epoch(i);
        Auth[2] memory auths = _flawed(i, hub.settlementHash(_keys[i], signedFor, s), flaw);
        _refuse(
            stranger, 0, abi.encodeCall(IChannelHub.settleTogether, (_keys[i], _epoch(i), s, auths)), fault
        );
    }

    /// @dev Everything, with the right signatures, for a life that is over or has not begun.
    function forbiddenLife(uint256 i, bool next, uint8 way) external {
        i = _mix(i) % CHANNELS;
        uint32 current = _epoch(i);
        if (!next && current == 0) return;
        uint32 epoch = next ? current + 1 : current - 1;
        bytes memory fault = abi.encodeWithSelector(IChannelHub.WrongEpoch.selector, current);
        _refuse(_keys[i].alice, 0, _inLife(i, epoch, way % 7), fault);
    }

    function _inLife(uint256 i, uint32 e, uint256 way) private view returns (bytes memory) {
        ChannelKey memory k = _keys[i];
        uint64 now_ = uint64(hub.clock());
        if (way == 0) return abi.encodeCall(IChannelHub.settle, (k, e));
        if (way == 1) return abi.encodeCall(IChannelHub.accept, (k, e, 0, 0));
        if (way == 2) return abi.encodeCall(IChannelHub.deposit, (k, e, Side.Alice, 1));
        if (way == 3) return abi.encodeCall(IChannelHub.close, (k, e, 0, _noClaim(), _noAuth(), now_));
        if (way == 4) {
            Claim memory c = Claim(k.bob, MOST, 1);
            Auth memory auth = _signedBy(i, Side.Alice, hub.claimHash(k, e, c), false);
            return abi.encodeCall(IChannelHub.claim, (k, e, c, auth));
        }
        if (way == 5) {
            Settlement memory s = Settlement(1, 2, now_);
            Auth[2] memory both = _signedByBoth(i, hub.settlementHash(k, e, s), false);
            return abi.encodeCall(IChannelHub.settleTogether, (k, e, s, both));
        }
        Auth[2] memory auths = _signedByBoth(i, hub.withdrawalHash(k, e, Side.Bob, 1, now_), false);
        return abi.encodeCall(IChannelHub.withdraw, (k, e, Side.Bob, 1, now_, auths));
    }

    function forbiddenOthers(uint8 way) external {
        if (way % 3 == 0) {
            _refuse(stranger, 1, "", ""); // plain ether
        } else {
            bytes memory call = abi.encodeWithSignature(
                "pushToken(address,address,uint256)", _tokenAt(way % 2 + 1), stranger, 1
            );
            _refuse(stranger, 0, call, _fault(IChannelHub.OnlyHub.selector));
        }
    }

    // ------------------------------------------------------------------------------------------------- calls

    function _open(uint256 i, uint96 amount) private view returns (bytes memory) {
        return abi.encodeCall(IChannelHub.open, (_keys[i], amount));
    }

    function _deposit(uint256 i, Side side, uint96 amount) private view returns (bytes memory) {
        return abi.encodeCall(IChannelHub.deposit, (_keys[i], _epoch(i), side, amount));
    }

    function _accept(uint256 i, uint96 a, uint96 b) private view returns (bytes memory) {
        return abi.encodeCall(IChannelHub.accept, (_keys[i], _epoch(i), a, b));
    }

    // Flaw 1 is alice's signature twice, 2 is bob's twice, 3 the former life.
    function _withdraw(uint256 i, Side side, uint96 total, uint64 late, uint256 flaw)
        private
        view
        returns (bytes memory)
    {
        uint64 expiry = uint64(hub.clock()) - late;
        uint32 signedFor = flaw == 3 ? _epoch(i) - 1 : _epoch(i);
        Auth[2] memory auths = _flawed(i, hub.withdrawalHash(_keys[i], signedFor, side, total, expiry), flaw);
        return abi.encodeCall(IChannelHub.withdraw, (_keys[i], _epoch(i), side, total, expiry, auths));
    }

    function _flawed(uint256 i, bytes32 digest, uint256 flaw) private view returns (Auth[2] memory auths) {
        auths = _signedByBoth(i, digest, false);
        if (flaw == 1) auths[1] = auths[0];
        if (flaw == 2) auths[0] = auths[1];
    }

    // Flaw 1: signed by the payee, 2: for the former life, 3: by a key without delegation, 4: by one with.
    function _claimCall(uint256 i, Side payer, uint96 total, uint256 flaw)
        private
        view
        returns (bytes memory)
    {
        (Claim memory c, Auth memory auth) = _claimWith(i, payer, total, flaw);
        return abi.encodeCall(IChannelHub.claim, (_keys[i], _epoch(i), c, auth));
    }

    // The closer shows a claim that pays it. Flaw 1: signed by itself, 2: for the former life.
    function _close(uint256 i, Side payee, uint96 received, uint64 late, uint256 flaw)
        private
        view
        returns (bytes memory)
    {
        (Claim memory c, Auth memory auth) = _claimWith(i, _other(payee), received, flaw);
        uint64 deadline = uint64(hub.clock()) - late;
        return abi.encodeCall(IChannelHub.close, (_keys[i], _epoch(i), 0, c, auth, deadline));
    }

    function _claimWith(uint256 i, Side payer, uint96 total, uint256 flaw)
        private
        view
        returns (Claim memory c, Auth memory auth)
    {
        c = Claim(_account(i, _other(payer)), total, 1);
        bytes32 digest = hub.claimHash(_keys[i], flaw == 2 ? _epoch(i) - 1 : _epoch(i), c);
        if (flaw == 1) auth = _signedBy(i, _other(payer), digest, false);
        else if (flaw == 3) auth = _auth(deputyKey, digest);
        else if (flaw == 4) auth = _delegated(_keys[i], _actor(i, payer).signerKey, digest);
        else auth = _signedBy(i, payer, digest, false);
    }

    function _fault(bytes4 selector) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector);
    }

    function _wrongPhase(Phase phase) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IChannelHub.WrongPhase.selector, phase);
    }

    function _expired() private view returns (bytes memory) {
        return abi.encodeWithSelector(IChannelHub.Expired.selector, hub.clock() - 1);
    }
}
