// A provider of downloads that a test plays: a real WebSocket, real signatures, the real contract, and the truth unless it is told to
// lie. It speaks channel/src/metering/download.rs, and shares no code with the daemon or the app.
import { randomBytes } from "node:crypto";
import { toHex, zeroHash, type Hex } from "viem";
import type { HDAccount } from "viem/accounts";
import { WebSocket, WebSocketServer } from "ws";
import { Metering, SessionPhase, cost, mostBytes, type Fields, type SessionKey, type SignedCount, type Terms } from "./metering.ts";
import { fileOf } from "./paywall.ts";
import type { Stack } from "./stack.ts";

/** What passes unacknowledged, in bytes. */
export const UNIT = 1_000_000;
/** 0.01 THD for a megabyte. */
const PRICE = 10n ** 16n;
/** One in a hundred, in parts per million. */
const TOLERANCE = 10_000;
const PERIOD = 24;
const PIECE = 60 * 1_024;
/** The longest that a page says, in bytes. */
const LONGEST = 8 * 1_024;
/** For how many blocks a consent is good. */
const CONSENT = 100;

/** In what it is not honest. */
export interface Lies {
  /** Says of each count that it is so many bytes more. */
  more?: number;
  /** Signs a count that is so many bytes lower, once its count was acknowledged. */
  fewer?: number;
  /** Signs no end, and says this instead. */
  noEnd?: string;
  /** Signs an end and does not hand it in. */
  keepsEnd?: boolean;
}

/** A session as it keeps it, over all connections. */
interface Session {
  key: SessionKey;
  deposit: bigint;
  /** Bytes that have come, by the receipts of the page's browser. */
  counted: number;
  /** Bytes that the client has acknowledged. */
  acknowledged: number;
  /** Its own counts. */
  said: SignedCount[];
  /** The client's, as they came. */
  heard: SignedCount[];
}

export class PlayedProvider {
  readonly files = new Map<string, Buffer>();
  readonly sessions = new Map<Hex, Session>();
  lies: Lies = {};
  /** Connections on which somebody has signed in: all that there were, and those that are open. */
  readonly seen = { ever: 0, now: 0 };
  private most = Infinity;

  private constructor(
    readonly account: HDAccount,
    readonly metering: Metering,
    readonly terms: Terms,
    readonly origin: string,
    /** The block's number now: the contract's clock. */
    readonly clock: () => Promise<number>,
    private readonly server: WebSocketServer,
    private readonly lines = new Set<Line>(),
  ) {}

  /** Listens at an origin that the relay was told of, for pages of the stack's app. */
  static async start(stack: Stack, origin: string, account: HDAccount): Promise<PlayedProvider> {
    const { hostname, port } = new URL(origin);
    const server = new WebSocketServer({ host: hostname, port: Number(port), path: "/downloads", maxPayload: LONGEST });
    await new Promise<void>((done, fail) => {
      server.on("listening", done);
      server.on("error", fail);
    });
    const metering = new Metering(stack.chain.client, stack.book.sessions, stack.book.chainId);
    const terms: Terms = {
      token: stack.money.token.address,
      price: String(PRICE),
      quantity: String(mostBytes(PRICE)),
      unit: String(UNIT),
      tolerance: TOLERANCE,
      finalizationPeriod: PERIOD,
    };
    const provider = new PlayedProvider(account, metering, terms, origin, () => stack.chain.blockNumber(), server);
    server.on("connection", (socket, request) => {
      if (request.headers.origin !== stack.origin) return socket.close(1008);
      const line = new Line(provider, socket);
      provider.lines.add(line);
      socket.on("close", () => provider.lines.delete(line));
      socket.on("message", (data, isBinary) => line.hear(data, isBinary));
      return line.greet();
    });
    return provider;
  }

  /** A file of so many bytes. */
  sell(name: string, bytes: number): Buffer {
    const file = fileOf(bytes);
    this.files.set(name, file);
    return file;
  }

  /** Sends so many bytes in a session and then none, until it is told more. */
  set sendsAtMost(bytes: number) {
    this.most = bytes;
    this.lines.forEach((line) => line.moved());
  }

  /** How many bytes may pass: a unit beyond what was acknowledged, and no more than the deposit pays for. */
  room({ deposit, key, acknowledged, counted }: Session): number {
    const paidFor = Number((deposit * 1_000_000n) / BigInt(key.price));
    return Math.max(0, Math.min(acknowledged + UNIT, paidFor, this.most) - counted);
  }

  /** The only session with it. */
  get session(): Session {
    if (this.sessions.size !== 1) throw new Error(`${this.sessions.size} sessions, not one`);
    return [...this.sessions.values()][0]!;
  }

