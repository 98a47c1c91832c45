// The accounts of the mnemonic that every local chain funds with ether. Worth nothing anywhere else.
import { mnemonicToAccount } from "viem/accounts";

const MNEMONIC = "test test test test test test test test test test test junk";
const account = (index) => mnemonicToAccount(MNEMONIC, { addressIndex: index });

export const deployer = account(0);
export const alice = account(1);
export const bob = account(2);
/** The payment keys of alice and bob in our channels, and one that alice delegates to. */
export const alicePaymentKey = account(3);
export const bobPaymentKey = account(4);
export const deputy = account(5);
/** The sides of a channel that is there before: no system is measured in a contract that holds nothing yet. */
export const neighbour = account(6);
export const neighboursPartner = account(7);
