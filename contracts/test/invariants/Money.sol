// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, IChannelHub, Permit, Phase, Side} from "../../src/IChannelHub.sol";
import {Trick} from "../mocks/HostileToken.sol";
import {Mood, Receiver} from "../mocks/Receivers.sol";
import {Record} from "./Record.sol";
import {Actor, Payout} from "./World.sol";

/// @dev Money into the hub and out of it while channels are open, and all that tokens and recipients are up to.
abstract contract Money is Record {
    // A trick may burn all the gas it gets; this is more than any honest call needs.
    uint256 private constant _GAS = 1_000_000;

    // ----------------------------------------------------------------------------------------------- into it

    function open(uint256 i, uint256 size, uint8 way) external {
        size = _mix(size);
        uint256 unused = _find(i, Phase.Empty);
        i = unused == NONE || size % 2 == 0 ? _find(i, Phase.Settled) : unused;
        if (i == NONE) return;
        ChannelKey memory k = _keys[i];
        // both deposits have to fit, so hers leaves room for his now and then
        uint96 amount = uint96(_pick(size >> 1, way % 2 == 0 ? MOST : MOST / 2));
        uint256 value = _hand(k.token, k.alice, amount);
        if (!_pulls(k.token, k.alice, amount)) {
            bytes memory call = abi.encodeCall(IChannelHub.open, (k, amount));
            return _refused(k.alice, call, IChannelHub.TokenTransferFailed.selector);
        }
        bool reopened = _books[i].phase == Phase.Settled;
        bytes32 id;
        if (k.token == address(THD) && way % 4 > 1 && _actor(i, Side.Alice).accountKey != 0) {
            Permit memory permit = _permitOf(_actor(i, Side.Alice).accountKey, amount, way % 8 > 3);
            vm.prank(k.alice);
            id = hub.openWithPermit(k, amount, permit);
        } else {
            vm.prank(k.alice);
            id = hub.open{value: value, gas: _GAS}(k, amount);
        }
        assertFalse(_used[id], "I8: an id that has been used before");
        _used[id] = true;
        _spent(k.token, k.alice, amount);
        _opened(i, amount);
        _count(reopened ? "opened again" : "opened");
    }

    /// @dev Anyone deposits for either side.
    function deposit(uint256 i, uint256 size, bool forBob, uint8 payerSeed, uint8 way) external {
        i = _find(i, Phase.Open);
        if (i == NONE || _room(i) == 0) return;
        uint96 amount = uint96(_pick(size, _room(i) - 1) + 1);
        Side side = forBob ? Side.Bob : Side.Alice;
        (address payer, uint256 payerKey) = _payer(i, side, payerSeed);
        if (_keys[i].token == address(THD) && way % 4 > 1 && payerKey != 0) {
            _hand(address(THD), payer, amount);
            Permit memory permit = _permitOf(payerKey, amount, way % 8 > 3);
            vm.prank(payer);
            hub.depositWithPermit(_keys[i], _epoch(i), side, amount, permit);
        } else if (!_depositPlainly(i, side, amount, payer)) {
            return;
        }
        _spent(_keys[i].token, payer, amount);
        _books[i].deposit[uint256(side)] += amount;
        _count(payer == _account(i, side) ? "deposited by the side" : "deposited by another");
    }

    /// @dev Every other time the side itself.
    function _payer(uint256 i, Side side, uint8 seed) private view returns (address, uint256 accountKey) {
        uint256 n = seed % (2 * ACTORS + 1);
        if (n == 2 * ACTORS) return (stranger, 0);
        Actor memory payer = n < ACTORS ? _actors[n] : _actor(i, side);
        return (payer.account, payer.accountKey);
    }

    function _depositPlainly(uint256 i, Side side, uint96 amount, address payer) private returns (bool) {
        uint256 value = _hand(_keys[i].token, payer, amount);
        if (!_pulls(_keys[i].token, payer, amount)) {
            bytes memory call = abi.encodeCall(IChannelHub.deposit, (_keys[i], _epoch(i), side, amount));
            _refused(payer, call, IChannelHub.TokenTransferFailed.selector);
            return false;
        }
        vm.prank(payer);
        hub.deposit{value: value, gas: _GAS}(_keys[i], _epoch(i), side, amount);
        return true;
    }

    /// @dev Takes the allowance away, so that the permit counts; or has a stranger use the permit up before.
    function _permitOf(uint256 payerKey, uint256 amount, bool usedUp) private returns (Permit memory permit) {
        address payer = vm.addr(payerKey);
        vm.prank(payer);
        THD.approve(address(hub), 0);
        permit = _permit(THD, payerKey, amount);
        if (usedUp) {
            vm.prank(stranger);
            THD.permit(payer, address(hub), amount, permit.deadline, permit.v, permit.r, permit.s);
        }
        _count(usedUp ? "permit used up before" : "permit");
    }

    function _pulls(address token, address payer, uint96 amount) private view returns (bool) {
        if (token != address(WILD) || amount == 0) return true;
        Trick trick = WILD.tricksIn();
        // a fee on top is between the token and who pays
        if (trick == Trick.MoveMore) return WILD.balanceOf(payer) > amount;
        return trick == Trick.None || trick == Trick.ReturnNothing;
    }

    function _spent(address token, address payer, uint96 amount) private {
        purse[token][payer] -= amount;
        if (token == address(WILD) && amount != 0 && WILD.tricksIn() == Trick.MoveMore) {
            purse[token][payer] -= 1;
        }
    }

    // --------------------------------------------------------------------------------------------- out of it

    /// @dev Both sides agree that one of them takes money out.
    function withdraw(uint256 i, uint256 size, bool byBob, uint8 way) external {
        i = _find(i, Phase.Open);
        if (i == NONE || _pot(i) == 0) return;
        Side side = byBob ? Side.Bob : Side.Alice;
        uint256 amount = _pick(size, _pot(i) - 1) + 1;
        uint96 total = uint96(_books[i].taken[uint256(side)] + amount);
        uint64 expiry = uint64(hub.clock()) + way % 3;
        bytes32 digest = hub.withdrawalHash(_keys[i], _epoch(i), side, total, expiry);
        Auth[2] memory auths = _signedByBoth(i, digest, way % 2 == 0);

        Payout memory payout = _beforePayout(i);
        vm.prank(stranger);
        hub.withdraw(_keys[i], _epoch(i), side, total, expiry, auths);
        _afterPayout(i, payout);
        _books[i].taken[uint256(side)] += amount;
        _lastWithdrawal = payout;
        assertEq(payout.pushed[uint256(side)] + payout.held[uint256(side)], amount, "I3: what was withdrawn");
        _count(payout.held[uint256(side)] == 0 ? "withdrawn" : "withdrawn and held");
    }

    /// @dev What is held is paid whole as soon as its account takes it, and stays until then.
    function collect(uint256 a, uint8 t) external {
        address who = _actors[a % ACTORS].account;
        address token = _tokenAt(t % 3);
        uint256 held = waiting[token][who];
        bytes memory call = abi.encodeCall(IChannelHub.collect, (token, who));
        if (held == 0) return _refused(stranger, call, IChannelHub.NothingOwed.selector);
        // who needs more gas than a push has can collect with more
        bool hungry = token == ETHER && who.code.length != 0 && Receiver(payable(who)).mood() == Mood.Hungry;
        if (!(_takes(token, who) || hungry)) {
            bytes4 fault = token == ETHER
                ? IChannelHub.EtherTransferFailed.selector
                : IChannelHub.TokenTransferFailed.selector;
            return _refused(stranger, call, fault);
        }
        if (_balance(token, address(hub)) < held) {
            return _refused(stranger, call, IChannelHub.TokenTransferFailed.selector);
        }
        vm.prank(stranger);
        assertEq(hub.collect(token, who), held, "I10: collected");
        waiting[token][who] = 0;
        purse[token][who] += held;
        _count(hungry ? "collected by who needs more gas" : "collected");
    }

    // ------------------------------------------------------------------------------- what others are up to

    /// @dev Only contracts have moods.
    function changeMood(bool first, uint8 mood) external {
        Receiver(payable(_actors[first ? 2 : 4].account)).set(Mood(mood % (uint8(type(Mood).max) + 1)));
    }

    function changeTricks(uint8 tricksIn, uint8 tricksOut, uint8 victim) external {
        // mostly honest, or nothing would ever come in
        uint8 tricks = uint8(type(Trick).max) + 1;
        Trick in_ = tricksIn % 2 == 0 ? Trick.None : Trick(tricksIn / 2 % tricks);
        Trick out = tricksOut % 2 == 0 ? Trick.None : Trick(tricksOut / 2 % tricks);
        WILD.setTricks(in_, out);
        WILD.setVictim(victim % 2 == 0 ? address(0) : _actors[victim / 2 % ACTORS].account);
    }

    function confiscate(uint256 size) external {
        uint256 amount = _pick(size, WILD.balanceOf(address(hub)));
        WILD.confiscate(address(hub), amount);
        confiscated += amount;
        if (amount != 0) _count("confiscated");
    }

    function giveBack() external {
        WILD.giveBack(address(hub), confiscated);
        confiscated = 0;
    }

    /// @dev Ether that no contract can refuse, and tokens sent to the hub by mistake.
    function stray(uint8 t, uint256 size) external {
        address token = _tokenAt(t % 3);
        uint256 amount = _pick(size, 1e24);
        if (token == ETHER) vm.deal(address(hub), address(hub).balance + amount);
        else assertTrue(_erc20(token).transfer(address(hub), amount));
        gifts[token] += amount;
        _count("strayed");
    }

    function _refused(address from, bytes memory call, bytes4 fault) private {
        _refuse(from, 0, call, abi.encodeWithSelector(fault));
    }
}
