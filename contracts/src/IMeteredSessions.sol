// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Permit} from "./IChannelHub.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

enum SessionPhase {
    Empty, // this key was never proposed
    Proposed, // the client's deposit waits for the provider
    Active, // the provider accepted; statements run
    Closing, // one side closed; the finalization period runs, or has run and nobody settled yet
    Ended // settled, declined or withdrawn; the key may be proposed again
}

/// @dev What is wrong with a session's terms.
enum TermsFault {
    ZeroAddress, // a side or a signer is the zero address
    SameSides, // the client is the provider
    SameSigners, // one key would sign both counts
    ContractAsParty, // a side or a signer is this contract
    ContractAsToken, // the token is this contract
    ZeroPeriod, // there would be no time to show a later pair
    ZeroPrice, // nothing would ever be owed
    ZeroUnit, // statements would never be due, or always
    QuantityBelowUnit, // the session would be over before its first statement
    ToleranceTooHigh, // a million parts of a million: every difference would be within it
    FreeUnit, // a unit costs less than the token's smallest unit
    PriceTooHigh // the quantity costs more than 96 bits can say
}

/// @notice The immutable parameters of a session.
/// @param client The side that proposes, deposits and is charged.
/// @param clientSigner The address whose signatures bind the client: its wallet or a payment key.
/// @param provider The side that serves and is paid.
/// @param providerSigner The address whose signatures bind the provider, but for accepting.
/// @param token The ERC-20 token, or zero for ether.
/// @param price What 1,000,000 bytes cost, in the token's smallest unit.
/// @param quantity How many bytes the session is about, sent and received together.
/// @param unit How many bytes pass between two statements.
/// @param tolerance Which share of the bytes may be lost on the way, in parts per million.
/// @param finalizationPeriod For how long after a close a later pair may be shown, in the contract's clock.
/// @param salt Any number; tells sessions of otherwise equal parameters apart.
struct SessionKey {
    address client;
    address clientSigner;
    address provider;
    address providerSigner;
    address token;
    uint96 price;
    uint64 quantity;
    uint64 unit;
    uint32 tolerance;
    uint32 finalizationPeriod;
    uint64 salt;
}

/// @notice A signature in the form of EIP-2098.
/// @param vs The signature's s, which must be low, with the parity of v in the top bit.
struct Compact {
    bytes32 r;
    bytes32 vs;
}

/// @notice Evidence: a statement of the provider, and the statement of the client that acknowledges it. Each is EIP-712
/// `Count(bytes32 session,uint64 count,bytes32 acknowledged)`; `acknowledged` is the digest of the other side's last
/// statement, zero if there was none.
/// @dev What the client acknowledged is not given: the contract puts the digest of the provider's statement there, so a
/// client's signature over anything else is no signature.
/// @param clientCount The bytes that the client counted.
/// @param providerCount The bytes that the provider counted.
/// @param providerAcknowledged What the provider's statement acknowledges.
struct Pair {
    uint64 clientCount;
    uint64 providerCount;
    bytes32 providerAcknowledged;
    Compact byClient;
    Compact byProvider;
}

/// @notice The provider's consent to a session before it is proposed: `Acceptance(bytes32 session,uint96 deposit,uint64
/// expiry)`, signed by the provider's account itself.
/// @param expiry The last moment of the contract's clock at which it counts.
struct Acceptance {
    uint64 expiry;
    Compact byProvider;
}

/// @notice How a session ends by agreement. EIP-712 `SessionSettlement` puts `bytes32 session` first.
/// @param charged What the client loses; at most the deposit.
/// @param paid What the provider gets; at most what is charged. The rest of it is burnt.
/// @param expiry The last moment of the contract's clock at which it counts.
struct SessionSettlement {
    uint96 charged;
    uint96 paid;
    uint64 expiry;
}

/// @notice What the contract knows of a session key's current life. Fields are zero unless the phase gives them a meaning:
/// deposit while Proposed, Active or Closing, acceptBy while Proposed, counts and closesAt while Closing.
/// @param epoch How many times the key had been proposed before this life.
/// @param acceptBy The last moment of the contract's clock at which the provider can accept.
/// @param clientCount The highest count of the client that was shown.
/// @param providerCount The highest count of the provider that was shown, acknowledged by the client.
/// @param closesAt The first moment of the contract's clock at which the session can be settled.
struct SessionState {
    SessionPhase phase;
    uint32 epoch;
    uint96 deposit;
    uint64 acceptBy;
    uint64 clientCount;
    uint64 providerCount;
    uint64 closesAt;
}

