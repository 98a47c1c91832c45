// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IChannelHub} from "../src/IChannelHub.sol";
import {ThunderDollar} from "../src/ThunderDollar.sol";
import {HubDeployment} from "./HubDeployment.sol";

/// @title Deploys the hub, the contract of metered sessions and THD, and writes the address book that relay and app read
/// @notice The first two get the same address on every chain, and are left alone where they are already. Environment: ADDRESS_BOOK, the absolute path of the file to write; COUNTS_SECONDS (default false), whether the
/// hub's clock counts seconds; DEPLOYMENT_BLOCK (default 0), since when the hub is there, if it is there already; ALICE and BOB, who get some THD if named. Only the local test chain gets a faucet.
contract Deploy is HubDeployment {
    uint256 internal constant TEST_CHAIN = 31337;
    uint256 internal constant SUPPLY = 1_000_000e18;
    uint256 internal constant GIFT = 10_000e18;

    function run() external {
        string memory path = vm.envString("ADDRESS_BOOK");

        vm.startBroadcast();
        (, address deployer,) = vm.readCallers();
        bool countsSeconds = vm.envOr("COUNTS_SECONDS", false);
        // The script runs on top of the newest block, so its transactions land in the next one at the earliest.
        bool isThere = hubAddress(countsSeconds).code.length != 0;
        uint256 firstBlock = isThere ? vm.envOr("DEPLOYMENT_BLOCK", uint256(0)) : vm.getBlockNumber() + 1;
        IChannelHub hub = IChannelHub(deployHub(countsSeconds));
        address sessions = deploySessions(countsSeconds);
        ThunderDollar thd = new ThunderDollar(deployer, SUPPLY, block.chainid == TEST_CHAIN);
        _fund(thd, vm.envOr("ALICE", address(0)));
        _fund(thd, vm.envOr("BOB", address(0)));
        vm.stopBroadcast();

        vm.writeFile(path, _addressBook(hub, sessions, firstBlock, thd));
    }

    function _fund(ThunderDollar thd, address account) private {
        if (account != address(0)) require(thd.transfer(account, GIFT), "THD refused a transfer");
    }

    /// @param firstBlock A safe one to start reading the logs of the hub and of sessions from.
    function _addressBook(IChannelHub hub, address sessions, uint256 firstBlock, ThunderDollar thd)
        private
        view
        returns (string memory)
    {
        return string.concat(
            '{"chainId":',
            vm.toString(block.chainid),
            ',"hub":"',
            vm.toString(address(hub)),
            '","sessions":"',
            vm.toString(sessions),
            '","deploymentBlock":',
            vm.toString(firstBlock),
            ',"clockMode":"',
            hub.CLOCK_MODE(),
            '","tokens":[',
            _token(thd),
            "]}\n"
        );
    }

    function _token(ThunderDollar thd) private view returns (string memory) {
        (,, string memory permitVersion,,,,) = thd.eip712Domain();
        return string.concat(
            '{"address":"',
            vm.toString(address(thd)),
            '","symbol":"',
            thd.symbol(),
            '","name":"',
            thd.name(),
            '","decimals":',
            vm.toString(thd.decimals()),
            ',"permitVersion":"',
            permitVersion,
            '"}'
        );
    }
}

