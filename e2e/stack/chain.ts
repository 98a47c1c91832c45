// A real EVM chain: anvil, which mines one block per transaction and none by itself.
import { existsSync } from "node:fs";
import { createTestClient, http, publicActions, walletActions, type Hex } from "viem";
import { foundry } from "viem/chains";
import { readFile, writeFile } from "node:fs/promises";
import { anvilPath } from "./paths.ts";
import { freePort } from "./ports.ts";
import { Service } from "./service.ts";

/** How long the node may take to answer, in milliseconds. Only one that hangs needs it all. */
const PATIENCE = 60_000;
const READY = /^Listening on 127\.0\.0\.1:(\d+)/;

function client(url: string) {
  return createTestClient({
    chain: foundry,
    mode: "anvil",
    transport: http(url, { retryCount: 0, timeout: PATIENCE }),
    cacheTime: 0,
    pollingInterval: 20,
  })
    .extend(publicActions)
    .extend(walletActions);
}

export type ChainClient = ReturnType<typeof client>;

export class Chain {
  readonly url: string;
  readonly client: ChainClient;

  private constructor(
    private service: Service,
    private readonly port: number,
    private readonly stateFile: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    this.client = client(this.url);
  }

  /** Starts on a free port with the state in `stateFile`, which is written back when it stops. */
  static async start(stateFile: string): Promise<Chain> {
    const { service, port } = await Chain.launch(await freePort(), stateFile);
    const chain = new Chain(service, port, stateFile);
    await chain.tellTime();
    return chain;
  }

  /** As the page has to call it: some wallets work on localhost only. */
  get publicUrl(): string {
    return `http://localhost:${this.port}`;
  }

  get output(): string {
    return this.service.output;
  }

  async blockNumber(): Promise<number> {
    return Number(await this.client.getBlockNumber());
  }

  async mine(blocks: number): Promise<void> {
    await this.client.mine({ blocks });
  }

  /** How many transactions an account has had mined. */
  async transactionsOf(address: Hex): Promise<number> {
    return this.client.getTransactionCount({ address });
  }

  /** The node keeps its port and answers nothing. */
  pause(): void {
    this.service.pause();
  }

  resume(): void {
    this.service.resume();
  }

  /** The node is gone: connections are refused. What it holds is written to its file first. */
  async stop(): Promise<void> {
    this.service.resume();
    await this.service.stop();
  }

  /** Back on the same port with the same blocks. */
  async restart(): Promise<void> {
    this.service = (await Chain.launch(this.port, this.stateFile)).service;
    await this.tellTime();
  }

  async end(): Promise<void> {
    await this.service.kill();
  }

  /** The genesis block's time must not become the chain's clock. */
  private async tellTime(): Promise<void> {
    await this.client.request({
      method: "evm_setTime" as never,
      params: [Math.floor(Date.now() / 1000)] as never,
    });
  }

  private static async launch(port: number, stateFile: string) {
    const { service, match } = await Service.start(
      "anvil",
      anvilPath(),
      [
        ...["--host", "127.0.0.1", "--port", String(port), "--chain-id", "31337"],
        ...["--state", stateFile, "--timestamp", await genesisTime(stateFile)],
      ],
      READY,
    );
    return { service, port: Number(match[1]) };
  }
}

/**
 * When the chain began, in seconds since 1970. Anvil makes a genesis block at every start and keeps all of them in its state;
 * only if each has the same time are they one block, and the genesis hash survives a restart.
 */
async function genesisTime(stateFile: string): Promise<string> {
  const file = `${stateFile}.time`;
  if (!existsSync(file)) await writeFile(file, String(Math.floor(Date.now() / 1000)));
  return readFile(file, "utf8");
}
