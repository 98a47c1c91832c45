// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Auth,
    ChannelKey,
    ChannelState,
    Claim,
    IChannelHub,
    Permit,
    Phase,
    Policy,
    Settlement,
    Side
} from "../../src/IChannelHub.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {TestBase} from "forge-std/Base.sol";
import {StdAssertions} from "forge-std/StdAssertions.sol";
import {StdCheats} from "forge-std/StdCheats.sol";
import {StdInvariant} from "forge-std/StdInvariant.sol";
import {StdUtils} from "forge-std/StdUtils.sol";

/// @dev forge-std's `Test` without its consoles: this compiler warns 255 times about their old assembly comments,
/// which leaves no room for a warning about our own code.
abstract contract Test is TestBase, StdAssertions, StdCheats, StdInvariant, StdUtils {
    bool public IS_TEST = true;
}

/// @dev What the tests need of THD. Its code is taken as deployed, like the hub's.
interface IThunderDollar is IERC20, IERC20Permit {}

/// @dev A hub, THD, and the two sides of a channel in `_token()`.
abstract contract Base is Test {
    address internal constant ETHER = address(0);
    uint32 internal constant PERIOD = 100;
    uint64 internal constant FOREVER = type(uint64).max;

    IChannelHub internal hub;
    IThunderDollar internal thd;

    address internal alice;
    address internal bob;
    address internal stranger = makeAddr("stranger");
    uint256 internal alicePrivateKey;
    uint256 internal bobPrivateKey;
    address internal aliceSigner;
    address internal bobSigner;
    uint256 internal aliceSignerKey;
    uint256 internal bobSignerKey;
    address internal deputy; // a further payment key, for delegations
    uint256 internal deputyKey;

    function setUp() public virtual {
        (alice, alicePrivateKey) = makeAddrAndKey("alice");
        (bob, bobPrivateKey) = makeAddrAndKey("bob");
        (aliceSigner, aliceSignerKey) = makeAddrAndKey("alice's payment key");
        (bobSigner, bobSignerKey) = makeAddrAndKey("bob's payment key");
        (deputy, deputyKey) = makeAddrAndKey("deputy");
        hub = _deployHub(false);
        thd = _deployThd();
        vm.roll(1000);
        vm.warp(1_700_000_000);
    }

    function _deployHub(bool countsSeconds) internal returns (IChannelHub) {
        return IChannelHub(deployCode("ChannelHub.sol:ChannelHub", abi.encode(countsSeconds)));
    }

    /// @dev All THD there can be, in the test's hands.
    function _deployThd() internal returns (IThunderDollar) {
        bytes memory arguments = abi.encode(address(this), type(uint256).max, false);
        return IThunderDollar(deployCode("ThunderDollar.sol:ThunderDollar", arguments));
    }

    /// @dev Which money the tests of a contract use. Suites about the life of a channel run once for each.
    function _token() internal view virtual returns (address) {
        return address(thd);
    }

    function _key() internal view returns (ChannelKey memory) {
        return _keyIn(_token(), Policy.Refute);
    }

    function _forfeitKey() internal view returns (ChannelKey memory) {
        return _keyIn(_token(), Policy.Forfeit);
    }

    function _keyIn(address token, Policy policy) internal view returns (ChannelKey memory) {
        return ChannelKey({
            alice: alice,
            aliceSigner: aliceSigner,
            bob: bob,
            bobSigner: bobSigner,
            token: token,
            finalizationPeriod: PERIOD,
            policy: policy,
            salt: 7
        });
    }

    // ------------------------------------------------------------------------------------------------- money

    /// @dev Gives `who` the money and, for a token, approves the hub for it. Returns the value to send along.
    function _fund(address token, address who, uint96 amount) internal returns (uint256 value) {
        if (token == ETHER) {
            vm.deal(who, who.balance + amount);
            return amount;
        }
        // Tokens of the tests all start with everything in the test's own hands.
        (bool ok,) = token.call(abi.encodeWithSignature("transfer(address,uint256)", who, amount));
        assertTrue(ok, "the test could not hand out tokens");
        vm.prank(who);
        _erc20(token).approve(address(hub), amount);
    }

    function _balance(address token, address who) internal view returns (uint256) {
        return token == ETHER ? who.balance : _erc20(token).balanceOf(who);
    }

    function _balance(address who) internal view returns (uint256) {
        return _balance(_token(), who);
    }

    function _erc20(address token) internal pure returns (IERC20) {
        return IERC20(token);
    }

    // ------------------------------------------------------------------------------------------------- calls

    function _open(ChannelKey memory key, uint96 amount) internal virtual returns (bytes32) {
        uint256 value = _fund(key.token, key.alice, amount);
        vm.prank(key.alice);
        return hub.open{value: value}(key, amount);
    }

    function _deposit(ChannelKey memory key, Side side, uint96 amount) internal {
        address payer = side == Side.Alice ? key.alice : key.bob;
        uint32 epoch = hub.channel(key).epoch;
        uint256 value = _fund(key.token, payer, amount);
        vm.prank(payer);
        hub.deposit{value: value}(key, epoch, side, amount);
    }

    function _openBoth(ChannelKey memory key, uint96 aliceAmount, uint96 bobAmount) internal {
        _open(key, aliceAmount);
        if (bobAmount != 0) _deposit(key, Side.Bob, bobAmount);
    }

    /// @dev `closer` closes, saying it paid `paid`, and shows a claim of `received` if that is not zero.
    function _close(ChannelKey memory key, Side closer, uint96 paid, uint96 received) internal {
        (Claim memory best, Auth memory auth) = _claim(key, _other(closer), received);
        uint32 epoch = hub.channel(key).epoch;
        vm.prank(closer == Side.Alice ? key.alice : key.bob);
        hub.close(key, epoch, paid, best, auth, FOREVER);
    }

    function _show(ChannelKey memory key, Side payer, uint96 total) internal {
        (Claim memory claim, Auth memory auth) = _claim(key, payer, total);
        hub.claim(key, hub.channel(key).epoch, claim, auth);
    }

    function _withdraw(ChannelKey memory key, Side side, uint96 total) internal {
        uint32 epoch = hub.channel(key).epoch;
        Auth[2] memory auths = _both(hub.withdrawalHash(key, epoch, side, total, FOREVER));
        hub.withdraw(key, epoch, side, total, FOREVER, auths);
    }

    function _settleTogether(ChannelKey memory key, uint96 aliceTotal, uint96 bobTotal) internal {
        uint32 epoch = hub.channel(key).epoch;
        Settlement memory settlement = Settlement(aliceTotal, bobTotal, FOREVER);
        hub.settleTogether(key, epoch, settlement, _both(hub.settlementHash(key, epoch, settlement)));
    }

    function _settleAfterPeriod(ChannelKey memory key) internal {
        vm.roll(hub.channel(key).closesAt);
        hub.settle(key, hub.channel(key).epoch);
    }

    // -------------------------------------------------------------------------------------------- signatures

    /// @dev A claim by `payer`'s signer in the key's current life.
    function _claim(ChannelKey memory key, Side payer, uint96 total)
        internal
        view
        returns (Claim memory claim, Auth memory auth)
    {
        claim = Claim(payer == Side.Alice ? key.bob : key.alice, total, 1);
        auth = _auth(_signerKey(payer), hub.claimHash(key, hub.channel(key).epoch, claim));
    }

    function _both(bytes32 digest) internal view returns (Auth[2] memory) {
        return [_auth(aliceSignerKey, digest), _auth(bobSignerKey, digest)];
    }

    function _auth(uint256 privateKey, bytes32 digest) internal pure returns (Auth memory auth) {
        (auth.r, auth.vs) = _sign(privateKey, digest);
    }

    /// @dev Signed by `deputyKey`, with a delegation to it by `signerKey`.
    function _delegated(ChannelKey memory key, uint256 signerKey, bytes32 digest)
        internal
        view
        returns (Auth memory auth)
    {
        auth = _auth(deputyKey, digest);
        bytes32 delegation = hub.delegationHash(key, hub.channel(key).epoch, deputy);
        (auth.delegationR, auth.delegationVs) = _sign(signerKey, delegation);
    }

    function _noAuth() internal pure returns (Auth memory auth) {}

    function _noClaim() internal pure returns (Claim memory claim) {}

    /// @dev EIP-2098.
    function _sign(uint256 privateKey, bytes32 digest) internal pure returns (bytes32 r, bytes32 vs) {
        uint8 v;
        bytes32 s;
        (v, r, s) = vm.sign(privateKey, digest);
        vs = bytes32(uint256(s) | (uint256(v - 27) << 255));
    }

    function _permit(IThunderDollar token, uint256 ownerKey, uint256 amount)
        internal
        view
        returns (Permit memory permit)
    {
        permit.deadline = block.timestamp + 1 hours;
        address owner = vm.addr(ownerKey);
        bytes32 structHash = keccak256(
            abi.encode(
                keccak256(
                    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
                ),
                owner,
                address(hub),
                amount,
                token.nonces(owner),
                permit.deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), structHash));
        (permit.v, permit.r, permit.s) = vm.sign(ownerKey, digest);
    }

    // ----------------------------------------------------------------------------------------------- helpers

    function _signerKey(Side side) internal view returns (uint256) {
        return side == Side.Alice ? aliceSignerKey : bobSignerKey;
    }

    function _address(Side side) internal view returns (address) {
        return side == Side.Alice ? alice : bob;
    }

    function _other(Side side) internal pure returns (Side) {
        return side == Side.Alice ? Side.Bob : Side.Alice;
    }

    function _expectWrongPhase(Phase phase) internal {
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.WrongPhase.selector, phase));
    }

    function _expectWrongEpoch(uint32 current) internal {
        vm.expectRevert(abi.encodeWithSelector(IChannelHub.WrongEpoch.selector, current));
    }

    function _assertPhase(ChannelKey memory key, Phase phase) internal view {
        assertEq(uint8(hub.channel(key).phase), uint8(phase), "phase");
    }

    /// @dev What the two sides were paid, since they start each test with nothing.
    function _assertPaid(uint256 aliceAmount, uint256 bobAmount) internal view {
        assertEq(_balance(alice), aliceAmount, "alice's money");
        assertEq(_balance(bob), bobAmount, "bob's money");
        assertEq(_balance(address(hub)), 0, "the hub's money");
    }
}
