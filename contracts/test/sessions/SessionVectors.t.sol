// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {
    Acceptance,
    Compact,
    IMeteredSessions,
    Pair,
    SessionKey,
    SessionPhase,
    SessionSettlement
} from "../../src/IMeteredSessions.sol";
import {SessionBase} from "./SessionBase.sol";

/// @dev The test vectors of sessions that Rust, Solidity and viem share, put to a contract at the address and on the chain
/// they name. `channel/vectors/README.md` says what the fields mean.
contract SessionVectorsTest is SessionBase {
    string private _json;

    function setUp() public override {
        super.setUp();
        _json = vm.readFile("../channel/vectors/sessions.json");
    }

    function test_types() public view {
        for (uint256 i = 0; i < 3; ++i) {
            string memory at = _at(".types", i);
            bytes memory typeString = bytes(vm.parseJsonString(_json, string.concat(at, "typeString")));
            assertEq(vm.parseJsonBytes32(_json, string.concat(at, "typeHash")), keccak256(typeString), at);
        }
    }

    function test_session_ids() public {
        for (uint256 i = 0; _exists(".keys", i); ++i) {
            string memory at = _at(".keys", i);
            SessionKey memory key = _enter(at);
            _put(key, _epoch(at), SessionPhase.Active);
            assertEq(sessions.sessionId(key), _bytes32(at, "session"), at);
        }
        assertTrue(_exists(".keys", 0));
    }

    /// @dev Entries come in pairs: the provider's statement, and the client's that acknowledges it.
    function test_counts() public {
        for (uint256 i = 0; _exists(".counts", i); i += 2) {
            string memory at = _at(".counts", i + 1);
            string memory atProvider = _at(".counts", i);
            SessionKey memory key = _enter(at);
            Pair memory pair = Pair({
                clientCount: uint64(_uint(at, "count")),
                providerCount: uint64(_uint(atProvider, "count")),
                providerAcknowledged: _bytes32(atProvider, "acknowledged"),
                byClient: _signatureAt(at),
                byProvider: _signatureAt(atProvider)
            });
            uint32 epoch = _epoch(at);
            bytes32 providers = sessions.countHash(key, epoch, pair.providerCount, pair.providerAcknowledged);
            assertEq(_bytes32(at, "acknowledged"), providers, at);
            _checkSignature(atProvider, providers);
            _checkSignature(at, sessions.countHash(key, epoch, pair.clientCount, providers));

            _put(key, epoch, SessionPhase.Active);
            vm.prank(key.provider);
            sessions.close(key, epoch, pair);
            assertEq(sessions.session(key).clientCount, pair.clientCount, at);
            assertEq(sessions.session(key).providerCount, pair.providerCount, at);
        }
        assertTrue(_exists(".counts", 7));
    }

    function test_acceptances() public {
        for (uint256 i = 0; _exists(".acceptances", i); ++i) {
            string memory at = _at(".acceptances", i);
            SessionKey memory key = _enter(at);
            uint96 deposit = uint96(_uint(at, "deposit"));
            uint64 expiry = uint64(_uint(at, "expiry"));
            uint32 epoch = _epoch(at);
            _checkSignature(at, sessions.acceptanceHash(key, epoch, deposit, expiry));
            assertEq(_address(at, "signedBy"), key.provider, at);
            if (key.token != ETHER) continue; // there is no token at that address
            _put(key, epoch - 1, SessionPhase.Ended);
            vm.deal(key.client, deposit);
            vm.prank(key.client);
            bytes32 id = sessions.open{value: deposit}(key, deposit, Acceptance(expiry, _signatureAt(at)));
            assertEq(id, _bytes32(at, "session"), at);
        }
        assertTrue(_exists(".acceptances", 1));
    }

    /// @dev Entries come in pairs: the client's and the provider's signature of one statement.
    function test_settlements() public {
        for (uint256 i = 0; _exists(".settlements", i); i += 2) {
            string memory at = _at(".settlements", i);
            string memory atProvider = _at(".settlements", i + 1);
            SessionKey memory key = _enter(at);
            SessionSettlement memory settlement = SessionSettlement(
                uint96(_uint(at, "charged")), uint96(_uint(at, "paid")), uint64(_uint(at, "expiry"))
            );
            uint32 epoch = _epoch(at);
            bytes32 digest = sessions.settlementHash(key, epoch, settlement);
            _checkSignature(at, digest);
            _checkSignature(atProvider, digest);
            _put(key, epoch, SessionPhase.Active);
            Compact[2] memory signatures = [_signatureAt(at), _signatureAt(atProvider)];
            sessions.settleTogether(key, epoch, settlement, signatures);
            _assertPhase(key, SessionPhase.Ended);
        }
        assertTrue(_exists(".settlements", 3));
    }

    // ------------------------------------------------------------------------------------ the contract's side

    /// @dev Moves to the entry's chain, puts a contract at its address and returns its session key.
    function _enter(string memory at) private returns (SessionKey memory key) {
        vm.chainId(_uint(at, "chainId"));
        sessions = IMeteredSessions(_address(at, "contract"));
        deployCodeTo("MeteredSessions.sol:MeteredSessions", abi.encode(false), address(sessions));
        key.client = _address(at, "client");
        key.clientSigner = _address(at, "clientSigner");
        key.provider = _address(at, "provider");
        key.providerSigner = _address(at, "providerSigner");
        key.token = _address(at, "token");
        key.price = uint96(_uint(at, "price"));
        key.quantity = uint64(_uint(at, "quantity"));
        key.unit = uint64(_uint(at, "unit"));
        key.tolerance = uint32(_uint(at, "tolerance"));
        key.finalizationPeriod = uint32(_uint(at, "finalizationPeriod"));
        key.salt = uint64(_uint(at, "salt"));
        assertEq(keccak256(abi.encode(key, _epoch(at))), _bytes32(at, "session"), at);
    }

    /// @dev Has the session in this life and phase without living the ones before, with a deposit of 1,000, and one active
    /// session of its provider.
    function _put(SessionKey memory key, uint32 epoch, SessionPhase phase) private {
        bytes32 slot = keccak256(abi.encode(keccak256(abi.encode(key)), uint256(3)));
        uint256 word = uint256(uint8(phase)) | (uint256(epoch) << 8);
        if (phase != SessionPhase.Ended) word |= uint256(1000) << 72;
        vm.store(address(sessions), slot, bytes32(word));
        vm.store(address(sessions), keccak256(abi.encode(key.provider, uint256(4))), bytes32(uint256(1)));
        vm.deal(address(sessions), 1000);
        assertEq(sessions.session(key).epoch, epoch);
        (uint32 active,) = sessions.capacity(key.provider);
        assertEq(active, 1);
    }

    /// @dev The digest is the contract's, `signedBy` signed it, and signing it again gives the same signature.
    function _checkSignature(string memory at, bytes32 digest) private view {
        assertEq(digest, _bytes32(at, "digest"), at);
        Compact memory signature = _sign(_uint(at, "privateKey"), digest);
        assertEq(signature.r, _bytes32(at, "r"), at);
        assertEq(signature.vs, _bytes32(at, "vs"), at);
        assertEq(vm.addr(_uint(at, "privateKey")), _address(at, "signedBy"), at);
        bytes32 s = bytes32((uint256(signature.vs) << 1) >> 1);
        uint8 v = uint8(uint256(signature.vs) >> 255) + 27;
        assertEq(
            vm.parseJsonBytes(_json, string.concat(at, "signature")), abi.encodePacked(signature.r, s, v), at
        );
    }

    // ------------------------------------------------------------------------------------------------ reading

    function _signatureAt(string memory at) private view returns (Compact memory) {
        return Compact(_bytes32(at, "r"), _bytes32(at, "vs"));
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
