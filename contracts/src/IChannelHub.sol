// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";

/// @dev What happens to a closer that understated what it paid.
enum Policy {
    Refute, // a higher claim corrects it
    Forfeit // a higher claim signed by the closer gives everything to the other side
}

/// @dev Alice opened the channel; Bob is the other side.
enum Side {
    Alice,
    Bob
}

enum Phase {
    Empty, // this key was never opened
    Open,
    Closing, // one side closed; the finalization period runs, or has run and nobody settled yet
    Settled // paid out; the key may be opened again
}

/// @dev What is wrong with a channel key.
enum KeyFault {
    ZeroAddress, // a side or a signer is the zero address
    SameSides, // alice is bob
    SameSigners, // one key would sign for both sides
    HubAsParty, // a side or a signer is the hub itself
    HubAsToken, // the token is the hub itself
    ZeroPeriod // there would be no time to show a higher claim
}

/// @notice The immutable parameters of a channel.
/// @param alice The side that opens the channel.
/// @param aliceSigner The address whose signatures bind alice: her wallet or a payment key.
/// @param bob The other side.
/// @param bobSigner The address whose signatures bind bob.
/// @param token The ERC-20 token, or zero for ether.
/// @param finalizationPeriod For how long after a close a higher claim may be shown, in the hub's clock.
/// @param policy What happens to a closer that understated what it paid.
/// @param salt Any number; tells channels of otherwise equal parameters apart.
struct ChannelKey {
    address alice;
    address aliceSigner;
    address bob;
    address bobSigner;
    address token;
    uint32 finalizationPeriod;
    Policy policy;
    uint64 salt;
}

/// @notice "I have paid `to` this total in this channel." EIP-712 `Claim` puts `bytes32 channel` first.
/// @param to The side that was paid.
/// @param total What was paid in that direction since the channel opened, in the token's smallest unit.
/// @param nonce A label for the two sides. The hub orders claims by their total alone.
struct Claim {
    address to;
    uint96 total;
    uint64 nonce;
}

/// @notice The final totals of both directions. EIP-712 `Settlement` puts `bytes32 channel` first.
/// @param aliceTotal What alice paid bob in total.
/// @param bobTotal What bob paid alice in total.
/// @param expiry The last moment of the hub's clock at which it counts.
struct Settlement {
    uint96 aliceTotal;
    uint96 bobTotal;
    uint64 expiry;
}

/// @notice A signature that binds a side.
/// @param r The signature's r.
/// @param vs The signature's s, which must be low, with the parity of v in the top bit (EIP-2098).
/// @param delegationR Zero if the side's signer signed. If another payment key signed: r of the signature of
/// `Delegation(channel, that key)` by the side's signer.
/// @param delegationVs Zero, or the s and v of that signature, likewise.
struct Auth {
    bytes32 r;
    bytes32 vs;
    bytes32 delegationR;
    bytes32 delegationVs;
}

/// @notice An EIP-2612 permit by the caller to the hub for exactly the amount of the call.
struct Permit {
    uint256 deadline;
    uint8 v;
    bytes32 r;
    bytes32 s;
}

/// @notice What the hub knows of a channel key's current life. Amounts are zero unless the phase gives them a
/// meaning: deposits and withdrawn amounts while Open or Closing, totals, closer and closesAt while Closing.
/// @param epoch How many times the key had been opened before this life.
/// @param aliceTotal What alice has paid bob in total, as shown so far.
/// @param bobTotal What bob has paid alice in total, as shown so far.
/// @param closesAt The first moment of the hub's clock at which the channel can be settled.
struct ChannelState {
    Phase phase;
    uint32 epoch;
    uint96 aliceDeposit;
    uint96 bobDeposit;
    uint96 aliceWithdrawn;
    uint96 bobWithdrawn;
    uint96 aliceTotal;
    uint96 bobTotal;
    Side closer;
    uint64 closesAt;
}

/// @title The hub that holds all channels
/// @notice Two sides lock ether or an ERC-20 token, pay each other off chain by signing totals that only grow,
/// and take out what those totals leave them.
///
/// - A channel's id is `keccak256(abi.encode(key, epoch))`. A settled key can be opened again; the epoch then
///   rises, so the id is another one and nothing signed for a former life counts. Every call but `open` names the
///   epoch it means and reverts on another.
/// - With pot = all deposits − all withdrawals, a settlement gives alice
///   `aliceDeposit − aliceWithdrawn − aliceTotal + bobTotal`, clamped to [0, pot], and bob the rest.
/// - Periods, deadlines and expiries are moments of the hub's own ERC-6372 clock: blocks, or seconds.
/// - Tokens must be honest ERC-20: a transfer moves exactly the amount, and balances change by transfers only. A
///   token that takes a fee is refused on the way in. Channels share the hub's balance of a token, so a token that
///   takes balances away (rebases down, confiscates) leaves all channels in that token, and no others, short.
/// - Every function refuses to be entered while the hub is calling a token or a recipient; so do the views of
///   state that such a call may find half done.
interface IChannelHub is IERC5267, IERC6372 {
    // ------------------------------------------------------------------------------------------------- events

