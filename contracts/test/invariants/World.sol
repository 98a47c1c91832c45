// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, IChannelHub, Phase, Policy, Side} from "../../src/IChannelHub.sol";
import {Trick} from "../mocks/HostileToken.sol";
import {Mood, Receiver} from "../mocks/Receivers.sol";
import {Base, IThunderDollar} from "../utils/Base.sol";
import {WildToken} from "./WildToken.sol";

/// @dev Who can be a side. Each has channels as alice and as bob.
struct Actor {
    address account;
    uint256 accountKey; // zero: the account is a contract
    address signer;
    uint256 signerKey;
}

/// @dev What must be true of a channel's current life, kept without asking the hub. Pairs are alice's, bob's.
struct Book {
    uint32 openings;
    Phase phase;
    uint256[2] deposit;
    uint256[2] taken; // withdrawn
    uint96[2] signed; // the highest total in a claim that the side signed, whether the hub saw it or not
    uint96[2] vouched; // the highest total that the side signed in any form or declared in its own close
    uint96[2] shown; // the highest claim of the side that the hub was shown
    uint96[2] recorded; // what the hub must have on record
    Side closer;
    uint64 closesAt;
}

enum How {
    Settle,
    Accept,
    Together,
    Forfeit
}

/// @dev How a payment to the sides went, measured by what they hold.
struct Payout {
    uint256 available; // what the hub had of the token before
    bool[2] takes; // whether the side and the token were willing
    uint256[2] pushed;
    uint256[2] held;
}

/// @dev The end of a channel's life: its book at that moment and what was paid.
struct Ending {
    uint256 channel;
    How how;
    address caller;
    uint64 at;
    uint96[2] totals; // by which the hub must have split
    Book book;
    Payout payout;
}