  /** Shows the contract the last of its counts that the client has acknowledged. */
  async show(): Promise<void> {
    const { key, said, heard } = this.session;
    const client = heard.at(-1)!;
    const provider = said.find(({ statement }) => this.metering.name("Count", statement) === client.statement.acknowledged)!;
    await this.metering.show(this.account, key, provider, client);
  }

  async end(): Promise<void> {
    this.server.clients.forEach((socket) => socket.terminate());
    await new Promise<void>((done) => this.server.close(done));
  }
}

/** One connection. What is asked is answered in order; what is sent goes on beside it. */
class Line {
  private readonly challenge = toHex(randomBytes(32));
  private readonly expiresAt = String(Math.floor(Date.now() / 1_000) + 60);
  private speaker: Hex | undefined;
  private turn: Promise<void> = Promise.resolve();
  private isStopped = false;
  /** Bytes of files that were sent here, and those whose receipt came. */
  private sent = 0;
  private come = 0;
  private waiting: (() => void)[] = [];

  constructor(
    private readonly provider: PlayedProvider,
    private readonly socket: WebSocket,
  ) {
    socket.on("pong", (mark) => {
      this.come = Math.max(this.come, Number(mark.toString()) || 0);
      this.moved();
    });
    socket.on("close", () => {
      if (this.speaker) provider.seen.now -= 1;
      this.moved();
    });
  }

  greet(): void {
    const { provider } = this;
    const { address } = provider.account;
    this.say({ type: "challenge", version: 1, origin: provider.origin, challenge: this.challenge, expiresAt: this.expiresAt });
    this.say({
      type: "offer",
      provider: address,
      providerSigner: address,
      chainId: provider.metering.chainId,
      contract: provider.metering.contract,
      terms: provider.terms,
      files: [...provider.files].map(([name, file]) => ({ name, length: String(file.length) })),
    });
  }

  hear(data: Buffer, isBinary: boolean): void {
    this.turn = this.turn
      .then(() => {
        if (isBinary) throw new Error("a page sends no bytes");
        return this.answer(JSON.parse(data.toString()) as { type: string });
      })
      .catch((error: unknown) => this.say({ type: "refused", words: error instanceof Error ? error.message : String(error) }));
  }

  private async answer(asked: { type: string }): Promise<void> {
    const { metering } = this.provider;
    if (asked.type === "sign_in") {
      const { signature } = asked as unknown as { signature: Hex };
      const answered = { origin: this.provider.origin, challenge: this.challenge, expiresAt: this.expiresAt };
      this.speaker = await metering.signer("SignIn", answered, signature);
      this.provider.seen.ever += 1;
      this.provider.seen.now += 1;
      return this.say({ type: "signed_in", address: this.speaker });
    }
    if (!this.speaker) throw new Error("sign in first");
    switch (asked.type) {
      case "propose":
        return this.propose(asked as unknown as { key: SessionKey; deposit: string });
      case "resume":
        return this.resume(this.find((asked as unknown as { session: Hex }).session));
      case "count":
        return this.count(asked as unknown as SignedCount);
      case "get":
        return this.get(asked as unknown as { session: Hex; file: string; from: string });
      case "stop":
        this.isStopped = true;
        return this.moved();
      case "finish": {
        const { session } = asked as unknown as { session: Hex };
        await this.sayCount(this.find(session));
        return this.say({ type: "finished", session });
      }
      case "settle":
        return this.settle(asked as unknown as { settlement: Fields; signature: Hex });
      default:
        throw new Error(`nobody asks for ${asked.type}`);
    }
  }

  private find(session: Hex): Session {
    const found = this.provider.sessions.get(session);
    if (!found || !same(found.key.clientSigner, this.speaker!)) throw new Error("there is no such session with you");
    return found;
  }

  private async propose({ key, deposit }: { key: SessionKey; deposit: string }): Promise<void> {
    const { provider } = this;
    const { address } = provider.account;
    const agreed =
      same(key.clientSigner, this.speaker!) &&
      [key.provider, key.providerSigner].every((side) => same(side, address)) &&
      (Object.keys(provider.terms) as (keyof Terms)[]).every((term) => same(String(key[term]), String(provider.terms[term])));
    if (!agreed) throw new Error("these are not the terms that were offered");
    const session = provider.metering.id(key);
    const acceptance = { session, deposit, expiry: String((await provider.clock()) + CONSENT) };
    const signature = await provider.metering.sign(provider.account, "Acceptance", acceptance);
    provider.sessions.set(session, { key, deposit: 0n, counted: 0, acknowledged: 0, said: [], heard: [] });
    this.say({ type: "accepted", acceptance, signature });
  }

