// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Auth, ChannelKey, Claim, IChannelHub, Phase, Policy, Settlement, Side} from "../src/IChannelHub.sol";
import {Base} from "./utils/Base.sol";

/// @dev The test vectors that Rust, Solidity and viem share, put to a hub at the address and on the chain they name.
/// `channel/vectors/README.md` says what the fields mean.
contract VectorsTest is Base {
    string private _json;

    function setUp() public override {
        super.setUp();
        _json = vm.readFile("../channel/vectors/vectors.json");
    }

    function test_types() public view {
        for (uint256 i = 0; _exists(".types", i); ++i) {
            string memory at = _at(".types", i);
            bytes memory typeString = bytes(vm.parseJsonString(_json, string.concat(at, "typeString")));
            assertEq(vm.parseJsonBytes32(_json, string.concat(at, "typeHash")), keccak256(typeString), at);
        }
    }

    function test_channel_ids() public {
        for (uint256 i = 0; _exists(".keys", i); ++i) {
            string memory at = _at(".keys", i);
            ChannelKey memory key = _enter(at);
            _put(key, _epoch(at), 0);
            assertEq(hub.channelId(key), _bytes32(at, "channel"), at);
        }
        assertTrue(_exists(".keys", 0));
    }

    function test_claims() public {
        for (uint256 i = 0; _exists(".claims", i); ++i) {
            string memory at = _at(".claims", i);
            ChannelKey memory key = _enter(at);
            Claim memory claim = _claimAt(at);
            _checkSignature(at, hub.claimHash(key, _epoch(at), claim));
            _put(key, _epoch(at), 0);
            _closeByPayee(key, _epoch(at), claim);
            Side payer = Side(_uint(at, "side"));
            Auth memory auth = _authAt(at);
            if (claim.total == 0) {
                vm.expectRevert(abi.encodeWithSelector(IChannelHub.TotalNotHigher.selector, 0));
                hub.claim(key, _epoch(at), claim, auth);
            } else {
                vm.expectEmit(address(hub));
                emit IChannelHub.Claimed(_bytes32(at, "channel"), payer, claim.total);
                hub.claim(key, _epoch(at), claim, auth);
            }
        }
        assertTrue(_exists(".claims", 0));
    }

    function test_withdrawals() public {
        for (uint256 i = 0; _exists(".withdrawals", i); i += 2) {
            _checkWithdrawal(_at(".withdrawals", i), _at(".withdrawals", i + 1));
        }
        assertTrue(_exists(".withdrawals", 0));
    }

    function _checkWithdrawal(string memory at, string memory atBob) private {
        ChannelKey memory key = _enter(at);
        uint32 epoch = _epoch(at);
        Side side = _address(at, "to") == key.alice ? Side.Alice : Side.Bob;
        uint96 total = uint96(_uint(at, "total"));
        uint64 expiry = uint64(_uint(at, "expiry"));
        bytes32 digest = hub.withdrawalHash(key, epoch, side, total, expiry);
        _checkSignature(at, digest);
        _checkSignature(atBob, digest);
        _put(key, epoch, total);
        Auth[2] memory auths = [_authAt(at), _authAt(atBob)];
        hub.withdraw(key, epoch, side, total, expiry, auths);
        assertEq(hub.channel(key).aliceWithdrawn + hub.channel(key).bobWithdrawn, total, at);
    }

    function test_settlements() public {
        for (uint256 i = 0; _exists(".settlements", i); i += 2) {
            string memory at = _at(".settlements", i);
            string memory atBob = _at(".settlements", i + 1);
            ChannelKey memory key = _enter(at);
            Settlement memory settlement = Settlement(
                uint96(_uint(at, "aliceTotal")), uint96(_uint(at, "bobTotal")), uint64(_uint(at, "expiry"))
            );
            bytes32 digest = hub.settlementHash(key, _epoch(at), settlement);
            _checkSignature(at, digest);
            _checkSignature(atBob, digest);
            _put(key, _epoch(at), 0);
            hub.settleTogether(key, _epoch(at), settlement, [_authAt(at), _authAt(atBob)]);
            _assertPhase(key, Phase.Settled);
        }
        assertTrue(_exists(".settlements", 0));
    }

    function test_delegations() public {
        for (uint256 i = 0; _exists(".delegations", i); ++i) {
            string memory at = _at(".delegations", i);
            ChannelKey memory key = _enter(at);
            _checkSignature(at, hub.delegationHash(key, _epoch(at), _address(at, "key")));
            assertEq(
                vm.parseJsonBytes(_json, string.concat(at, "compact")),
                abi.encodePacked(_bytes32(at, "r"), _bytes32(at, "vs")),
                at
            );
        }
        assertTrue(_exists(".delegations", 0));
    }

    function test_bad_claims() public {
        for (uint256 i = 0; _exists(".badClaims", i); ++i) {
            string memory at = _at(".badClaims", i);
            if (!vm.parseJsonBool(_json, string.concat(at, "onChain"))) continue;
            ChannelKey memory key = _enter(at);
            Claim memory claim = _claimAt(at);
            _put(key, _epoch(at), 0);
            _closeByPayee(key, _epoch(at), claim);
            Auth memory auth = _authAt(at);
            string memory name = vm.parseJsonString(_json, string.concat(at, "hubError"));
            vm.expectRevert(bytes4(keccak256(bytes(string.concat(name, "()")))));
            hub.claim(key, _epoch(at), claim, auth);
        }
        assertTrue(_exists(".badClaims", 0));
    }

    // ----------------------------------------------------------------------------------------- the hub's side

    /// @dev Moves to the entry's chain, puts a hub at its address and returns its channel key.
    function _enter(string memory at) private returns (ChannelKey memory key) {
        vm.chainId(_uint(at, "chainId"));
        hub = IChannelHub(_address(at, "hub"));
        deployCodeTo("ChannelHub.sol:ChannelHub", abi.encode(false), address(hub));
        key.alice = _address(at, "alice");
        key.aliceSigner = _address(at, "aliceSigner");
        key.bob = _address(at, "bob");
        key.bobSigner = _address(at, "bobSigner");
        key.token = _address(at, "token");
        key.finalizationPeriod = uint32(_uint(at, "finalizationPeriod"));
        key.policy = Policy(_uint(at, "policy"));
        key.salt = uint64(_uint(at, "salt"));
        assertEq(keccak256(abi.encode(key, _epoch(at))), _bytes32(at, "channel"), at);
    }

    /// @dev Has the channel open in its millionth life without living the ones before: phase, epoch (24 bits), closer,
    /// flag, then alice's deposit.
    function _put(ChannelKey memory key, uint32 epoch, uint96 deposit) private {
        bytes32 slot = keccak256(abi.encode(keccak256(abi.encode(key)), uint256(2)));
        uint256 word = uint256(uint8(Phase.Open)) | (uint256(epoch) << 8) | (uint256(deposit) << 48);
        vm.store(address(hub), slot, bytes32(word));
        vm.deal(address(hub), deposit);
        assertEq(hub.channel(key).epoch, epoch);
        assertEq(hub.channel(key).aliceDeposit, deposit);
    }

    function _closeByPayee(ChannelKey memory key, uint32 epoch, Claim memory claim) private {
        vm.prank(claim.to == key.alice ? key.alice : key.bob);
        hub.close(key, epoch, 0, _noClaim(), _noAuth(), FOREVER);
    }

    /// @dev The digest is the hub's, `signedBy` signed it, and signing it again gives the same signature.
    function _checkSignature(string memory at, bytes32 digest) private view {
        assertEq(digest, _bytes32(at, "digest"), at);
        bytes32 vs = _bytes32(at, "vs");
        bytes32 s = bytes32((uint256(vs) << 1) >> 1);
        uint8 v = uint8(uint256(vs) >> 255) + 27;
        assertEq(ecrecover(digest, v, _bytes32(at, "r"), s), _address(at, "signedBy"), at);
        (bytes32 r, bytes32 signedVs) = _sign(_uint(at, "privateKey"), digest);
        assertEq(r, _bytes32(at, "r"), at);
        assertEq(signedVs, vs, at);
        assertEq(
            vm.parseJsonBytes(_json, string.concat(at, "signature")),
            abi.encodePacked(_bytes32(at, "r"), s, v),
            at
        );
    }

    // ------------------------------------------------------------------------------------------------ reading

    function _claimAt(string memory at) private view returns (Claim memory) {
        return Claim(_address(at, "to"), uint96(_uint(at, "total")), uint64(_uint(at, "nonce")));
    }

    function _authAt(string memory at) private view returns (Auth memory) {
        bytes memory delegation = vm.parseJsonBytes(_json, string.concat(at, "delegationCompact"));
        (bytes32 r, bytes32 vs) =
            delegation.length == 0 ? (bytes32(0), bytes32(0)) : abi.decode(delegation, (bytes32, bytes32));
        return Auth(_bytes32(at, "r"), _bytes32(at, "vs"), r, vs);
    }

    function _epoch(string memory at) private view returns (uint32) {
        return uint32(_uint(at, "epoch"));
    }

    function _exists(string memory list, uint256 i) private view returns (bool) {
        return vm.keyExistsJson(_json, string.concat(list, "[", vm.toString(i), "]"));
    }

    function _at(string memory list, uint256 i) private pure returns (string memory) {
        return string.concat(list, "[", vm.toString(i), "].");
    }

    function _uint(string memory at, string memory field) private view returns (uint256) {
        return vm.parseJsonUint(_json, string.concat(at, field));
    }

    function _address(string memory at, string memory field) private view returns (address) {
        return vm.parseJsonAddress(_json, string.concat(at, field));
    }

    function _bytes32(string memory at, string memory field) private view returns (bytes32) {
        return vm.parseJsonBytes32(_json, string.concat(at, field));
    }
}
