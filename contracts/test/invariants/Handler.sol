// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    ChannelState,
    Claim,
    IChannelHub,
    Phase,
    Policy,
    Settlement,
    Side
} from "../../src/IChannelHub.sol";
import {Mood, Receiver} from "../mocks/Receivers.sol";
import {IThunderDollar, Test} from "../utils/Base.sol";

/// @dev Plays with four channels: ether and THD, refute and forfeit. Bob is a contract that refuses ether at times.
/// Each action is bent into one that the hub must accept, so a revert is a finding. It keeps its own books.
contract Handler is Test {
    uint64 private constant FOREVER = type(uint64).max;
    uint256 public constant CHANNELS = 4;

    IChannelHub public immutable HUB;
    IThunderDollar public immutable THD;
    address public immutable ALICE;
    Receiver public immutable BOB;
    address private immutable _ALICE_SIGNER;
    address private immutable _BOB_SIGNER;
    uint256 private immutable _ALICE_KEY;
    uint256 private immutable _BOB_KEY;

    // the books, per token
    mapping(address token => uint256) public deposited;
    mapping(address token => uint256) public paidOut; // pushed or held

    // the books, per channel in its current life
    uint256[CHANNELS] public put; // deposits of this life
    uint256[CHANNELS] public taken; // withdrawals of this life
    uint96[CHANNELS] public bestOfAlice; // the highest total alice has signed
    uint96[CHANNELS] public bestOfBob;
    uint64[CHANNELS] public closesAt;
    mapping(bytes32 id => bool) public settled;
    uint256 public settlements;

    constructor(IChannelHub hub) {
        HUB = hub;
        (ALICE,) = makeAddrAndKey("alice");
        (_ALICE_SIGNER, _ALICE_KEY) = makeAddrAndKey("alice's payment key");
        (_BOB_SIGNER, _BOB_KEY) = makeAddrAndKey("bob's payment key");
        BOB = new Receiver();
        bytes memory arguments = abi.encode(address(this), type(uint256).max, false);
        THD = IThunderDollar(deployCode("ThunderDollar.sol:ThunderDollar", arguments));
        vm.prank(ALICE);
        THD.approve(address(hub), type(uint256).max);
    }

    function key(uint256 i) public view returns (ChannelKey memory) {
        return ChannelKey({
            alice: ALICE,
            aliceSigner: _ALICE_SIGNER,
            bob: address(BOB),
            bobSigner: _BOB_SIGNER,
            token: i % 2 == 0 ? address(0) : address(THD),
            finalizationPeriod: 10,
            policy: i / 2 == 0 ? Policy.Refute : Policy.Forfeit,
            salt: uint64(i)
        });
    }

    // ----------------------------------------------------------------------------------------------- actions

    function pass(uint8 blocks) external {
        vm.roll(vm.getBlockNumber() + (blocks % 4) + 1);
    }

    function moodOfBob(uint8 mood) external {
        BOB.set(mood % 2 == 0 ? Mood.Accept : Mood.Revert);
    }

    function open(uint256 i, uint96 amount) external {
        i %= CHANNELS;
        Phase phase = HUB.channel(key(i)).phase;
        if (phase != Phase.Empty && phase != Phase.Settled) return;
        amount %= 1e24;
        uint256 value = _fund(key(i).token, amount);
        vm.prank(ALICE);
        HUB.open{value: value}(key(i), amount);
        put[i] = amount;
        bestOfAlice[i] = bestOfBob[i] = 0;
        deposited[key(i).token] += amount;
    }

    function deposit(uint256 i, uint96 amount, bool forBob) external {
        i %= CHANNELS;
        ChannelState memory state = HUB.channel(key(i));
        if (state.phase != Phase.Open) return;
        amount = (amount % 1e24) + 1;
        uint256 value = _fund(key(i).token, amount);
        vm.prank(ALICE);
        HUB.deposit{value: value}(key(i), state.epoch, forBob ? Side.Bob : Side.Alice, amount);
        put[i] += amount;
        deposited[key(i).token] += amount;
    }

    /// @dev A payment happens off chain: a side has signed a higher total.
    function pay(uint256 i, uint96 amount, bool byBob) external {
        i %= CHANNELS;
        if (byBob) bestOfBob[i] += amount % 1e24;
        else bestOfAlice[i] += amount % 1e24;
    }

    function withdraw(uint256 i, uint96 amount, bool byBob) external {
        i %= CHANNELS;
        ChannelState memory state = HUB.channel(key(i));
        uint256 pot = put[i] - taken[i];
        if (state.phase != Phase.Open || pot == 0) return;
        amount = uint96(bound(amount, 1, pot));
        Side side = byBob ? Side.Bob : Side.Alice;
        uint96 total = (byBob ? state.bobWithdrawn : state.aliceWithdrawn) + amount;
        bytes32 digest = HUB.withdrawalHash(key(i), state.epoch, side, total, FOREVER);
        HUB.withdraw(key(i), state.epoch, side, total, FOREVER, _both(digest));
        taken[i] += amount;
        paidOut[key(i).token] += amount;
    }

    /// @dev The closer understates what it paid when `lie` says so.
    function close(uint256 i, bool byBob, uint96 lie) external {
        i %= CHANNELS;
        ChannelState memory state = HUB.channel(key(i));
        if (state.phase != Phase.Open) return;
        uint96 own = byBob ? bestOfBob[i] : bestOfAlice[i];
        if (lie % 3 == 0) own -= uint96(bound(lie, 0, own));
        Claim memory received = Claim(byBob ? address(BOB) : ALICE, byBob ? bestOfAlice[i] : bestOfBob[i], 1);
        Auth memory auth = _auth(byBob ? _ALICE_KEY : _BOB_KEY, HUB.claimHash(key(i), state.epoch, received));
        vm.prank(byBob ? address(BOB) : ALICE);
        HUB.close(key(i), state.epoch, own, received, auth, FOREVER);
        closesAt[i] = HUB.channel(key(i)).closesAt;
    }

    /// @dev Shows the best claim of a side, if that is news.
    function claim(uint256 i, bool byBob) external {
        i %= CHANNELS;
        ChannelState memory state = HUB.channel(key(i));
        if (state.phase != Phase.Closing || HUB.clock() >= state.closesAt) return;
        uint96 best = byBob ? bestOfBob[i] : bestOfAlice[i];
        if (best <= (byBob ? state.bobTotal : state.aliceTotal)) return;
        Claim memory shown = Claim(byBob ? ALICE : address(BOB), best, 1);
        Auth memory auth = _auth(byBob ? _BOB_KEY : _ALICE_KEY, HUB.claimHash(key(i), state.epoch, shown));
        HUB.claim(key(i), state.epoch, shown, auth);
        bool byCloser = (state.closer == Side.Bob) == byBob;
        if (key(i).policy == Policy.Forfeit && byCloser) _settled(i);
    }

    function settle(uint256 i) external {
        i %= CHANNELS;
        ChannelState memory state = HUB.channel(key(i));
        if (state.phase != Phase.Closing || HUB.clock() < state.closesAt) return;
        HUB.settle(key(i), state.epoch);
        _settled(i);
    }

    function accept(uint256 i) external {
        i %= CHANNELS;
        ChannelState memory state = HUB.channel(key(i));
        if (state.phase != Phase.Closing || HUB.clock() >= state.closesAt) return;
        vm.prank(state.closer == Side.Alice ? address(BOB) : ALICE);
        HUB.accept(key(i), state.epoch, state.aliceTotal, state.bobTotal);
        _settled(i);
    }

    function settleTogether(uint256 i) external {
        i %= CHANNELS;
        ChannelState memory state = HUB.channel(key(i));
        if (state.phase != Phase.Open) return;
        Settlement memory settlement = Settlement(bestOfAlice[i], bestOfBob[i], FOREVER);
        bytes32 digest = HUB.settlementHash(key(i), state.epoch, settlement);
        HUB.settleTogether(key(i), state.epoch, settlement, _both(digest));
        _settled(i);
    }

    function collect() external {
        if (HUB.owed(address(0), address(BOB)) == 0 || BOB.mood() != Mood.Accept) return;
        HUB.collect(address(0), address(BOB));
    }

    // ------------------------------------------------------------------------------------------------ helpers

    function _settled(uint256 i) private {
        paidOut[key(i).token] += put[i] - taken[i];
        put[i] = taken[i] = closesAt[i] = 0;
        settled[HUB.channelId(key(i))] = true;
        ++settlements;
    }

    function _fund(address token, uint96 amount) private returns (uint256 value) {
        if (token == address(0)) {
            vm.deal(ALICE, ALICE.balance + amount);
            return amount;
        }
        assertTrue(THD.transfer(ALICE, amount));
    }

    function _both(bytes32 digest) private view returns (Auth[2] memory) {
        return [_auth(_ALICE_KEY, digest), _auth(_BOB_KEY, digest)];
    }

    function _auth(uint256 privateKey, bytes32 digest) private pure returns (Auth memory auth) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        auth.r = r;
        auth.vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
    }
}
