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
import {Closings, Life, Lives, Totals} from "./lib/Slots.sol";
import {Transfers} from "./lib/Transfers.sol";
import {TypedData} from "./lib/TypedData.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title ChannelHub
/// @notice See {IChannelHub}.
contract ChannelHub is IChannelHub, EIP712, Clock, Lock {
    using TypedData for ChannelKey;

    // One slot from the first withdrawal to settlement.
    struct Withdrawals {
        uint96 alice;
        uint96 bob;
    }

    struct Channel {
        Life life;
        Totals totals;
        Withdrawals withdrawn;
    }

    mapping(bytes32 keyHash => Channel) private _channels;
    mapping(address token => mapping(address account => uint256 amount)) private _owed;

    /// @param countsSeconds Whether the clock is the block's timestamp; otherwise it is the block's number.
    constructor(bool countsSeconds) EIP712("Thunder", "1") Clock(countsSeconds) {}

    // --------------------------------------------------------------------------------- money in, money out

    /// @inheritdoc IChannelHub
    function open(ChannelKey calldata key, uint96 amount) external payable whenHome returns (bytes32 id) {
        return _open(key, amount);
    }

    /// @inheritdoc IChannelHub
    // The hub is locked while the token is called, and has read nothing before.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function openWithPermit(ChannelKey calldata key, uint96 amount, Permit calldata permit)
        external
        whenHome
        returns (bytes32 id)
    {
        _tryPermit(key.token, amount, permit);
        return _open(key, amount);
    }

    /// @inheritdoc IChannelHub
    function deposit(ChannelKey calldata key, uint32 epoch, Side side, uint96 amount)
        external
        payable
        whenHome
    {
        _deposit(key, epoch, side, amount);
    }

    /// @inheritdoc IChannelHub
    // The hub is locked while the token is called, and has read nothing before.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function depositWithPermit(
        ChannelKey calldata key,
        uint32 epoch,
        Side side,
        uint96 amount,
        Permit calldata permit
    ) external whenHome {
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
    ) external whenHome {
        (Channel storage stored, bytes32 id) = _find(key, epoch);
        Life life = _lifeIn(stored, epoch, Phase.Open);
        _requireNotPast(expiry);

        (uint96 byAlice, uint96 byBob) = _withdrawn(stored, life);
        uint96 before = side == Side.Alice ? byAlice : byBob;
        if (total <= before) revert TotalNotHigher(before);
        uint96 amount = total - before;
        uint96 pot = Payouts.pot(life.aliceDeposit(), life.bobDeposit(), byAlice, byBob);
        if (amount > pot) revert AbovePot(pot);

        address to = _address(key, side);
        _requireBoth(key, id, TypedData.withdrawal(id, to, total, expiry), auths);

        if (side == Side.Alice) stored.withdrawn.alice = total;
        else stored.withdrawn.bob = total;
        if (!life.hasWithdrawals()) stored.life = life.withWithdrawals();
        emit Withdrawn(id, side, amount, total);
        _payOne(key.token, to, amount);
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
    ) external whenHome {
        (Channel storage stored, bytes32 id) = _find(key, epoch);
        Life life = _lifeIn(stored, epoch, Phase.Open);
        Side closer = _side(key, msg.sender);
        _requireNotPast(deadline);

        uint96 got = received.total;
        if (got != 0) {
            if (received.to != msg.sender) revert NotForCloser();
            _requireSigned(
                key, id, _signer(key, _other(closer)), _hashTypedDataV4(TypedData.claim(id, received)), auth
            );
        }

        (uint96 aliceTotal, uint96 bobTotal) = closer == Side.Alice ? (paid, got) : (got, paid);
        uint64 closesAt = _closesAt(key.finalizationPeriod);
        stored.totals = Closings.pack(aliceTotal, bobTotal, epoch, closesAt);
        stored.life = life.closing(closer);
        emit Closing(id, closer, aliceTotal, bobTotal, closesAt);
    }

    /// @inheritdoc IChannelHub
    function claim(ChannelKey calldata key, uint32 epoch, Claim calldata claim_, Auth calldata auth)
        external
        whenHome
    {
        (Channel storage stored, bytes32 id) = _find(key, epoch);
        Totals totals = _totalsIn(stored, epoch);
        if (clock() >= totals.closesAt()) revert PeriodOver(totals.closesAt());

        Side payer = _other(_side(key, claim_.to));
        uint96 total = claim_.total;
        uint96 recorded = totals.paidBy(payer);
        if (total <= recorded) revert TotalNotHigher(recorded);
        _requireSigned(key, id, _signer(key, payer), _hashTypedDataV4(TypedData.claim(id, claim_)), auth);

        if (key.policy == Policy.Forfeit) {
            Life life = stored.life;
            if (payer == life.closer()) {
                emit Forfeited(id, payer, total);
                _forfeit(key, id, stored, life);
                return;
            }
        }
        stored.totals = totals.withTotal(payer, total);
        emit Claimed(id, payer, total);
    }

    /// @inheritdoc IChannelHub
    function settle(ChannelKey calldata key, uint32 epoch) external whenHome {
        (Channel storage stored, bytes32 id) = _find(key, epoch);
        Life life = _lifeIn(stored, epoch, Phase.Closing);
        Totals totals = stored.totals;
        if (clock() < totals.closesAt()) revert PeriodRunning(totals.closesAt());
        _settleClosing(key, id, stored, life, totals);
    }

    /// @inheritdoc IChannelHub
    function accept(ChannelKey calldata key, uint32 epoch, uint96 aliceTotal, uint96 bobTotal)
        external
        whenHome
    {
        (Channel storage stored, bytes32 id) = _find(key, epoch);
        Life life = _lifeIn(stored, epoch, Phase.Closing);
        Totals totals = stored.totals;
        if (_side(key, msg.sender) == life.closer()) revert CloserCannotAccept();
        if (clock() >= totals.closesAt()) revert PeriodOver(totals.closesAt());
        if (aliceTotal != totals.alice() || bobTotal != totals.bob()) {
            revert TotalsChanged(totals.alice(), totals.bob());
        }
        _settleClosing(key, id, stored, life, totals);
    }

    /// @inheritdoc IChannelHub
    function settleTogether(
        ChannelKey calldata key,
        uint32 epoch,
        Settlement calldata settlement,
        Auth[2] calldata auths
    ) external whenHome {
        (Channel storage stored, bytes32 id) = _find(key, epoch);
        Life life = _lifeIn(stored, epoch, Phase.Open);
        _requireNotPast(settlement.expiry);
        _requireBoth(key, id, TypedData.settlement(id, settlement), auths);
        (uint96 alice, uint96 bob) = _split(stored, life, settlement.aliceTotal, settlement.bobTotal);
        _end(key, id, stored, life, alice, bob);
    }

    /// @inheritdoc IChannelHub
    function collect(address token, address account) external whenHome leaving returns (uint256 amount) {
        amount = _owed[token][account];
        if (amount == 0) revert NothingOwed();
        delete _owed[token][account];
        emit Collected(token, account, amount);
        if (token != address(0)) {
            Transfers.push(token, account, amount);
        } else if (!Transfers.sendEther(account, amount, gasleft())) {
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
    function owed(address token, address account) external view whenHome returns (uint256) {
        return _owed[token][account];
    }

    /// @inheritdoc IChannelHub
    function channelId(ChannelKey calldata key) external view whenHome returns (bytes32 id) {
        return _id(key, _current(key).life.epoch());
    }

    /// @inheritdoc IChannelHub
    function channel(ChannelKey calldata key) external view whenHome returns (ChannelState memory) {
        Channel storage stored = _current(key);
        Life life = stored.life;
        Totals totals = stored.totals;
        (uint96 aliceWithdrawn, uint96 bobWithdrawn) = _withdrawn(stored, life);
        return ChannelState({
            phase: life.phase(),
            epoch: life.epoch(),
            aliceDeposit: life.aliceDeposit(),
            bobDeposit: life.bobDeposit(),
            aliceWithdrawn: aliceWithdrawn,
            bobWithdrawn: bobWithdrawn,
            aliceTotal: totals.alice(),
            bobTotal: totals.bob(),
            closer: life.closer(),
            closesAt: totals.closesAt()
        });
    }

    /// @inheritdoc IChannelHub
    function balances(ChannelKey calldata key) external view whenHome returns (uint96 alice, uint96 bob) {
        Channel storage stored = _current(key);
        Life life = stored.life;
        Totals totals = stored.totals;
        return _split(stored, life, totals.alice(), totals.bob());
    }

    /// @inheritdoc IChannelHub
    function claimHash(ChannelKey calldata key, uint32 epoch, Claim calldata claim_)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(TypedData.claim(_id(key, epoch), claim_));
    }

    /// @inheritdoc IChannelHub
    function withdrawalHash(ChannelKey calldata key, uint32 epoch, Side side, uint96 total, uint64 expiry)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(TypedData.withdrawal(_id(key, epoch), _address(key, side), total, expiry));
    }

    /// @inheritdoc IChannelHub
    function settlementHash(ChannelKey calldata key, uint32 epoch, Settlement calldata settlement)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(TypedData.settlement(_id(key, epoch), settlement));
    }

    /// @inheritdoc IChannelHub
    function delegationHash(ChannelKey calldata key, uint32 epoch, address paymentKey)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(TypedData.delegation(_id(key, epoch), paymentKey));
    }

    // ------------------------------------------------------------------------------- opening and depositing

    function _open(ChannelKey calldata key, uint96 amount) private returns (bytes32 id) {
        if (msg.sender != key.alice) revert NotAlice();
        _requireSound(key);

        uint32 epoch = 0;
        Channel storage stored;
        (stored, id) = _find(key, epoch);
        Life former = stored.life;
        if (former.phase() == Phase.Settled) {
            if (former.epoch() == Lives.LAST_EPOCH) revert NoMoreEpochs();
            epoch = former.epoch() + 1;
            id = _id(key, epoch);
        } else if (former.phase() != Phase.Empty) {
            revert WrongPhase(former.phase());
        }
        stored.life = Lives.opened(epoch, amount);
        _emitOpened(key, id, epoch, amount);
        _take(key.token, amount);
    }

    // Apart, for the sake of the compiler's stack.
    function _emitOpened(ChannelKey calldata key, bytes32 id, uint32 epoch, uint96 amount) private {
        emit Opened(
            id,
            key.alice,
            key.bob,
            key.aliceSigner,
            key.bobSigner,
            key.token,
            key.finalizationPeriod,
            key.policy,
            key.salt,
            epoch,
            amount
        );
    }

    function _deposit(ChannelKey calldata key, uint32 epoch, Side side, uint96 amount) private {
        (Channel storage stored, bytes32 id) = _find(key, epoch);
        Life life = _lifeIn(stored, epoch, Phase.Open);
        if (amount == 0) revert ZeroAmount();
        if (uint256(life.aliceDeposit()) + life.bobDeposit() + amount > type(uint96).max) {
            revert DepositTooLarge();
        }

        life = life.plusDeposit(side, amount);
        stored.life = life;
        emit Deposited(id, side, amount, side == Side.Alice ? life.aliceDeposit() : life.bobDeposit());
        _take(key.token, amount);
    }

    function _requireSound(ChannelKey calldata key) private view {
        // alice is the caller, so she is neither zero nor the hub
        (address aliceSigner, address bob, address bobSigner) = (key.aliceSigner, key.bob, key.bobSigner);
        if (aliceSigner == address(0) || bob == address(0) || bobSigner == address(0)) {
            revert BadKey(KeyFault.ZeroAddress);
        }
        if (msg.sender == bob) revert BadKey(KeyFault.SameSides);
        if (aliceSigner == bobSigner) revert BadKey(KeyFault.SameSigners);
        if (aliceSigner == address(this) || bob == address(this) || bobSigner == address(this)) {
            revert BadKey(KeyFault.HubAsParty);
        }
        if (key.token == address(this)) revert BadKey(KeyFault.HubAsToken);
        if (key.finalizationPeriod == 0) revert BadKey(KeyFault.ZeroPeriod);
        _closesAt(key.finalizationPeriod); // refuses money that could not be closed for
    }

    function _tryPermit(address token, uint256 amount, Permit calldata permit) private leaving {
        if (token == address(0)) return;
        Transfers.tryPermit(token, msg.sender, amount, permit.deadline, permit.v, permit.r, permit.s);
    }

    function _take(address token, uint256 amount) private {
        if (token == address(0)) {
            if (msg.value != amount) revert AmountMismatch();
        } else {
            if (msg.value != 0) revert AmountMismatch();
            if (amount != 0) _pull(token, amount);
        }
    }

    function _pull(address token, uint256 amount) private leaving {
        Transfers.pull(token, msg.sender, amount);
    }

    // ---------------------------------------------------------------------------------------------- settling

    function _settleClosing(
        ChannelKey calldata key,
        bytes32 id,
        Channel storage stored,
        Life life,
        Totals totals
    ) private {
        stored.totals = Totals.wrap(0);
        (uint96 alice, uint96 bob) = _split(stored, life, totals.alice(), totals.bob());
        _end(key, id, stored, life, alice, bob);
    }

    function _forfeit(ChannelKey calldata key, bytes32 id, Channel storage stored, Life life) private {
        stored.totals = Totals.wrap(0);
        (uint96 byAlice, uint96 byBob) = _withdrawn(stored, life);
        uint96 pot = Payouts.pot(life.aliceDeposit(), life.bobDeposit(), byAlice, byBob);
        if (life.closer() == Side.Alice) _end(key, id, stored, life, 0, pot);
        else _end(key, id, stored, life, pot, 0);
    }

    // The caller has cleared the totals if there were any.
    function _end(
        ChannelKey calldata key,
        bytes32 id,
        Channel storage stored,
        Life life,
        uint96 alice,
        uint96 bob
    ) private {
        if (life.hasWithdrawals()) delete stored.withdrawn;
        stored.life = life.settled();
        emit Settled(id, alice, bob);
        _payBoth(key, alice, bob);
    }

    function _payBoth(ChannelKey calldata key, uint96 alice, uint96 bob) private leaving {
        address token = key.token;
        _push(token, key.alice, alice);
        _push(token, key.bob, bob);
    }

    function _payOne(address token, address account, uint96 amount) private leaving {
        _push(token, account, amount);
    }

    // A payout that fails is held for the account, and everything else goes on.
    function _push(address token, address account, uint96 amount) private {
        if (amount == 0) return;
        bool paid = token == address(0)
            ? Transfers.tryPushEther(account, amount)
            : Transfers.tryCallSelf(abi.encodeCall(this.pushToken, (token, account, amount)));
        if (!paid) {
            _owed[token][account] += amount;
            emit PayoutHeld(token, account, amount);
        }
    }

    function _split(Channel storage stored, Life life, uint96 aliceTotal, uint96 bobTotal)
        private
        view
        returns (uint96 alice, uint96 bob)
    {
        (uint96 byAlice, uint96 byBob) = _withdrawn(stored, life);
        return Payouts.split(life.aliceDeposit(), life.bobDeposit(), byAlice, byBob, aliceTotal, bobTotal);
    }

    // ------------------------------------------------------------------------------------- what is required

    function _find(ChannelKey calldata key, uint32 epoch)
        private
        view
        returns (Channel storage stored, bytes32 id)
    {
        bytes32 keyHash;
        (keyHash, id) = key.hashes(epoch);
        stored = _channels[keyHash];
    }

    function _current(ChannelKey calldata key) private view returns (Channel storage stored) {
        (stored,) = _find(key, 0);
    }

    function _id(ChannelKey calldata key, uint32 epoch) private pure returns (bytes32 id) {
        // The other hash is where the channel lies, for which only the id is asked here.
        // slither-disable-next-line unused-return
        (, id) = key.hashes(epoch);
    }

    function _lifeIn(Channel storage stored, uint32 epoch, Phase phase) private view returns (Life life) {
        life = stored.life;
        if (life.epoch() != epoch) revert WrongEpoch(life.epoch());
        if (life.phase() != phase) revert WrongPhase(life.phase());
    }

    // The totals alone tell whether this life is closing, so a claim need not read the other slot.
    function _totalsIn(Channel storage stored, uint32 epoch) private view returns (Totals totals) {
        totals = stored.totals;
        if (totals.closesAt() == 0 || totals.epoch() != epoch) _lifeIn(stored, epoch, Phase.Closing);
    }

    function _withdrawn(Channel storage stored, Life life)
        private
        view
        returns (uint96 byAlice, uint96 byBob)
    {
        if (life.hasWithdrawals()) {
            return (stored.withdrawn.alice, stored.withdrawn.bob);
        }
    }

    function _closesAt(uint32 period) private view returns (uint64) {
        uint256 at = uint256(clock()) + period;
        if (at > Closings.LAST_MOMENT) revert PeriodTooLong();
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
        bytes32 digest = _hashTypedDataV4(structHash);
        _requireSigned(key, id, key.aliceSigner, digest, auths[0]);
        _requireSigned(key, id, key.bobSigner, digest, auths[1]);
    }

    // The side's signer signed, or a payment key did that the signer delegated to.
    function _requireSigned(
        ChannelKey calldata key,
        bytes32 id,
        address signer,
        bytes32 digest,
        Auth calldata auth
    ) private view {
        address recovered = Signatures.recover(digest, auth.r, auth.vs);
        if (recovered == signer) return;
        if (auth.delegationVs == 0) revert BadSignature();
        if (key.policy == Policy.Forfeit) revert DelegationRefused();
        bytes32 delegation = _hashTypedDataV4(TypedData.delegation(id, recovered));
        if (Signatures.recover(delegation, auth.delegationR, auth.delegationVs) != signer) {
            revert BadSignature();
        }
    }

    function _side(ChannelKey calldata key, address account) private pure returns (Side) {
        if (account == key.alice) return Side.Alice;
        if (account == key.bob) return Side.Bob;
        revert NotASide();
    }

    function _address(ChannelKey calldata key, Side side) private pure returns (address) {
        return side == Side.Alice ? key.alice : key.bob;
    }

    function _signer(ChannelKey calldata key, Side side) private pure returns (address) {
        return side == Side.Alice ? key.aliceSigner : key.bobSigner;
    }

    function _other(Side side) private pure returns (Side) {
        return side == Side.Alice ? Side.Bob : Side.Alice;
    }
}
