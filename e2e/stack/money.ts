// What the chain itself says about money: read with viem, so that no code of the app is asked about its own work.
import { erc20Abi, formatUnits, parseAbi, parseUnits, zeroAddress, type Hex } from "viem";
import type { ChainClient } from "./chain.ts";
import type { AddressBook, Token } from "./deployment.ts";

const KEY =
  "(address alice, address aliceSigner, address bob, address bobSigner, address token, uint32 finalizationPeriod, uint8 policy, uint64 salt)";
const STATE =
  "(uint8 phase, uint32 epoch, uint96 aliceDeposit, uint96 bobDeposit, uint96 aliceWithdrawn, uint96 bobWithdrawn, uint96 aliceTotal, uint96 bobTotal, uint8 closer, uint64 closesAt)";

export const hubAbi = parseAbi([
  `event Opened(bytes32 indexed channel, address indexed alice, address indexed bob, address aliceSigner, address bobSigner, address token, uint32 finalizationPeriod, uint8 policy, uint64 salt, uint32 epoch, uint96 amount)`,
  "event Deposited(bytes32 indexed channel, uint8 side, uint96 amount, uint96 total)",
  "event Settled(bytes32 indexed channel, uint96 aliceAmount, uint96 bobAmount)",
  "event Forfeited(bytes32 indexed channel, uint8 closer, uint96 total)",
  "event Claimed(bytes32 indexed channel, uint8 payer, uint96 total)",
  `function channel(${KEY} key) view returns (${STATE} state)`,
]);

const faucetAbi = parseAbi(["function faucet(address to, uint256 amount)"]);

/** A sum in whole units, such as `thd("12.5")`. */
export const thd = (text: string) => parseUnits(text, 18);
export const ether = (text: string) => parseUnits(text, 18);

export enum Phase {
  Empty,
  Open,
  Closing,
  Settled,
}

export class Money {
  readonly token: Token;

  constructor(
    private readonly client: ChainClient,
    private readonly book: AddressBook,
  ) {
    this.token = book.tokens[0];
  }

  /** THD of an account, in the smallest unit. */
  async thdOf(account: Hex): Promise<bigint> {
    return this.client.readContract({
      address: this.token.address,
      abi: erc20Abi,
      functionName: "balanceOf",
      args: [account],
    });
  }

  async etherOf(account: Hex): Promise<bigint> {
    return this.client.getBalance({ address: account });
  }

  /** What the hub holds for all channels. */
  async held(token: Hex = this.token.address): Promise<bigint> {
    return token === zeroAddress ? this.etherOf(this.book.hub) : this.thdOf(this.book.hub);
  }

  /** Each account's THD now; `since` says later by how much it changed. */
  async snapshot(...accounts: Hex[]) {
    const before = await Promise.all(accounts.map((account) => this.thdOf(account)));
    return {
      /** The changes in whole THD, in the order of the accounts. */
      since: async (): Promise<string[]> => {
        const after = await Promise.all(accounts.map((account) => this.thdOf(account)));
        return after.map((balance, place) => formatUnits(balance - before[place]!, 18));
      },
    };
  }

  /** Gives an account ether for gas and THD to spend, as a faucet would. */
  async fund(account: Hex, amount: { ether?: string; thd?: string }): Promise<void> {
    if (amount.ether) await this.client.setBalance({ address: account, value: ether(amount.ether) });
    if (amount.thd) {
      const [payer] = await this.client.getAddresses();
      const hash = await this.client.writeContract({
        account: payer!,
        address: this.token.address,
        abi: faucetAbi,
        functionName: "faucet",
        args: [account, thd(amount.thd)],
      });
      await this.client.waitForTransactionReceipt({ hash });
    }
  }

  /** Every channel that was ever opened, oldest first, with its state now. */
  async channels() {
    const opened = await this.client.getContractEvents({
      address: this.book.hub,
      abi: hubAbi,
      eventName: "Opened",
      fromBlock: 0n,
      strict: true,
    });
    return Promise.all(
      opened.map(async ({ args }) => ({
        id: args.channel,
        key: args,
        state: await this.client.readContract({
          address: this.book.hub,
          abi: hubAbi,
          functionName: "channel",
          args: [args],
        }),
      })),
    );
  }

  /** The only channel there is. */
  async channel() {
    const channels = await this.channels();
    if (channels.length !== 1) throw new Error(`${channels.length} channels were opened, not one`);
    return channels[0]!;
  }

  async settled() {
    return this.client.getContractEvents({
      address: this.book.hub,
      abi: hubAbi,
      eventName: "Settled",
      fromBlock: 0n,
      strict: true,
    });
  }

  async forfeited() {
    return this.client.getContractEvents({
      address: this.book.hub,
      abi: hubAbi,
      eventName: "Forfeited",
      fromBlock: 0n,
      strict: true,
    });
  }
}