/// @title Charging for use by the amount used
/// @notice A client deposits with a provider under terms. Both count the bytes that pass, and sign and exchange their running
/// counts. The last pair of statements settles:
///
///     charged = price × provider's count     at most the deposit
///     paid    = price × client's count       at most what is charged
///     burnt   = charged − paid               stays here for ever and is nobody's
///
/// So the client is charged whatever it says itself, and the provider is paid no more than the client says: neither gains
/// by a false count. The provider's count matters only as far as the client has acknowledged it by hash.
///
/// - A session's id is `keccak256(abi.encode(key, epoch))`. A key whose session ended can be proposed again; the epoch then
///   rises, so nothing signed for a former life counts. Every call but `propose` and `open` names the epoch it means.
/// - Evidence only raises: of each side the highest count that was shown counts, in whatever order pairs are shown.
/// - Periods and expiries are moments of the contract's own ERC-6372 clock: blocks, or seconds.
/// - Tokens must be honest ERC-20, as for the hub: a transfer moves exactly the amount, balances change by transfers only.
/// - Every function refuses to be entered while the contract is calling a token or a recipient; so do the views of
///   state that such a call may find half done.
interface IMeteredSessions is IERC5267, IERC6372 {
    // ------------------------------------------------------------------------------------------------- events

    /// @notice A session was proposed, with a deposit of `amount`, to be accepted until `acceptBy`.
    event Proposed(
        bytes32 indexed session,
        address indexed client,
        address indexed provider,
        SessionKey key,
        uint32 epoch,
        uint96 amount,
        uint64 acceptBy
    );

    /// @notice The provider accepted.
    event Accepted(bytes32 indexed session);

    /// @notice The provider declined; the client gets its deposit back.
    event Declined(bytes32 indexed session, uint96 refund);

    /// @notice A proposal that nobody accepted in time was taken back; the client gets its deposit back.
    event ProposalWithdrawn(bytes32 indexed session, uint96 refund);

    /// @notice `amount` was added to the deposit, which is now `deposit`.
    event ToppedUp(bytes32 indexed session, uint96 amount, uint96 deposit);

    /// @notice A side closed: the client, or else the provider. The counts are those of the pair it showed.
    event Closing(
        bytes32 indexed session, bool byClient, uint64 clientCount, uint64 providerCount, uint64 closesAt
    );

    /// @notice A later pair was shown. The counts are the highest shown so far.
    event Shown(bytes32 indexed session, uint64 clientCount, uint64 providerCount);

    /// @notice The session ended with these amounts.
    /// @param beyondTolerance Whether the counts that it ended by differ by more than the terms tolerate.
    event Settled(bytes32 indexed session, uint96 refund, uint96 paid, uint96 burnt, bool beyondTolerance);

    /// @notice The provider takes at most `limit` active sessions from now on.
    event LimitSet(address indexed provider, uint32 limit);

    /// @notice `account` could not be paid `amount`; it waits for `collect`.
    event PayoutHeld(address indexed token, address indexed account, uint256 amount);

    /// @notice `account` was paid what had been held for it.
    event Collected(address indexed token, address indexed account, uint256 amount);

    // ------------------------------------------------------------------------------------------------- errors
    // Those that the hub has too are the hub's, with its selectors.

    /// @notice The contract was called from within a call that it made itself.
    error Reentered();
    /// @notice Only the contract itself may call this.
    error OnlySelf();

    /// @notice The session is in `phase`, where this call has no meaning.
    error WrongPhase(SessionPhase phase);
    /// @notice The call names another life of the key than its current one.
    error WrongEpoch(uint32 current);
    /// @notice This key was proposed as often as the contract can count; use another salt.
    error NoMoreEpochs();

    /// @notice Only the client may do this.
    error NotClient();
    /// @notice Only the provider may do this.
    error NotProvider();
    /// @notice The caller is neither client nor provider.
    error NotASide();
    /// @notice No session can run under these terms.
    error BadTerms(TermsFault fault);
    /// @notice The provider has as many active sessions as it takes.
    error LimitReached(uint32 limit);

    /// @notice A signature is malformed, or not by who has to sign.
    error BadSignature();
    /// @notice Neither count is above what was shown already.
    error NothingHigher(uint64 clientCount, uint64 providerCount);

    /// @notice The clock is past the expiry `at`.
    error Expired(uint64 at);
    /// @notice The proposal can be accepted until `acceptBy`, and taken back afterwards.
    error ProposalStands(uint64 acceptBy);
    /// @notice The finalization period ended at `closesAt`; the session can be settled.
    error PeriodOver(uint64 closesAt);
    /// @notice The finalization period runs until `closesAt`.
    error PeriodRunning(uint64 closesAt);
    /// @notice This would end later than the contract can count.
    error PeriodTooLong();

    /// @notice The ether sent is not the amount, or ether was sent to a session of tokens.
    error AmountMismatch();
    /// @notice A top-up of zero.
    error ZeroAmount();
    /// @notice The deposit would not pay for one unit, which costs `least`.
    error DepositTooSmall(uint96 least);
    /// @notice The deposit would be above the price of the whole quantity, `most`, and could never be used up.
    error DepositAbovePrice(uint96 most);
    /// @notice The settlement charges more than there is, or pays more than it charges.
    error BadAmounts(uint96 deposit);
    /// @notice The token refused the transfer or moved another amount.
    error TokenTransferFailed();
    /// @notice The account refused the ether.
    error EtherTransferFailed();
    /// @notice The call has too little gas to pay a side out; send it with more.
    error NotEnoughGas();
    /// @notice Nothing is held for this account in this token.
    error NothingOwed();