    /// @notice A channel was opened. `amount` is alice's deposit.
    event Opened(
        bytes32 indexed channel,
        address indexed alice,
        address indexed bob,
        address aliceSigner,
        address bobSigner,
        address token,
        uint32 finalizationPeriod,
        Policy policy,
        uint64 salt,
        uint32 epoch,
        uint96 amount
    );

    /// @notice `amount` was added to a side's deposit, which is now `total`.
    event Deposited(bytes32 indexed channel, Side side, uint96 amount, uint96 total);

    /// @notice A side took `amount` out of an open channel, and `total` so far.
    event Withdrawn(bytes32 indexed channel, Side side, uint96 amount, uint96 total);

    /// @notice `closer` closed. The totals are what it says it paid and the best claim it showed.
    event Closing(bytes32 indexed channel, Side closer, uint96 aliceTotal, uint96 bobTotal, uint64 closesAt);

    /// @notice A higher claim was shown: `payer` has paid the other side `total`.
    event Claimed(bytes32 indexed channel, Side payer, uint96 total);

    /// @notice Under the forfeit policy, `closer` was shown to have paid `total`, above what it declared.
    /// Followed by `Settled` with everything on the other side.
    event Forfeited(bytes32 indexed channel, Side closer, uint96 total);

    /// @notice The channel ended with these amounts for its sides.
    event Settled(bytes32 indexed channel, uint96 aliceAmount, uint96 bobAmount);

    /// @notice `account` could not be paid `amount`; it waits for `collect`.
    event PayoutHeld(address indexed token, address indexed account, uint256 amount);

    /// @notice `account` was paid what had been held for it.
    event Collected(address indexed token, address indexed account, uint256 amount);

    // ------------------------------------------------------------------------------------------------- errors

    /// @notice The hub was called from within a call that it made itself.
    error Reentered();
    /// @notice Only the hub itself may call this.
    error OnlyHub();

    /// @notice The channel is in `phase`, where this call has no meaning.
    error WrongPhase(Phase phase);
    /// @notice The call names another life of the key than its current one.
    error WrongEpoch(uint32 current);
    /// @notice This key was opened as often as the hub can count; use another salt.
    error NoMoreEpochs();

    /// @notice The caller, or the recipient of a claim, is neither alice nor bob.
    error NotASide();
    /// @notice Only alice opens her channel.
    error NotAlice();
    /// @notice The claim shown in a close does not pay the closer.
    error NotForCloser();
    /// @notice The closer cannot accept its own close.
    error CloserCannotAccept();
    /// @notice The channel key cannot be opened.
    error BadKey(KeyFault fault);

    /// @notice A signature is malformed, not by the side's signer or not delegated to.
    error BadSignature();
    /// @notice Under the forfeit policy only the signers named in the key may sign.
    error DelegationRefused();

    /// @notice The total is not above the one already recorded.
    error TotalNotHigher(uint96 recorded);
    /// @notice The totals on record are not the ones accepted.
    error TotalsChanged(uint96 aliceTotal, uint96 bobTotal);
    /// @notice The clock is past the deadline or expiry `at`.
    error Expired(uint64 at);
    /// @notice The finalization period ended at `closesAt`; the channel can be settled.
    error PeriodOver(uint64 closesAt);
    /// @notice The finalization period runs until `closesAt`.
    error PeriodRunning(uint64 closesAt);

    /// @notice The period would end later than the hub can count.
    error PeriodTooLong();

    /// @notice The ether sent is not the amount, or ether was sent to a channel of tokens.
    error AmountMismatch();
    /// @notice A deposit of zero.
    error ZeroAmount();
    /// @notice The deposits of both sides together would not fit 96 bits.
    error DepositTooLarge();
    /// @notice The withdrawal is above all that is left in the channel.
    error AbovePot(uint96 pot);
    /// @notice The token refused the transfer or moved another amount.
    error TokenTransferFailed();
    /// @notice The account refused the ether.
    error EtherTransferFailed();
    /// @notice The call has too little gas to pay a side out; send it with more.
    error NotEnoughGas();
    /// @notice Nothing is held for this account in this token.
    error NothingOwed();

    // --------------------------------------------------------------------------------- money in, money out

    /// @notice Open the channel, or open it again after it settled. Only alice.
    /// @param amount Alice's deposit, in the token's smallest unit; may be 0. For ether it is the value sent; for
    /// a token the hub takes it from alice, who must have approved it.
    /// @return id The channel's id in this life.
    function open(ChannelKey calldata key, uint96 amount) external payable returns (bytes32 id);

