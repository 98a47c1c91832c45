// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CommonBase} from "forge-std/Base.sol";

/// @title Where the hub and the contract of metered sessions are, on every chain
/// @notice Both are deployed by CREATE2 through the factory that is at one address on nearly all chains (forge-std
/// calls it `CREATE2_FACTORY`; https://github.com/Arachnid/deterministic-deployment-proxy). Its address follows from
/// factory, salt and creation code alone, so whoever deploys it, on whichever chain, gets the same one, and nothing
/// else can be there. The compiler, its settings and the sources are pinned, and no metadata is appended.
abstract contract HubDeployment is CommonBase {
    bytes32 internal constant SALT = "Thunder 1";

    /// @dev Code and arguments, in the form that is deployed.
    function hubCreationCode(bool countsSeconds) internal view returns (bytes memory) {
        return bytes.concat(vm.getCode("ChannelHub.sol:ChannelHub"), abi.encode(countsSeconds));
    }

    function hubAddress(bool countsSeconds) internal view returns (address) {
        return vm.computeCreate2Address(SALT, keccak256(hubCreationCode(countsSeconds)), CREATE2_FACTORY);
    }

    /// @dev Deploys the hub unless it is there.
    function deployHub(bool countsSeconds) internal returns (address hub) {
        return _deploy(hubCreationCode(countsSeconds));
    }

    /// @dev Code and arguments, in the form that is deployed.
    function sessionsCreationCode(bool countsSeconds) internal view returns (bytes memory) {
        return bytes.concat(vm.getCode("MeteredSessions.sol:MeteredSessions"), abi.encode(countsSeconds));
    }

    function sessionsAddress(bool countsSeconds) internal view returns (address) {
        bytes32 codeHash = keccak256(sessionsCreationCode(countsSeconds));
        return vm.computeCreate2Address(SALT, codeHash, CREATE2_FACTORY);
    }

    /// @dev Deploys the contract of sessions unless it is there.
    function deploySessions(bool countsSeconds) internal returns (address sessions) {
        return _deploy(sessionsCreationCode(countsSeconds));
    }

    function _deploy(bytes memory creationCode) private returns (address at) {
        at = vm.computeCreate2Address(SALT, keccak256(creationCode), CREATE2_FACTORY);
        if (at.code.length != 0) return at;
        require(
            CREATE2_FACTORY.code.length != 0,
            "This chain has no CREATE2 factory at 0x4e59b44847b379578588920cA78FbF26c0B4956C: deploy it first"
        );
        (bool ok,) = CREATE2_FACTORY.call(bytes.concat(SALT, creationCode));
        require(ok && at.code.length != 0, "The CREATE2 factory did not deploy the contract");
    }
}
