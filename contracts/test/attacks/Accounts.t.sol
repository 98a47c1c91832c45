// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Phase, Side} from "../../src/IChannelHub.sol";
import {Mood, Receiver, YesWallet} from "../mocks/Receivers.sol";
import {AttackBase, Kind} from "./AttackBase.sol";

/// @dev Sides and signers that are contracts, or keys whose account delegated to code (EIP-7702).
contract AccountsTest is AttackBase {
    function _token() internal pure override returns (address) {
        return ETHER;
    }

    /// @dev A contract's answer can change after the payee has relied on it, so none is asked: this one would say yes to
    /// everything.
    function test_C11_contract_as_signer() public {
        for (uint256 k = 0; k < KINDS; ++k) {
            aliceSigner = address(new YesWallet());
            ChannelKey memory key = _ready(Kind(k));
            Auth[2] memory auths = _auths(Kind(k), key, 0, _digest(Kind(k), hub, key, 0));
            _assertRefused(Kind(k), key, 0, auths, IChannelHub.BadSignature.selector);
            auths[0] = _rawAuth(0, 0);
            _assertRefused(Kind(k), key, 0, auths, IChannelHub.BadSignature.selector);
        }
    }

    /// @dev The side is a wallet contract that changes owners, and its code, after its payment key signed: the claim
    /// still counts, since the key stands in the channel's own.
    function test_C11_wallet_that_rotates_its_owner_after_signing() public {
        Receiver wallet = new Receiver();
        alice = address(wallet);
        ChannelKey memory key = _key();
        vm.deal(alice, 100);
        wallet.run(address(hub), 100, abi.encodeCall(IChannelHub.open, (key, 100)));
        (Claim memory claim, Auth memory auth) = _claim(key, Side.Alice, 60);
        vm.etch(alice, address(new YesWallet()).code);
        vm.prank(bob);
        hub.close(key, 0, 0, claim, auth, FOREVER);
        assertEq(hub.channel(key).aliceTotal, 60);
    }

    /// @dev The signer's account gets code after the channel opened. Whatever that code says, its key signs as before,
    /// and nobody else's does.
    function test_C12_signer_delegates_its_account_after_open() public {
        address[2] memory implementations = [address(new YesWallet()), address(new Receiver())];
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 k = 0; k < KINDS; ++k) {
                uint256 snapshot = vm.snapshotState();
                ChannelKey memory key = _ready(Kind(k));
                _delegateAccount(implementations[i], aliceSignerKey);
                _delegateAccount(implementations[i], bobSignerKey);
                bytes32 digest = _digest(Kind(k), hub, key, 0);
                Auth[2] memory auths = [_auth(alicePrivateKey, digest), _auth(bobPrivateKey, digest)];
                _assertRefused(Kind(k), key, 0, auths, IChannelHub.BadSignature.selector);
                _assertCountsWhenSigned(Kind(k), key, 0);
                vm.revertToState(snapshot);
            }
        }
    }

    /// @dev A side delegates its account to code that takes no ether. It waits for its money alone, and has it once the
    /// account takes ether again.
    function test_side_delegates_its_account_to_code_that_takes_no_ether() public {
        address refusing = address(new YesWallet());
        ChannelKey memory key = _key();
        _openBoth(key, 100, 50);
        _delegateAccount(refusing, bobPrivateKey);
        _settleTogether(key, 30, 0);
        assertEq(alice.balance, 70);
        assertEq(bob.balance, 0);
        assertEq(hub.owed(ETHER, bob), 80);
        vm.expectRevert(IChannelHub.EtherTransferFailed.selector);
        hub.collect(ETHER, bob);
        _delegateAccount(address(new Receiver()), bobPrivateKey);
        hub.collect(ETHER, bob);
        assertEq(bob.balance, 80);
    }

    /// @dev The delegated code burns all that a push has, or returns a bomb: no worse than any contract.
    function test_side_delegates_its_account_to_hostile_code() public {
        Mood[3] memory moods = [Mood.BurnGas, Mood.RevertBomb, Mood.Revert];
        _delegateAccount(address(new Receiver()), bobPrivateKey);
        for (uint256 i = 0; i < 3; ++i) {
            Receiver(payable(bob)).set(Mood.Accept);
            ChannelKey memory key = _key();
            key.salt = uint64(i);
            _openBoth(key, 100, 50);
            Receiver(payable(bob)).set(moods[i]);
            _settleTogether(key, 30, 0);
            assertEq(alice.balance, 70 * (i + 1));
            assertEq(hub.owed(ETHER, bob), 80 * (i + 1));
        }
    }

    /// @dev An account with code acts for its side by a call from itself, like any other; by nobody else's.
    function test_delegated_account_closes_for_its_side_alone() public {
        ChannelKey memory key = _key();
        _openBoth(key, 100, 50);
        Receiver implementation = new Receiver();
        _delegateAccount(address(implementation), alicePrivateKey);
        bytes memory close = abi.encodeCall(IChannelHub.close, (key, 0, 30, _noClaim(), _noAuth(), FOREVER));
        // the code's own address is no side
        vm.expectRevert(IChannelHub.NotASide.selector);
        implementation.run(address(hub), 0, close);
        vm.prank(alice);
        Receiver(payable(alice)).run(address(hub), 0, close);
        assertEq(uint8(hub.channel(key).closer), uint8(Side.Alice));
        _settleAfterPeriod(key);
        assertEq(alice.balance, 70);
    }

    /// @dev A contract on each side goes the whole way.
    function test_sides_that_are_contracts() public {
        alice = address(new Receiver());
        bob = address(new Receiver());
        ChannelKey memory key = _key();
        vm.deal(alice, 100);
        vm.deal(bob, 50);
        Receiver(payable(alice)).run(address(hub), 100, abi.encodeCall(IChannelHub.open, (key, 100)));
        bytes memory data = abi.encodeCall(IChannelHub.deposit, (key, 0, Side.Bob, 50));
        Receiver(payable(bob)).run(address(hub), 50, data);
        _withdraw(key, Side.Bob, 10);
        data = abi.encodeCall(IChannelHub.close, (key, 0, 30, _noClaim(), _noAuth(), FOREVER));
        Receiver(payable(alice)).run(address(hub), 0, data);
        Receiver(payable(bob)).run(address(hub), 0, abi.encodeCall(IChannelHub.accept, (key, 0, 30, 0)));
        _assertPaid(70, 80);
        _assertPhase(key, Phase.Settled);
    }

    /// @dev Alice names a signer of her own for bob. It binds nothing of his: he has put nothing in, and what that signer
    /// signs only moves alice's money. (That bob must not take such a channel for money is the client's S18.)
    function test_alice_names_her_own_key_as_bobs_signer() public {
        bobSigner = alice;
        bobSignerKey = alicePrivateKey;
        ChannelKey memory key = _key();
        _open(key, 100);
        _withdraw(key, Side.Alice, 60);
        _settleTogether(key, 0, type(uint96).max);
        _assertPaid(100, 0);
    }

    /// @dev As a type 4 transaction would.
    function _delegateAccount(address implementation, uint256 privateKey) private {
        vm.signAndAttachDelegation(implementation, privateKey);
        // the authorisation comes into force with the next call
        (bool ok,) = stranger.call("");
        assertTrue(ok);
        assertEq(vm.addr(privateKey).code, abi.encodePacked(hex"ef0100", implementation));
    }
}
