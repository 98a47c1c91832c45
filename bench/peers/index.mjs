// The systems beside ours, by their names in the result, with an asset each that they can hold.
import * as connext from "./connext.mjs";
import * as machinomy from "./machinomy.mjs";
import * as microraiden from "./microraiden.mjs";
import * as nitro from "./nitro.mjs";
import * as raiden from "./raiden.mjs";

export const PEERS = [
  { name: "raiden", asset: "erc20", oneWay: false, play: raiden.play },
  { name: "microraiden", asset: "erc20", oneWay: true, play: microraiden.play },
  { name: "nitro", asset: "ether", oneWay: false, play: nitro.play },
  { name: "nitroErc20", asset: "erc20", oneWay: false, play: nitro.play },
  { name: "connext", asset: "ether", oneWay: false, play: connext.play },
  { name: "connextErc20", asset: "erc20", oneWay: false, play: connext.play },
  { name: "machinomy", asset: "ether", oneWay: true, play: machinomy.play },
  { name: "machinomyErc20", asset: "erc20", oneWay: true, play: machinomy.play },
];
