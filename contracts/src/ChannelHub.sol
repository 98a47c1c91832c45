// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    ChannelState,
    Claim,
    IChannelHub,
    KeyFault,
    Permit,
    Phase,
    Policy,
    Settlement,
    Side
} from "./IChannelHub.sol";
import {Clock} from "./lib/Clock.sol";
import {Lock} from "./lib/Lock.sol";
import {Payouts} from "./lib/Payouts.sol";
import {Signatures} from "./lib/Signatures.sol";
import {Life, Slots, Totals} from "./lib/Slots.sol";
import {Transfers} from "./lib/Transfers.sol";
import {TypedData} from "./lib/TypedData.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title ChannelHub
/// @notice See {IChannelHub}.
contract ChannelHub is IChannelHub, EIP712, Clock, Lock {
    using TypedData for ChannelKey;
    using Slots for Life;
    using Slots for Totals;
    using Slots for uint256;

    // One slot from the first withdrawal to settlement.
    struct Withdrawals {
        uint96 alice;
        uint96 bob;
    }

    struct Channel {
        uint256 life; // packed `Life`
        uint256 totals; // packed `Totals`
        Withdrawals withdrawn;
    }

    mapping(bytes32 keyHash => Channel) private _channels;
    mapping(address token => mapping(address account => uint256 amount)) private _owed;

    /// @param countsSeconds Whether the clock is the block's timestamp; otherwise it is the block's number.
    constructor(bool countsSeconds) EIP712("Thunder", "1") Clock(countsSeconds) {}

    // --------------------------------------------------------------------------------- money in, money out

    /// @inheritdoc IChannelHub
    function open(ChannelKey calldata key, uint96 amount) external payable locks returns (bytes32 id) {
        return _open(key, amount);
    }

    /// @inheritdoc IChannelHub
    function openWithPermit(ChannelKey calldata key, uint96 amount, Permit calldata permit)
        external
        locks
        returns (bytes32 id)
    {
        _tryPermit(key.token, amount, permit);
        return _open(key, amount);
    }

    /// @inheritdoc IChannelHub
    function deposit(ChannelKey calldata key, uint32 epoch, Side side, uint96 amount) external payable locks {
        _deposit(key, epoch, side, amount);
    }

    /// @inheritdoc IChannelHub
    function depositWithPermit(
        ChannelKey calldata key,
        uint32 epoch,
        Side side,
        uint96 amount,
        Permit calldata permit
    ) external locks {
        _tryPermit(key.token, amount, permit);
        _deposit(key, epoch, side, amount);
    }

    /// @inheritdoc IChannelHub
    function withdraw(
        ChannelKey calldata key,
        uint32 epoch,
        Side side,
        uint96 total,
        uint64 expiry,
        Auth[2] calldata auths
    ) external locks {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = _lifeIn(stored, epoch, Phase.Open);
        _requireNotPast(expiry);

        Withdrawals memory withdrawn = _withdrawn(stored, life);
        uint96 before = side == Side.Alice ? withdrawn.alice : withdrawn.bob;
        if (total <= before) revert TotalNotHigher(before);
        uint96 amount = total - before;
        uint96 pot = Payouts.pot(life.aliceDeposit, life.bobDeposit, withdrawn.alice, withdrawn.bob);
        if (amount > pot) revert AbovePot(pot);

        bytes32 id = key.channelId(epoch);
        address to = _address(key, side);
        _requireBoth(key, id, TypedData.withdrawal(id, to, total, expiry), auths);

        if (side == Side.Alice) stored.withdrawn.alice = total;
        else stored.withdrawn.bob = total;
        if (!life.hasWithdrawals) {
            life.hasWithdrawals = true;
            stored.life = life.pack();
        }
        emit Withdrawn(id, side, amount, total);
        _pay(key.token, to, amount);
    }

    // ------------------------------------------------------------------------------------------ how it ends

    /// @inheritdoc IChannelHub
    function close(
        ChannelKey calldata key,
        uint32 epoch,
        uint96 paid,
        Claim calldata received,
        Auth calldata auth,
        uint64 deadline
    ) external locks {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = _lifeIn(stored, epoch, Phase.Open);
        Side closer = _side(key, msg.sender);
        _requireNotPast(deadline);

        bytes32 id = key.channelId(epoch);
        if (received.total != 0) {
            if (received.to != msg.sender) revert NotForCloser();
            _requireSigned(key, id, _other(closer), TypedData.claim(id, received), auth);
        }

        Totals memory totals = Totals({
            alice: closer == Side.Alice ? paid : received.total,
            bob: closer == Side.Alice ? received.total : paid,
            epoch: epoch,
            closesAt: _closesAt(key.finalizationPeriod)
        });
        stored.totals = totals.pack();
        life.phase = Phase.Closing;
        life.closer = closer;
        stored.life = life.pack();
        emit Closing(id, closer, totals.alice, totals.bob, totals.closesAt);
    }

    /// @inheritdoc IChannelHub
    function claim(ChannelKey calldata key, uint32 epoch, Claim calldata claim_, Auth calldata auth)
        external
        locks
    {
        Channel storage stored = _channels[key.keyHash()];
        Totals memory totals = _totalsIn(stored, epoch);
        if (clock() >= totals.closesAt) revert PeriodOver(totals.closesAt);

        Side payer = _other(_side(key, claim_.to));
        uint96 recorded = payer == Side.Alice ? totals.alice : totals.bob;
        if (claim_.total <= recorded) revert TotalNotHigher(recorded);

        bytes32 id = key.channelId(epoch);
        _requireSigned(key, id, payer, TypedData.claim(id, claim_), auth);

        if (key.policy == Policy.Forfeit) {
            Life memory life = stored.life.unpackLife();
            if (payer == life.closer) {
                emit Forfeited(id, payer, claim_.total);
                _forfeit(key, id, stored, life);
                return;
            }
        }
        if (payer == Side.Alice) totals.alice = claim_.total;
        else totals.bob = claim_.total;
        stored.totals = totals.pack();
        emit Claimed(id, payer, claim_.total);
    }

    /// @inheritdoc IChannelHub
    function settle(ChannelKey calldata key, uint32 epoch) external locks {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = _lifeIn(stored, epoch, Phase.Closing);
        Totals memory totals = stored.totals.unpackTotals();
        if (clock() < totals.closesAt) revert PeriodRunning(totals.closesAt);
        delete stored.totals;
        _settleBy(key, epoch, stored, life, totals.alice, totals.bob);
    }

    /// @inheritdoc IChannelHub
    function accept(ChannelKey calldata key, uint32 epoch, uint96 aliceTotal, uint96 bobTotal)
        external
        locks
    {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = _lifeIn(stored, epoch, Phase.Closing);
        Totals memory totals = stored.totals.unpackTotals();
        if (_side(key, msg.sender) == life.closer) revert CloserCannotAccept();
        if (clock() >= totals.closesAt) revert PeriodOver(totals.closesAt);
        if (aliceTotal != totals.alice || bobTotal != totals.bob) {
            revert TotalsChanged(totals.alice, totals.bob);
        }
        delete stored.totals;
        _settleBy(key, epoch, stored, life, aliceTotal, bobTotal);
    }

    /// @inheritdoc IChannelHub
    function settleTogether(
        ChannelKey calldata key,
        uint32 epoch,
        Settlement calldata settlement,
        Auth[2] calldata auths
    ) external locks {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = _lifeIn(stored, epoch, Phase.Open);
        _requireNotPast(settlement.expiry);
        bytes32 id = key.channelId(epoch);
        _requireBoth(key, id, TypedData.settlement(id, settlement), auths);
        _settleBy(key, epoch, stored, life, settlement.aliceTotal, settlement.bobTotal);
    }

    /// @inheritdoc IChannelHub
    function collect(address token, address account) external locks returns (uint256 amount) {
        amount = _owed[token][account];
        if (amount == 0) revert NothingOwed();
        delete _owed[token][account];
        emit Collected(token, account, amount);
        if (token != address(0)) {
            Transfers.push(token, account, amount);
        } else if (!Transfers.callIgnoringResult(account, amount, gasleft(), "")) {
            revert EtherTransferFailed();
        }
    }

    /// @notice For the hub's own use: a transfer that fails any part of its test is undone as a whole here, and
    /// the hub goes on and holds the amount.
    function pushToken(address token, address to, uint256 amount) external {
        if (msg.sender != address(this)) revert OnlyHub();
        Transfers.push(token, to, amount);
    }

    // -------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IChannelHub
    function owed(address token, address account) external view whenUnlocked returns (uint256) {
        return _owed[token][account];
    }

    /// @inheritdoc IChannelHub
    function channelId(ChannelKey calldata key) external view whenUnlocked returns (bytes32 id) {
        return key.channelId(_channels[key.keyHash()].life.unpackLife().epoch);
    }

    /// @inheritdoc IChannelHub
    function channel(ChannelKey calldata key) external view whenUnlocked returns (ChannelState memory) {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = stored.life.unpackLife();
        Totals memory totals = stored.totals.unpackTotals();
        Withdrawals memory withdrawn = _withdrawn(stored, life);
        return ChannelState({
            phase: life.phase,
            epoch: life.epoch,
            aliceDeposit: life.aliceDeposit,
            bobDeposit: life.bobDeposit,
            aliceWithdrawn: withdrawn.alice,
            bobWithdrawn: withdrawn.bob,
            aliceTotal: totals.alice,
            bobTotal: totals.bob,
            closer: life.closer,
            closesAt: totals.closesAt
        });
    }

    /// @inheritdoc IChannelHub
    function balances(ChannelKey calldata key) external view whenUnlocked returns (uint96 alice, uint96 bob) {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = stored.life.unpackLife();
        Totals memory totals = stored.totals.unpackTotals();
        return _split(life, _withdrawn(stored, life), totals.alice, totals.bob);
    }

    /// @inheritdoc IChannelHub
    function claimHash(ChannelKey calldata key, uint32 epoch, Claim calldata claim_)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(TypedData.claim(key.channelId(epoch), claim_));
    }

    /// @inheritdoc IChannelHub
    function withdrawalHash(ChannelKey calldata key, uint32 epoch, Side side, uint96 total, uint64 expiry)
        external
        view
        returns (bytes32)
    {
        return
            _hashTypedDataV4(TypedData.withdrawal(key.channelId(epoch), _address(key, side), total, expiry));
    }

    /// @inheritdoc IChannelHub
    function settlementHash(ChannelKey calldata key, uint32 epoch, Settlement calldata settlement)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(TypedData.settlement(key.channelId(epoch), settlement));
    }

    /// @inheritdoc IChannelHub
    function delegationHash(ChannelKey calldata key, uint32 epoch, address paymentKey)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(TypedData.delegation(key.channelId(epoch), paymentKey));
    }

    // ------------------------------------------------------------------------------- opening and depositing

    function _open(ChannelKey calldata key, uint96 amount) private returns (bytes32 id) {
        if (msg.sender != key.alice) revert NotAlice();
        _requireSound(key);

        Channel storage stored = _channels[key.keyHash()];
        Life memory life = stored.life.unpackLife();
        if (life.phase == Phase.Settled) {
            if (life.epoch == Slots.LAST_EPOCH) revert NoMoreEpochs();
            ++life.epoch;
        } else if (life.phase != Phase.Empty) {
            revert WrongPhase(life.phase);
        }
        life.phase = Phase.Open;
        life.aliceDeposit = amount;
        stored.life = life.pack();

        id = key.channelId(life.epoch);
        emit Opened(id, key.alice, key.bob, key, life.epoch, amount);
        _take(key.token, amount);
    }

    function _deposit(ChannelKey calldata key, uint32 epoch, Side side, uint96 amount) private {
        Channel storage stored = _channels[key.keyHash()];
        Life memory life = _lifeIn(stored, epoch, Phase.Open);
        if (amount == 0) revert ZeroAmount();
        if (uint256(life.aliceDeposit) + life.bobDeposit + amount > type(uint96).max) {
            revert DepositTooLarge();
        }

        uint96 total;
        if (side == Side.Alice) life.aliceDeposit = total = life.aliceDeposit + amount;
        else life.bobDeposit = total = life.bobDeposit + amount;
        stored.life = life.pack();
        emit Deposited(key.channelId(epoch), side, amount, total);
        _take(key.token, amount);
    }

    function _requireSound(ChannelKey calldata key) private view {
        // alice is the caller, so she is neither zero nor the hub
        if (key.aliceSigner == address(0) || key.bob == address(0) || key.bobSigner == address(0)) {
            revert BadKey(KeyFault.ZeroAddress);
        }
        if (key.alice == key.bob) revert BadKey(KeyFault.SameSides);
        if (key.aliceSigner == key.bobSigner) revert BadKey(KeyFault.SameSigners);
        if (key.aliceSigner == address(this) || key.bob == address(this) || key.bobSigner == address(this)) {
            revert BadKey(KeyFault.HubAsParty);
        }
        if (key.token == address(this)) revert BadKey(KeyFault.HubAsToken);
        if (key.finalizationPeriod == 0) revert BadKey(KeyFault.ZeroPeriod);
        _closesAt(key.finalizationPeriod); // refuses money that could not be closed for
    }

    function _tryPermit(address token, uint256 amount, Permit calldata permit) private {
        if (token == address(0)) return;
        Transfers.tryPermit(token, msg.sender, amount, permit.deadline, permit.v, permit.r, permit.s);
    }

    function _take(address token, uint256 amount) private {
        if (msg.value != (token == address(0) ? amount : 0)) revert AmountMismatch();
        if (token != address(0) && amount != 0) Transfers.pull(token, msg.sender, amount);
    }

    // ---------------------------------------------------------------------------------------------- settling

    function _settleBy(
        ChannelKey calldata key,
        uint32 epoch,
        Channel storage stored,
        Life memory life,
        uint96 aliceTotal,
        uint96 bobTotal
    ) private {
        (uint96 alice, uint96 bob) = _split(life, _withdrawn(stored, life), aliceTotal, bobTotal);
        _end(key, key.channelId(epoch), stored, life, alice, bob);
    }

    function _forfeit(ChannelKey calldata key, bytes32 id, Channel storage stored, Life memory life) private {
        Withdrawals memory withdrawn = _withdrawn(stored, life);
        uint96 pot = Payouts.pot(life.aliceDeposit, life.bobDeposit, withdrawn.alice, withdrawn.bob);
        delete stored.totals;
        if (life.closer == Side.Alice) _end(key, id, stored, life, 0, pot);
        else _end(key, id, stored, life, pot, 0);
    }

    // Only the phase and the epoch remain. The caller has cleared the totals if there were any.
    function _end(
        ChannelKey calldata key,
        bytes32 id,
        Channel storage stored,
        Life memory life,
        uint96 alice,
        uint96 bob
    ) private {
        if (life.hasWithdrawals) delete stored.withdrawn;
        Life memory settled;
        settled.phase = Phase.Settled;
        settled.epoch = life.epoch;
        stored.life = settled.pack();
        emit Settled(id, alice, bob);
        _pay(key.token, key.alice, alice);
        _pay(key.token, key.bob, bob);
    }

    // A payout that fails is held for the account, and everything else goes on.
    function _pay(address token, address account, uint256 amount) private {
        if (amount == 0) return;
        bool paid = token == address(0)
            ? Transfers.callWithExactGas(account, amount, Transfers.ETHER_GAS, "")
            : Transfers.callWithExactGas(
                address(this),
                0,
                Transfers.TOKEN_GAS,
                abi.encodeCall(this.pushToken, (token, account, amount))
            );
        if (!paid) {
            _owed[token][account] += amount;
            emit PayoutHeld(token, account, amount);
        }
    }

    function _split(Life memory life, Withdrawals memory withdrawn, uint96 aliceTotal, uint96 bobTotal)
        private
        pure
        returns (uint96 alice, uint96 bob)
    {
        return Payouts.split(
            life.aliceDeposit, life.bobDeposit, withdrawn.alice, withdrawn.bob, aliceTotal, bobTotal
        );
    }

    // ------------------------------------------------------------------------------------- what is required

    function _lifeIn(Channel storage stored, uint32 epoch, Phase phase)
        private
        view
        returns (Life memory life)
    {
        life = stored.life.unpackLife();
        if (life.epoch != epoch) revert WrongEpoch(life.epoch);
        if (life.phase != phase) revert WrongPhase(life.phase);
    }

    // The totals alone tell whether this life is closing, so a claim need not read the other slot.
    function _totalsIn(Channel storage stored, uint32 epoch) private view returns (Totals memory totals) {
        totals = stored.totals.unpackTotals();
        if (totals.closesAt == 0 || totals.epoch != epoch) _lifeIn(stored, epoch, Phase.Closing);
    }

    function _withdrawn(Channel storage stored, Life memory life)
        private
        view
        returns (Withdrawals memory withdrawn)
    {
        if (life.hasWithdrawals) withdrawn = stored.withdrawn;
    }

    function _closesAt(uint32 period) private view returns (uint64) {
        uint256 at = uint256(clock()) + period;
        if (at > Slots.LAST_MOMENT) revert PeriodTooLong();
        // at most 40 bits
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint64(at);
    }

    function _requireNotPast(uint64 at) private view {
        if (clock() > at) revert Expired(at);
    }

    function _requireBoth(ChannelKey calldata key, bytes32 id, bytes32 structHash, Auth[2] calldata auths)
        private
        view
    {
        _requireSigned(key, id, Side.Alice, structHash, auths[0]);
        _requireSigned(key, id, Side.Bob, structHash, auths[1]);
    }

    // The side's signer signed, or a payment key did that the signer delegated to.
    function _requireSigned(
        ChannelKey calldata key,
        bytes32 id,
        Side side,
        bytes32 structHash,
        Auth calldata auth
    ) private view {
        address signer = side == Side.Alice ? key.aliceSigner : key.bobSigner;
        address recovered = Signatures.recover(_hashTypedDataV4(structHash), auth.r, auth.vs);
        if (recovered == signer) return;
        if (auth.delegation.length == 0) revert BadSignature();
        if (key.policy == Policy.Forfeit) revert DelegationRefused();
        bytes32 delegation = _hashTypedDataV4(TypedData.delegation(id, recovered));
        if (Signatures.recover(delegation, auth.delegation) != signer) revert BadSignature();
    }

    function _side(ChannelKey calldata key, address account) private pure returns (Side) {
        if (account == key.alice) return Side.Alice;
        if (account == key.bob) return Side.Bob;
        revert NotASide();
    }

    function _address(ChannelKey calldata key, Side side) private pure returns (address) {
        return side == Side.Alice ? key.alice : key.bob;
    }

    function _other(Side side) private pure returns (Side) {
        return side == Side.Alice ? Side.Bob : Side.Alice;
    }
}