    // ---------------------------------------------------------------------------------------------- beginning

    /// @notice Propose a session to its provider, with a deposit. Only the client.
    /// @param amount The deposit: at least the price of a unit, at most that of the whole quantity. For ether it is the value
    /// sent; for a token the contract takes it from the client, who must have approved it.
    /// @param acceptBy The last moment of the contract's clock at which the provider can accept.
    /// @return id The session's id in this life.
    function propose(SessionKey calldata key, uint96 amount, uint64 acceptBy)
        external
        payable
        returns (bytes32 id);

    /// @notice `propose` in one transaction with the EIP-2612 permit for it. If the permit fails, say because somebody
    /// else used it first, the allowance alone decides.
    function proposeWithPermit(
        SessionKey calldata key,
        uint96 amount,
        uint64 acceptBy,
        Permit calldata permit
    ) external returns (bytes32 id);

    /// @notice Propose a session that the provider has accepted already, by a signature that the client brings.
    function open(SessionKey calldata key, uint96 amount, Acceptance calldata acceptance)
        external
        payable
        returns (bytes32 id);

    /// @notice `open` together with the client's EIP-2612 permit; a failed permit is ignored.
    function openWithPermit(
        SessionKey calldata key,
        uint96 amount,
        Acceptance calldata acceptance,
        Permit calldata permit
    ) external returns (bytes32 id);

    /// @notice Accept a proposal. Only the provider, until the proposal's last moment, below the provider's limit.
    function accept(SessionKey calldata key, uint32 epoch) external;

    /// @notice Decline a proposal: the client gets its deposit back. Only the provider.
    function decline(SessionKey calldata key, uint32 epoch) external;

    /// @notice Give the client its deposit back, once a proposal's last moment is past. Anyone may.
    function withdrawProposal(SessionKey calldata key, uint32 epoch) external;

    /// @notice Add to the deposit of an active session. Only the client: a stranger's unit could otherwise take the room that
    /// the client's own top-up needs.
    function topUp(SessionKey calldata key, uint32 epoch, uint96 amount) external payable;

    /// @notice `topUp` together with the client's EIP-2612 permit; a failed permit is ignored.
    function topUpWithPermit(SessionKey calldata key, uint32 epoch, uint96 amount, Permit calldata permit)
        external;

    /// @notice How many active sessions the caller takes as a provider. Sessions that are active stay so.
    function setLimit(uint32 limit) external;

    // ------------------------------------------------------------------------------------------ how it ends

    /// @notice End the session: starts the finalization period. Only a side.
    /// @param pair The last pair; ignored, with its signatures, if both counts are 0.
    function close(SessionKey calldata key, uint32 epoch, Pair calldata pair) external;

    /// @notice Show a pair with a higher count of either side before the period ends. Anyone may.
    function show(SessionKey calldata key, uint32 epoch, Pair calldata pair) external;

    /// @notice Pay both sides by the rule once the period is over. Anyone may.
    function settle(SessionKey calldata key, uint32 epoch) external;

    /// @notice Pay both sides of an active or closing session what both signed. Anyone may hand it in.
    /// @param signatures The client's and the provider's signature of `settlement`.
    function settleTogether(
        SessionKey calldata key,
        uint32 epoch,
        SessionSettlement calldata settlement,
        Compact[2] calldata signatures
    ) external;

    /// @notice Pay `account` what could not be paid to it before. Anyone may. Forwards all gas.
    /// @param token The token, or zero for ether.
    function collect(address token, address account) external returns (uint256 amount);

    // -------------------------------------------------------------------------------------------------- views

    /// @notice What is held for `account` to collect.
    function owed(address token, address account) external view returns (uint256);

    /// @notice The id of the key's current life; of its first one if it was never proposed.
    function sessionId(SessionKey calldata key) external view returns (bytes32 id);

    /// @notice The state of the key's current life.
    function session(SessionKey calldata key) external view returns (SessionState memory);

    /// @notice How many sessions of a provider are active or closing, and how many it takes.
    function capacity(address provider) external view returns (uint32 active, uint32 limit);

    /// @notice The EIP-712 digest of a statement in the given life of the key: what it is acknowledged by.
    function countHash(SessionKey calldata key, uint32 epoch, uint64 count, bytes32 acknowledged)
        external
        view
        returns (bytes32);

    /// @notice The EIP-712 digest of an acceptance.
    function acceptanceHash(SessionKey calldata key, uint32 epoch, uint96 deposit, uint64 expiry)
        external
        view
        returns (bytes32);

    /// @notice The EIP-712 digest of a settlement.
    function settlementHash(SessionKey calldata key, uint32 epoch, SessionSettlement calldata settlement)
        external
        view
        returns (bytes32);
}
