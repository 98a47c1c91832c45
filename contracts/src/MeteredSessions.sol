// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Permit} from "./IChannelHub.sol";
import {
    Acceptance,
    Compact,
    IMeteredSessions,
    Pair,
    SessionKey,
    SessionPhase,
    SessionSettlement,
    SessionState,
    TermsFault
} from "./IMeteredSessions.sol";
import {Clock} from "./lib/Clock.sol";
import {Metering} from "./lib/Metering.sol";
import {Purse} from "./lib/Purse.sol";
import {SessionData} from "./lib/SessionData.sol";
import {Dispute, Disputes, Session, Sessions} from "./lib/SessionSlots.sol";
import {Signatures} from "./lib/Signatures.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title MeteredSessions
/// @notice See {IMeteredSessions}.
contract MeteredSessions is EIP712, Clock, Purse {
    using SessionData for SessionKey;

    /// @dev How many active sessions a provider takes that has not said otherwise.
    uint32 internal constant DEFAULT_LIMIT = 5;

    struct Stored {
        Session session;
        Dispute dispute;
    }

    // Kept once it was written, so that a provider's later sessions update a slot instead of making one.
    struct Capacity {
        uint32 active;
        uint32 limit;
        bool known; // whether `limit` says anything
    }

    mapping(bytes32 keyHash => Stored) private _sessions;
    mapping(address provider => Capacity) private _capacities;

    /// @param countsSeconds Whether the clock is the block's timestamp; otherwise it is the block's number.
    constructor(bool countsSeconds) EIP712("Thunder", "1") Clock(countsSeconds) {}

    // ---------------------------------------------------------------------------------------------- beginning

    /// @inheritdoc IMeteredSessions
    function propose(SessionKey calldata key, uint96 amount, uint64 acceptBy)
        external
        payable
        whenHome
        returns (bytes32 id)
    {
        return _propose(key, amount, acceptBy);
    }

    /// @inheritdoc IMeteredSessions
    // The contract is locked while the token is called, and has read nothing before.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function proposeWithPermit(
        SessionKey calldata key,
        uint96 amount,
        uint64 acceptBy,
        Permit calldata permit
    ) external whenHome returns (bytes32 id) {
        _tryPermit(key.token, amount, permit);
        return _propose(key, amount, acceptBy);
    }

    /// @inheritdoc IMeteredSessions
    function open(SessionKey calldata key, uint96 amount, Acceptance calldata acceptance)
        external
        payable
        whenHome
        returns (bytes32 id)
    {
        return _open(key, amount, acceptance);
    }

    /// @inheritdoc IMeteredSessions
    // The contract is locked while the token is called, and has read nothing before.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function openWithPermit(
        SessionKey calldata key,
        uint96 amount,
        Acceptance calldata acceptance,
        Permit calldata permit
    ) external whenHome returns (bytes32 id) {
        _tryPermit(key.token, amount, permit);
        return _open(key, amount, acceptance);
    }

    /// @inheritdoc IMeteredSessions
    function accept(SessionKey calldata key, uint32 epoch) external whenHome {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Session session_ = _sessionIn(stored, epoch, SessionPhase.Proposed);
        if (msg.sender != key.provider) revert NotProvider();
        _requireNotPast(session_.acceptBy());
        _occupy(key.provider);
        stored.session = Sessions.active(epoch, session_.deposit());
        emit Accepted(id);
    }

    /// @inheritdoc IMeteredSessions
    function decline(SessionKey calldata key, uint32 epoch) external whenHome {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Session session_ = _sessionIn(stored, epoch, SessionPhase.Proposed);
        if (msg.sender != key.provider) revert NotProvider();
        stored.session = session_.ended();
        uint96 refund = session_.deposit();
        emit Declined(id, refund);
        _payOut(key.token, key.client, refund, key.provider, 0);
    }

    /// @inheritdoc IMeteredSessions
    function withdrawProposal(SessionKey calldata key, uint32 epoch) external whenHome {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Session session_ = _sessionIn(stored, epoch, SessionPhase.Proposed);
        if (clock() <= session_.acceptBy()) revert ProposalStands(session_.acceptBy());
        stored.session = session_.ended();
        uint96 refund = session_.deposit();
        emit ProposalWithdrawn(id, refund);
        _payOut(key.token, key.client, refund, key.provider, 0);
    }

    /// @inheritdoc IMeteredSessions
    function topUp(SessionKey calldata key, uint32 epoch, uint96 amount) external payable whenHome {
        _topUp(key, epoch, amount);
    }

    /// @inheritdoc IMeteredSessions
    // The contract is locked while the token is called, and has read nothing before.
    // slither-disable-next-line reentrancy-no-eth,reentrancy-benign,reentrancy-events
    function topUpWithPermit(SessionKey calldata key, uint32 epoch, uint96 amount, Permit calldata permit)
        external
        whenHome
    {
        _tryPermit(key.token, amount, permit);
        _topUp(key, epoch, amount);
    }

    /// @inheritdoc IMeteredSessions
    function setLimit(uint32 limit) external whenHome {
        Capacity storage capacity_ = _capacities[msg.sender];
        capacity_.limit = limit;
        capacity_.known = true;
        emit LimitSet(msg.sender, limit);
    }

    // ------------------------------------------------------------------------------------------ how it ends

    /// @inheritdoc IMeteredSessions
    function close(SessionKey calldata key, uint32 epoch, Pair calldata pair) external whenHome {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Session session_ = _sessionIn(stored, epoch, SessionPhase.Active);
        bool byClient = msg.sender == key.client;
        if (!byClient && msg.sender != key.provider) revert NotASide();

        (uint64 clientCount, uint64 providerCount) = (pair.clientCount, pair.providerCount);
        if (clientCount != 0 || providerCount != 0) _requireSigned(key, id, pair);

        uint64 closesAt = _moment(uint256(clock()) + key.finalizationPeriod);
        stored.dispute = Disputes.pack(clientCount, providerCount, epoch, closesAt);
        stored.session = session_.closing();
        emit Closing(id, byClient, clientCount, providerCount, closesAt);
    }

    /// @inheritdoc IMeteredSessions
    function show(SessionKey calldata key, uint32 epoch, Pair calldata pair) external whenHome {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Dispute dispute = _disputeIn(stored, epoch);
        uint64 closesAt = dispute.closesAt();
        if (clock() >= closesAt) revert PeriodOver(closesAt);

        (uint64 clientCount, uint64 providerCount) = (dispute.clientCount(), dispute.providerCount());
        if (pair.clientCount <= clientCount && pair.providerCount <= providerCount) {
            revert NothingHigher(clientCount, providerCount);
        }
        _requireSigned(key, id, pair);

        if (pair.clientCount > clientCount) clientCount = pair.clientCount;
        if (pair.providerCount > providerCount) providerCount = pair.providerCount;
        stored.dispute = Disputes.pack(clientCount, providerCount, epoch, closesAt);
        emit Shown(id, clientCount, providerCount);
    }

    /// @inheritdoc IMeteredSessions
    function settle(SessionKey calldata key, uint32 epoch) external whenHome {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Session session_ = _sessionIn(stored, epoch, SessionPhase.Closing);
        Dispute dispute = stored.dispute;
        if (clock() < dispute.closesAt()) revert PeriodRunning(dispute.closesAt());

        (uint64 clientCount, uint64 providerCount) = (dispute.clientCount(), dispute.providerCount());
        (uint96 charged, uint96 paid) = Metering.shares(
            session_.deposit(), Metering.cost(key.price, clientCount), Metering.cost(key.price, providerCount)
        );
        bool beyond = Metering.isBeyond(clientCount, providerCount, key.tolerance);
        stored.dispute = Dispute.wrap(0);
        _end(key, id, stored, session_, charged, paid, beyond);
    }

    /// @inheritdoc IMeteredSessions
    function settleTogether(
        SessionKey calldata key,
        uint32 epoch,
        SessionSettlement calldata settlement,
        Compact[2] calldata signatures
    ) external whenHome {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Session session_ = _sessionOf(stored, epoch);
        SessionPhase phase = session_.phase();
        if (phase != SessionPhase.Active && phase != SessionPhase.Closing) revert WrongPhase(phase);
        _requireNotPast(settlement.expiry);
        (uint96 charged, uint96 paid) = (settlement.charged, settlement.paid);
        if (charged > session_.deposit() || paid > charged) revert BadAmounts(session_.deposit());

        bytes32 digest = _hashTypedDataV4(SessionData.settlement(id, settlement));
        _requireSignedBy(key.clientSigner, digest, signatures[0]);
        _requireSignedBy(key.providerSigner, digest, signatures[1]);

        if (phase == SessionPhase.Closing) stored.dispute = Dispute.wrap(0);
        _end(key, id, stored, session_, charged, paid, false);
    }

    // -------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IMeteredSessions
    function sessionId(SessionKey calldata key) external view whenHome returns (bytes32 id) {
        return _id(key, _current(key).session.epoch());
    }

    /// @inheritdoc IMeteredSessions
    function session(SessionKey calldata key) external view whenHome returns (SessionState memory) {
        Stored storage stored = _current(key);
        (Session session_, Dispute dispute) = (stored.session, stored.dispute);
        return SessionState({
            phase: session_.phase(),
            epoch: session_.epoch(),
            deposit: session_.deposit(),
            acceptBy: session_.acceptBy(),
            clientCount: dispute.clientCount(),
            providerCount: dispute.providerCount(),
            closesAt: dispute.closesAt()
        });
    }

    /// @inheritdoc IMeteredSessions
    function capacity(address provider) external view whenHome returns (uint32 active, uint32 limit) {
        Capacity storage capacity_ = _capacities[provider];
        return (capacity_.active, capacity_.known ? capacity_.limit : DEFAULT_LIMIT);
    }

    /// @inheritdoc IMeteredSessions
    function countHash(SessionKey calldata key, uint32 epoch, uint64 count, bytes32 acknowledged)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(SessionData.count(_id(key, epoch), count, acknowledged));
    }

    /// @inheritdoc IMeteredSessions
    function acceptanceHash(SessionKey calldata key, uint32 epoch, uint96 deposit, uint64 expiry)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(SessionData.acceptance(_id(key, epoch), deposit, expiry));
    }

    /// @inheritdoc IMeteredSessions
    function settlementHash(SessionKey calldata key, uint32 epoch, SessionSettlement calldata settlement)
        external
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(SessionData.settlement(_id(key, epoch), settlement));
    }

    // ------------------------------------------------------------------------------ proposing and topping up

    function _propose(SessionKey calldata key, uint96 amount, uint64 acceptBy) private returns (bytes32 id) {
        Stored storage stored;
        uint32 epoch;
        (stored, id, epoch) = _begin(key, amount, acceptBy);
        stored.session = Sessions.proposed(epoch, _moment(acceptBy), amount);
        _take(key.token, amount);
    }

    // The provider's account has to sign, not the signer that the client names for it: else a client could fill the limit of
    // any provider with sessions that it accepts itself.
    function _open(SessionKey calldata key, uint96 amount, Acceptance calldata acceptance)
        private
        returns (bytes32 id)
    {
        Stored storage stored;
        uint32 epoch;
        (stored, id, epoch) = _begin(key, amount, acceptance.expiry);
        bytes32 digest = _hashTypedDataV4(SessionData.acceptance(id, amount, acceptance.expiry));
        _requireSignedBy(key.provider, digest, acceptance.byProvider);
        _occupy(key.provider);
        stored.session = Sessions.active(epoch, amount);
        emit Accepted(id);
        _take(key.token, amount);
    }

    // The caller stores the session and takes the money.
    function _begin(SessionKey calldata key, uint96 amount, uint64 acceptBy)
        private
        returns (Stored storage stored, bytes32 id, uint32 epoch)
    {
        if (msg.sender != key.client) revert NotClient();
        _requireSound(key);
        _requireNotPast(acceptBy);
        uint256 least = Metering.cost(key.price, key.unit);
        // Both fit 96 bits, or the terms were refused.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (amount < least) revert DepositTooSmall(uint96(least));
        _requireUsable(key, amount);

        (stored, id) = _find(key, 0);
        Session former = stored.session;
        if (former.phase() == SessionPhase.Ended) {
            if (former.epoch() == Sessions.LAST_EPOCH) revert NoMoreEpochs();
            epoch = former.epoch() + 1;
            id = _id(key, epoch);
        } else if (former.phase() != SessionPhase.Empty) {
            revert WrongPhase(former.phase());
        }
        emit Proposed(id, key.client, key.provider, key, epoch, amount, acceptBy);
    }

    function _topUp(SessionKey calldata key, uint32 epoch, uint96 amount) private {
        (Stored storage stored, bytes32 id) = _find(key, epoch);
        Session session_ = _sessionIn(stored, epoch, SessionPhase.Active);
        if (msg.sender != key.client) revert NotClient();
        if (amount == 0) revert ZeroAmount();
        uint256 deposit = uint256(session_.deposit()) + amount;
        _requireUsable(key, deposit);
        // At most the price of the quantity.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint96 total = uint96(deposit);
        stored.session = Sessions.active(epoch, total);
        emit ToppedUp(id, amount, total);
        _take(key.token, amount);
    }

    function _requireSound(SessionKey calldata key) private view {
        // the client is the caller, so it is neither zero nor this contract
        (address provider, address clientSigner, address providerSigner) =
            (key.provider, key.clientSigner, key.providerSigner);
        if (provider == address(0) || clientSigner == address(0) || providerSigner == address(0)) {
            revert BadTerms(TermsFault.ZeroAddress);
        }
        if (msg.sender == provider) revert BadTerms(TermsFault.SameSides);
        if (clientSigner == providerSigner) revert BadTerms(TermsFault.SameSigners);
        address here = address(this);
        if (provider == here || clientSigner == here || providerSigner == here) {
            revert BadTerms(TermsFault.ContractAsParty);
        }
        if (key.token == here) revert BadTerms(TermsFault.ContractAsToken);
        _requireSense(key);
        _moment(uint256(clock()) + key.finalizationPeriod); // refuses money that could not be closed for
    }

    // Of the numbers alone.
    function _requireSense(SessionKey calldata key) private pure {
        if (key.finalizationPeriod == 0) revert BadTerms(TermsFault.ZeroPeriod);
        if (key.price == 0) revert BadTerms(TermsFault.ZeroPrice);
        if (key.unit == 0) revert BadTerms(TermsFault.ZeroUnit);
        if (key.quantity < key.unit) revert BadTerms(TermsFault.QuantityBelowUnit);
        if (key.tolerance >= 1_000_000) revert BadTerms(TermsFault.ToleranceTooHigh);
        if (Metering.cost(key.price, key.unit) == 0) revert BadTerms(TermsFault.FreeUnit);
        if (Metering.cost(key.price, key.quantity) > type(uint96).max) {
            revert BadTerms(TermsFault.PriceTooHigh);
        }
    }

    function _requireUsable(SessionKey calldata key, uint256 deposit) private pure {
        uint256 most = Metering.cost(key.price, key.quantity);
        // It fits 96 bits, or the terms were refused.
        // forge-lint: disable-next-line(unsafe-typecast)
        if (deposit > most) revert DepositAbovePrice(uint96(most));
    }

    // ---------------------------------------------------------------------------------------------- ending

    // The caller has cleared the dispute if there was one.
    function _end(
        SessionKey calldata key,
        bytes32 id,
        Stored storage stored,
        Session session_,
        uint96 charged,
        uint96 paid,
        bool beyond
    ) private {
        stored.session = session_.ended();
        --_capacities[key.provider].active;
        uint96 refund = session_.deposit() - charged;
        emit Settled(id, refund, paid, charged - paid, beyond);
        _payOut(key.token, key.client, refund, key.provider, paid);
    }

    function _occupy(address provider) private {
        Capacity memory capacity_ = _capacities[provider];
        if (!capacity_.known) (capacity_.limit, capacity_.known) = (DEFAULT_LIMIT, true);
        if (capacity_.active >= capacity_.limit) revert LimitReached(capacity_.limit);
        ++capacity_.active;
        _capacities[provider] = capacity_;
    }

    // ------------------------------------------------------------------------------------- what is required

    function _find(SessionKey calldata key, uint32 epoch)
        private
        view
        returns (Stored storage stored, bytes32 id)
    {
        bytes32 keyHash;
        (keyHash, id) = key.hashes(epoch);
        stored = _sessions[keyHash];
    }

    function _current(SessionKey calldata key) private view returns (Stored storage stored) {
        (stored,) = _find(key, 0);
    }

    function _id(SessionKey calldata key, uint32 epoch) private pure returns (bytes32 id) {
        // The other hash is where the session lies, for which only the id is asked here.
        // slither-disable-next-line unused-return
        (, id) = key.hashes(epoch);
    }

    function _sessionOf(Stored storage stored, uint32 epoch) private view returns (Session session_) {
        session_ = stored.session;
        if (session_.epoch() != epoch) revert WrongEpoch(session_.epoch());
    }

    function _sessionIn(Stored storage stored, uint32 epoch, SessionPhase phase)
        private
        view
        returns (Session session_)
    {
        session_ = _sessionOf(stored, epoch);
        if (session_.phase() != phase) revert WrongPhase(session_.phase());
    }

    // The dispute alone tells whether this life is closing, so showing a pair need not read the other slot.
    function _disputeIn(Stored storage stored, uint32 epoch) private view returns (Dispute dispute) {
        dispute = stored.dispute;
        if (dispute.closesAt() == 0 || dispute.epoch() != epoch) {
            _sessionIn(stored, epoch, SessionPhase.Closing);
        }
    }

    // The client's statement is read as one that acknowledges this statement of the provider; if it was another, it is not
    // what the client signed.
    function _requireSigned(SessionKey calldata key, bytes32 id, Pair calldata pair) private view {
        bytes32 providers =
            _hashTypedDataV4(SessionData.count(id, pair.providerCount, pair.providerAcknowledged));
        _requireSignedBy(key.providerSigner, providers, pair.byProvider);
        bytes32 clients = _hashTypedDataV4(SessionData.count(id, pair.clientCount, providers));
        _requireSignedBy(key.clientSigner, clients, pair.byClient);
    }

    function _requireSignedBy(address signer, bytes32 digest, Compact calldata signature) private pure {
        if (Signatures.recover(digest, signature.r, signature.vs) != signer) revert BadSignature();
    }

    function _requireNotPast(uint64 at) private view {
        if (clock() > at) revert Expired(at);
    }

    function _moment(uint256 at) private pure returns (uint64) {
        if (at > Sessions.LAST_MOMENT) revert PeriodTooLong();
        // at most 40 bits
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint64(at);
    }
}
