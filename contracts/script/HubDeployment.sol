// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {CommonBase} from "forge-std/Base.sol";

/// @title Where the hub is, on every chain
/// @notice The hub is deployed by CREATE2 through the factory that is at one address on nearly all chains (forge-std
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
        hub = hubAddress(countsSeconds);
        if (hub.code.length != 0) return hub;
        require(
            CREATE2_FACTORY.code.length != 0,
            "This chain has no CREATE2 factory at 0x4e59b44847b379578588920cA78FbF26c0B4956C: deploy it first"
        );
        (bool ok,) = CREATE2_FACTORY.call(bytes.concat(SALT, hubCreationCode(countsSeconds)));
        require(ok && hub.code.length != 0, "The CREATE2 factory did not deploy the hub");
    }
}