/// @dev The stage of the invariant suites: six actors, twelve channels in three kinds of money, and the books. What
/// happens on it is in the handlers.
abstract contract World is Base {
    uint256 public constant CHANNELS = 12;
    uint256 internal constant ACTORS = 6;
    uint256 internal constant NONE = CHANNELS;
    uint256 internal constant ALICE = uint256(Side.Alice);
    uint256 internal constant BOB = uint256(Side.Bob);
    uint96 internal constant MOST = type(uint96).max;

    WildToken public immutable WILD;
    IThunderDollar public immutable THD;
    /// @dev Has money and allows the hub everything, but never calls it.
    address public immutable BYSTANDER = makeAddr("bystander");

    Actor[ACTORS] internal _actors;
    ChannelKey[CHANNELS] internal _keys;
    Book[CHANNELS] internal _books;
    Ending internal _lastEnding;
    Payout internal _lastWithdrawal;

    mapping(address token => mapping(address account => uint256)) public purse; // what the account must hold
    mapping(address token => mapping(address account => uint256)) public waiting; // what the hub must hold for it
    mapping(address token => uint256) public gifts; // came to the hub past its functions
    uint256 public confiscated; // wild tokens the hub was robbed of
    mapping(bytes32 id => bool) internal _used;

    constructor(IChannelHub hub_) {
        hub = hub_;
        thd = THD = _deployThd();
        WILD = new WildToken(address(hub_));
        (deputy, deputyKey) = makeAddrAndKey("deputy");
        _actors[0] = _person("ann", true);
        _actors[1] = _person("bea", false);
        _actors[2] = _machine("cat");
        _actors[3] = _person("dan", true);
        _actors[4] = _machine("eve");
        _actors[5] = _person("fay", false);
        for (uint256 i = 0; i < CHANNELS; ++i) {
            _keys[i] = _keyOf(i);
        }
        for (uint256 t = 1; t < 3; ++t) {
            _hand(_tokenAt(t), BYSTANDER, MOST);
            vm.prank(BYSTANDER);
            _erc20(_tokenAt(t)).approve(address(hub), type(uint256).max);
        }
    }

    // ------------------------------------------------------------------------------- what the test looks at

    function key(uint256 i) external view returns (ChannelKey memory) {
        return _keys[i];
    }

    function book(uint256 i) external view returns (Book memory) {
        return _books[i];
    }

    function account(uint256 i) external view returns (address) {
        return i < ACTORS ? _actors[i].account : stranger;
    }

    function lastEnding() external view returns (Ending memory) {
        return _lastEnding;
    }

    function lastWithdrawal() external view returns (Payout memory) {
        return _lastWithdrawal;
    }

    // ---------------------------------------------------------------------------------------------- the cast

    // Signs with a payment key of its own, or with the account's.
    function _person(string memory name, bool withPaymentKey) private returns (Actor memory actor) {
        (actor.account, actor.accountKey) = makeAddrAndKey(name);
        (actor.signer, actor.signerKey) = withPaymentKey
            ? makeAddrAndKey(string.concat(name, "'s payment key"))
            : (actor.account, actor.accountKey);
    }

    function _machine(string memory name) private returns (Actor memory actor) {
        actor.account = address(new Receiver());
        (actor.signer, actor.signerKey) = makeAddrAndKey(string.concat(name, "'s payment key"));
    }

    /// @dev Every kind of money under both policies twice, with periods of 1, 3, 9 and 19, between all actors.
    function _keyOf(uint256 i) private view returns (ChannelKey memory) {
        Actor storage a = _actors[i % ACTORS];
        Actor storage b = _actors[(i + 1 + i / ACTORS) % ACTORS];
        return ChannelKey({
            alice: a.account,
            aliceSigner: a.signer,
            bob: b.account,
            bobSigner: b.signer,
            token: _tokenAt(i % 3),
            finalizationPeriod: uint32(2 * (i % 4) * (i % 4) + 1),
            policy: i / 3 % 2 == 0 ? Policy.Refute : Policy.Forfeit,
            salt: uint64(i)
        });
    }

    function _tokenAt(uint256 t) internal view returns (address) {
        return t == 0 ? ETHER : t == 1 ? address(THD) : address(WILD);
    }

    function _actor(uint256 i, Side side) internal view returns (Actor memory) {
        address who = _account(i, side);
        for (uint256 a = 0; a < ACTORS; ++a) {
            if (_actors[a].account == who) return _actors[a];
        }
        revert("no such actor");
    }

    function _account(uint256 i, Side side) internal view returns (address) {
        return side == Side.Alice ? _keys[i].alice : _keys[i].bob;
    }

    // --------------------------------------------------------------------------------------------- the books

    /// @return A channel in this phase, or NONE.
    function _find(uint256 i, Phase phase) internal view returns (uint256) {
        for (uint256 n = 0; n < CHANNELS; ++n) {
            uint256 at = (_mix(i) % CHANNELS + n) % CHANNELS;
            if (_books[at].phase == phase) return at;
        }
        return NONE;
    }

    function _epoch(uint256 i) internal view returns (uint32) {
        return _books[i].openings == 0 ? 0 : _books[i].openings - 1;
    }

    function _pot(uint256 i) internal view returns (uint256) {
        Book storage b = _books[i];
        return b.deposit[ALICE] + b.deposit[BOB] - b.taken[ALICE] - b.taken[BOB];
    }

    function _room(uint256 i) internal view returns (uint256) {
        return MOST - _books[i].deposit[ALICE] - _books[i].deposit[BOB];
    }

    function _vouch(uint256 i, Side side, uint96 total) internal {
        uint96[2] storage vouched = _books[i].vouched;
        if (total > vouched[uint256(side)]) vouched[uint256(side)] = total;
    }

    /// @dev Gives `who` money that it then holds until it is spent.
    function _hand(address token, address who, uint96 amount) internal returns (uint256 value) {
        purse[token][who] += amount;
        return _fund(token, who, amount);
    }

    // ------------------------------------------------------------------------------------------- signatures

    function _signedBy(uint256 i, Side side, bytes32 digest, bool delegated)
        internal
        view
        returns (Auth memory)
    {
        uint256 signerKey = _actor(i, side).signerKey;
        if (delegated && _keys[i].policy == Policy.Refute) return _delegated(_keys[i], signerKey, digest);
        return _auth(signerKey, digest);
    }

    function _signedByBoth(uint256 i, bytes32 digest, bool delegated) internal view returns (Auth[2] memory) {
        return [_signedBy(i, Side.Alice, digest, delegated), _signedBy(i, Side.Bob, digest, false)];
    }

    // ---------------------------------------------------------------------------------------------- payments

    /// @dev Whether a push of the hub to `who` goes through, if the hub has enough.
    function _takes(address token, address who) internal view returns (bool) {
        if (token == address(THD)) return true;
        if (token == address(WILD)) {
            Trick trick = WILD.tricksOut();
            bool victim = WILD.victim() == address(0) || WILD.victim() == who;
            return trick == Trick.None || trick == Trick.ReturnNothing || !victim;
        }
        if (who.code.length == 0) return true;
        Mood mood = Receiver(payable(who)).mood();
        return mood == Mood.Accept || mood == Mood.Bomb;
    }

    function _beforePayout(uint256 i) internal view returns (Payout memory payout) {
        address token = _keys[i].token;
        payout.available = _balance(token, address(hub));
        for (uint256 s = 0; s < 2; ++s) {
            address who = _account(i, Side(s));
            payout.takes[s] = _takes(token, who);
            payout.pushed[s] = _balance(token, who);
            payout.held[s] = hub.owed(token, who);
        }
    }

    /// @dev Turns what was before into what was paid, and books it.
    function _afterPayout(uint256 i, Payout memory payout) internal {
        address token = _keys[i].token;
        for (uint256 s = 0; s < 2; ++s) {
            address who = _account(i, Side(s));
            payout.pushed[s] = _balance(token, who) - payout.pushed[s];
            payout.held[s] = hub.owed(token, who) - payout.held[s];
            purse[token][who] += payout.pushed[s];
            waiting[token][who] += payout.held[s];
        }
    }

    // ------------------------------------------------------------------------------------------------ seeds

    /// @dev The fuzzer likes some numbers better than others. What it chooses from is chosen evenly.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    /// @dev A number up to `most`, which is likely to be the extremes and small ones.
    function _pick(uint256 seed, uint256 most) internal pure returns (uint256) {
        seed = _mix(seed);
        if (seed % 8 == 0) return most;
        if (seed % 8 == 1) return 0;
        uint256 cap = seed % 8 == 2 || most < 1e20 ? most : 1e20;
        return (seed >> 8) % (cap + 1);
    }

    function _moveTo(uint256 moment) internal {
        uint256 ahead = moment - hub.clock();
        vm.roll(vm.getBlockNumber() + ahead);
        vm.warp(vm.getBlockTimestamp() + ahead);
    }
}