    /// @notice `open` in one transaction with the EIP-2612 permit for it. If the permit fails, say because somebody
    /// else used it first, the allowance alone decides.
    function openWithPermit(ChannelKey calldata key, uint96 amount, Permit calldata permit)
        external
        returns (bytes32 id);

    /// @notice Add to a side's deposit while the channel is open. Anyone may, for either side; the caller pays.
    /// @param side Whose deposit grows.
    function deposit(ChannelKey calldata key, uint32 epoch, Side side, uint96 amount) external payable;

    /// @notice `deposit` together with the caller's EIP-2612 permit; a failed permit is ignored.
    function depositWithPermit(
        ChannelKey calldata key,
        uint32 epoch,
        Side side,
        uint96 amount,
        Permit calldata permit
    ) external;

    /// @notice Pay a side money out of an open channel, as both sides signed. Anyone may hand it in.
    /// @param side Who is paid.
    /// @param total All that this side has then taken out; must be above what it has taken out so far, by no more
    /// than the pot.
    /// @param expiry The last moment of the hub's clock at which this counts.
    /// @param auths Alice's and bob's signature of `Withdrawal(channel, side's address, total, expiry)`.
    function withdraw(
        ChannelKey calldata key,
        uint32 epoch,
        Side side,
        uint96 total,
        uint64 expiry,
        Auth[2] calldata auths
    ) external;

    // ------------------------------------------------------------------------------------------ how it ends

    /// @notice End the channel: starts the finalization period. Only a side.
    /// @param paid The total that the caller has paid. The other side can show a higher one until the period ends.
    /// @param received The best claim of the other side; ignored, with `auth`, if its total is 0.
    /// @param auth The other side's signature of `received`.
    /// @param deadline The last moment of the hub's clock at which this counts.
    function close(
        ChannelKey calldata key,
        uint32 epoch,
        uint96 paid,
        Claim calldata received,
        Auth calldata auth,
        uint64 deadline
    ) external;

    /// @notice Show a higher claim of either side before the period ends. Anyone may. Under the forfeit policy a
    /// claim of the closer settles the channel at once, with everything for the other side.
    /// @param claim_ The claim; the payer is the side that is not `claim_.to`.
    /// @param auth The payer's signature of it.
    function claim(ChannelKey calldata key, uint32 epoch, Claim calldata claim_, Auth calldata auth) external;

    /// @notice Pay both sides out once the period is over. Anyone may.
    function settle(ChannelKey calldata key, uint32 epoch) external;

    /// @notice Pay both sides out before the period is over: the side that did not close agrees to the totals on
    /// record, which must be exactly these.
    function accept(ChannelKey calldata key, uint32 epoch, uint96 aliceTotal, uint96 bobTotal) external;

    /// @notice Pay both sides of an open channel out by the totals that both signed. Anyone may hand it in.
    /// @param auths Alice's and bob's signature of `settlement`.
    function settleTogether(
        ChannelKey calldata key,
        uint32 epoch,
        Settlement calldata settlement,
        Auth[2] calldata auths
    ) external;

    /// @notice Pay `account` what could not be paid to it before. Anyone may. Forwards all gas.
    /// @param token The token, or zero for ether.
    function collect(address token, address account) external returns (uint256 amount);

    // -------------------------------------------------------------------------------------------------- views

    /// @notice What is held for `account` to collect.
    function owed(address token, address account) external view returns (uint256);

    /// @notice The id of the key's current life; of its first one if it was never opened.
    function channelId(ChannelKey calldata key) external view returns (bytes32 id);

    /// @notice The state of the key's current life.
    function channel(ChannelKey calldata key) external view returns (ChannelState memory);

    /// @notice What each side would be paid by the totals on record; zero unless Open or Closing.
    function balances(ChannelKey calldata key) external view returns (uint96 alice, uint96 bob);

    /// @notice The EIP-712 digest of a claim in the given life of the key.
    function claimHash(ChannelKey calldata key, uint32 epoch, Claim calldata claim_)
        external
        view
        returns (bytes32);

    /// @notice The EIP-712 digest of a withdrawal; the arguments are those of `withdraw`.
    function withdrawalHash(ChannelKey calldata key, uint32 epoch, Side side, uint96 total, uint64 expiry)
        external
        view
        returns (bytes32);

    /// @notice The EIP-712 digest of a settlement.
    function settlementHash(ChannelKey calldata key, uint32 epoch, Settlement calldata settlement)
        external
        view
        returns (bytes32);

    /// @notice The EIP-712 digest of the delegation to `paymentKey`.
    function delegationHash(ChannelKey calldata key, uint32 epoch, address paymentKey)
        external
        view
        returns (bytes32);
}