  private async resume(session: Session): Promise<void> {
    const { phase, deposit } = await this.provider.metering.state(session.key);
    if (phase !== SessionPhase.Active) throw new Error("the deposit is not there, or not any more");
    session.deposit = deposit;
    this.say({ type: "running", session: this.provider.metering.id(session.key), deposit: String(deposit) });
    const last = session.said.at(-1);
    if (last) this.say({ type: "count", ...last });
    this.moved();
  }

  // ------------------------------------------------------------------------------------------------ counts

  private async count(signed: SignedCount): Promise<void> {
    const { metering, lies } = this.provider;
    const { statement, signature } = signed;
    const session = this.find(statement.session);
    const by = await metering.signer("Count", statement, signature);
    if (!same(by, session.key.clientSigner)) throw new Error("this count is not the client's");
    session.heard.push(signed);
    const acknowledged = session.said.find(({ statement: said }) => metering.name("Count", said) === statement.acknowledged);
    session.acknowledged = Math.max(session.acknowledged, Number(acknowledged?.statement.count ?? 0));
    if (acknowledged && lies.fewer) {
      await this.sign(session, Number(acknowledged.statement.count) - lies.fewer);
    }
    this.moved();
  }

  /** Says what has come by now, if that is news. */
  private async sayCount(session: Session): Promise<void> {
    const count = session.counted + (this.provider.lies.more ?? 0);
    if (count > Number(session.said.at(-1)?.statement.count ?? 0)) await this.sign(session, count);
  }

  private async sign(session: Session, count: number): Promise<void> {
    const { metering, account } = this.provider;
    const heard = session.heard.at(-1);
    const acknowledged = heard ? metering.name("Count", heard.statement) : zeroHash;
    const said = await metering.count(account, metering.id(session.key), count, acknowledged);
    session.said.push(said);
    this.say({ type: "count", ...said });
  }

  // ------------------------------------------------------------------------------------------------- bytes

  private get({ session: id, file: name, from }: { session: Hex; file: string; from: string }): void {
    const session = this.find(id);
    const file = this.provider.files.get(name);
    if (!file) throw new Error("there is no such file any more");
    this.isStopped = false;
    this.say({ type: "sending", file: name, from, length: String(file.length) });
    void this.send(session, file.subarray(Number(from)));
  }

  /** Sends a file as far as there is room, and counts each piece once it has come. */
  private async send(session: Session, file: Buffer): Promise<void> {
    const isOpen = () => this.socket.readyState === WebSocket.OPEN;
    const room = () => this.provider.room(session);
    let at = 0;
    while (at < file.length && !this.isStopped) {
      const piece = file.subarray(at, at + Math.min(PIECE, room()));
      if (piece.length > 0) {
        this.sent += piece.length;
        this.socket.send(piece);
        this.socket.ping(String(this.sent));
        while (isOpen() && this.come < this.sent) await this.next();
      }
      if (!isOpen()) return;
      at += piece.length;
      session.counted += piece.length;
      const unsaid = session.counted - Number(session.said.at(-1)?.statement.count ?? 0);
      if (unsaid >= UNIT / 2 || room() === 0) await this.sayCount(session);
      while (isOpen() && !this.isStopped && room() === 0) await this.next();
    }
    if (!isOpen()) return;
    await this.sayCount(session);
    this.say({ type: "sent" });
  }

  private next(): Promise<void> {
    return new Promise((done) => this.waiting.push(done));
  }

  /** Has what waits look again. */
  moved(): void {
    const waiting = this.waiting;
    this.waiting = [];
    waiting.forEach((done) => done());
  }

  // --------------------------------------------------------------------------------------------------- end

  private async settle({ settlement, signature }: { settlement: Fields; signature: Hex }): Promise<void> {
    const { metering, account, lies } = this.provider;
    const session = this.find(settlement.session as Hex);
    const by = await metering.signer("SessionSettlement", settlement, signature);
    if (!same(by, session.key.clientSigner)) throw new Error("this end is not signed by the client");
    if (BigInt(settlement.paid!) < cost(session.key, session.acknowledged)) throw new Error("this end pays less than is proven");
    if (lies.noEnd) throw new Error(lies.noEnd);
    const mine = await metering.sign(account, "SessionSettlement", settlement);
    this.say({ type: "settled", session: settlement.session, signature: mine });
    if (!lies.keepsEnd) await metering.settleTogether(account, session.key, settlement, [signature, mine]);
  }

  private say(said: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(said));
  }
}

/** Addresses and numbers as they are written: some end writes them in small letters. */
const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
