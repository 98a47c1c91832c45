// The demo's accounts, by the mnemonic that every local test chain funds. Worth nothing anywhere else.
import { mnemonicToAccount, type HDAccount } from "viem/accounts";

export const MNEMONIC = "test test test test test test test test test test test junk";

const account = (index: number): HDAccount => mnemonicToAccount(MNEMONIC, { addressIndex: index });

export const deployer = account(0);
export const alice = account(1);
export const bob = account(2);
/** Holds ether only. */
export const carol = account(3);
