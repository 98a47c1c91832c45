// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Permit} from "../../src/IChannelHub.sol";
import {
    Acceptance,
    Compact,
    IMeteredSessions,
    Pair,
    SessionKey,
    SessionPhase,
    SessionSettlement
} from "../../src/IMeteredSessions.sol";
import {IThunderDollar, Test} from "../utils/Base.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @dev The contract of sessions, THD, and the two sides of a session in `_token()`.
abstract contract SessionBase is Test {
    address internal constant ETHER = address(0);
    uint32 internal constant PERIOD = 100;
    uint64 internal constant FOREVER = type(uint64).max;
    uint64 internal constant MEGABYTE = 1_000_000;
    /// @dev Of a megabyte, and so that a megabyte and one byte cost a little more.
    uint96 internal constant PRICE = 3_000_000;
    uint96 internal constant DEPOSIT = 30_000_000; // ten megabytes
    uint64 internal constant ACCEPT_BY = 1_050;

    IMeteredSessions internal sessions;
    IThunderDollar internal thd;

    address internal client;
    address internal provider;
    address internal stranger = makeAddr("stranger");
    uint256 internal clientKey;
    uint256 internal providerKey;
    address internal clientSigner;
    address internal providerSigner;
    uint256 internal clientSignerKey;
    uint256 internal providerSignerKey;

    function setUp() public virtual {
        (client, clientKey) = makeAddrAndKey("client");
        (provider, providerKey) = makeAddrAndKey("provider");
        (clientSigner, clientSignerKey) = makeAddrAndKey("the client's payment key");
        (providerSigner, providerSignerKey) = makeAddrAndKey("the provider's payment key");
        sessions = _deploySessions(false);
        bytes memory arguments = abi.encode(address(this), type(uint256).max, false);
        thd = IThunderDollar(deployCode("ThunderDollar.sol:ThunderDollar", arguments));
        vm.roll(1000);
        vm.warp(1_700_000_000);
    }

    function _deploySessions(bool countsSeconds) internal returns (IMeteredSessions) {
        return IMeteredSessions(deployCode("MeteredSessions.sol:MeteredSessions", abi.encode(countsSeconds)));
    }

    /// @dev Which money the tests of a contract use. Suites about the life of a session run once for each.
    function _token() internal view virtual returns (address) {
        return address(thd);
    }

    function _key() internal view returns (SessionKey memory) {
        return SessionKey({
            client: client,
            clientSigner: clientSigner,
            provider: provider,
            providerSigner: providerSigner,
            token: _token(),
            price: PRICE,
            quantity: 100 * MEGABYTE,
            unit: MEGABYTE,
            tolerance: 10_000, // one in a hundred
            finalizationPeriod: PERIOD,
            salt: 7
        });
    }

    // ------------------------------------------------------------------------------------------------- money

    /// @dev Gives `who` the money and, for a token, approves the contract for it. Returns the value to send along.
    function _fund(address token, address who, uint256 amount) internal returns (uint256 value) {
        if (token == ETHER) {
            vm.deal(who, who.balance + amount);
            return amount;
        }
        // Tokens of the tests all start with everything in the test's own hands.
        (bool ok,) = token.call(abi.encodeWithSignature("transfer(address,uint256)", who, amount));
        assertTrue(ok, "the test could not hand out tokens");
        vm.prank(who);
        IERC20(token).approve(address(sessions), amount);
    }

    function _balance(address who) internal view returns (uint256) {
        return _token() == ETHER ? who.balance : IERC20(_token()).balanceOf(who);
    }

    // ------------------------------------------------------------------------------------------------- calls

    function _propose(SessionKey memory key, uint96 amount) internal returns (bytes32) {
        uint256 value = _fund(key.token, key.client, amount);
        vm.prank(key.client);
        return sessions.propose{value: value}(key, amount, uint64(vm.getBlockNumber()) + 50);
    }

    function _accept(SessionKey memory key) internal {
        uint32 epoch = sessions.session(key).epoch;
        vm.prank(key.provider);
        sessions.accept(key, epoch);
    }

    function _begin(SessionKey memory key, uint96 amount) internal returns (bytes32 id) {
        id = _propose(key, amount);
        _accept(key);
    }

    function _close(SessionKey memory key, address by, uint64 clientCount, uint64 providerCount) internal {
        Pair memory pair = _pair(key, clientCount, providerCount);
        uint32 epoch = sessions.session(key).epoch;
        vm.prank(by);
        sessions.close(key, epoch, pair);
    }

    function _show(SessionKey memory key, uint64 clientCount, uint64 providerCount) internal {
        sessions.show(key, sessions.session(key).epoch, _pair(key, clientCount, providerCount));
    }

    function _settleAfterPeriod(SessionKey memory key) internal {
        vm.roll(sessions.session(key).closesAt);
        sessions.settle(key, sessions.session(key).epoch);
    }

    function _settleTogether(SessionKey memory key, uint96 charged, uint96 paid) internal {
        uint32 epoch = sessions.session(key).epoch;
        SessionSettlement memory settlement = SessionSettlement(charged, paid, FOREVER);
        sessions.settleTogether(key, epoch, settlement, _both(key, epoch, settlement));
    }

    // -------------------------------------------------------------------------------------------- signatures

    /// @dev What both sign once the provider counted `providerCount` and the client, having heard that, `clientCount`.
    function _pair(SessionKey memory key, uint64 clientCount, uint64 providerCount)
        internal
        view
        returns (Pair memory)
    {
        return _pairIn(key, sessions.session(key).epoch, clientCount, providerCount);
    }

    function _pairIn(SessionKey memory key, uint32 epoch, uint64 clientCount, uint64 providerCount)
        internal
        view
        returns (Pair memory pair)
    {
        (pair.clientCount, pair.providerCount) = (clientCount, providerCount);
        bytes32 providers = sessions.countHash(key, epoch, providerCount, 0);
        pair.byProvider = _sign(providerSignerKey, providers);
        pair.byClient = _sign(clientSignerKey, sessions.countHash(key, epoch, clientCount, providers));
    }

    function _acceptance(SessionKey memory key, uint32 epoch, uint96 amount, uint64 expiry)
        internal
        view
        returns (Acceptance memory)
    {
        return Acceptance(expiry, _sign(providerKey, sessions.acceptanceHash(key, epoch, amount, expiry)));
    }

    function _both(SessionKey memory key, uint32 epoch, SessionSettlement memory settlement)
        internal
        view
        returns (Compact[2] memory)
    {
        bytes32 digest = sessions.settlementHash(key, epoch, settlement);
        return [_sign(clientSignerKey, digest), _sign(providerSignerKey, digest)];
    }

    /// @dev EIP-2098.
    function _sign(uint256 privateKey, bytes32 digest) internal pure returns (Compact memory signature) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(privateKey, digest);
        signature.r = r;
        signature.vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
    }

    function _nothing() internal pure returns (Pair memory pair) {}

    function _permit(uint256 ownerKey, uint256 amount) internal view returns (Permit memory permit) {
        permit.deadline = block.timestamp + 1 hours;
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        address owner = vm.addr(ownerKey);
        bytes32 structHash = keccak256(
            abi.encode(typeHash, owner, address(sessions), amount, thd.nonces(owner), permit.deadline)
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", thd.DOMAIN_SEPARATOR(), structHash));
        (permit.v, permit.r, permit.s) = vm.sign(ownerKey, digest);
    }

    // ----------------------------------------------------------------------------------------------- helpers

    function _expectWrongPhase(SessionPhase phase) internal {
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.WrongPhase.selector, phase));
    }

    function _expectWrongEpoch(uint32 current) internal {
        vm.expectRevert(abi.encodeWithSelector(IMeteredSessions.WrongEpoch.selector, current));
    }

    function _assertPhase(SessionKey memory key, SessionPhase phase) internal view {
        assertEq(uint8(sessions.session(key).phase), uint8(phase), "phase");
    }

    function _assertActive(uint32 active) internal view {
        (uint32 now_,) = sessions.capacity(provider);
        assertEq(now_, active, "active sessions");
    }

    /// @dev What the two sides were paid, since they start each test with nothing, and what stays.
    function _assertPaid(uint256 refund, uint256 paid, uint256 burnt) internal view {
        assertEq(_balance(client), refund, "the client's money");
        assertEq(_balance(provider), paid, "the provider's money");
        assertEq(_balance(address(sessions)), burnt, "what stays");
    }
}
