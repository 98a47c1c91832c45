// The line between one browser and the relay, in the test's hand: it can be cut, can lose frames, delay, repeat and reorder them, and can be
// made to say anything.
import type { BrowserContext, WebSocketRoute } from "@playwright/test";
import type { Disturbance, Fault, Frame, Way } from "./disturbance.ts";
import { Lane, type Content } from "./lane.ts";

/** Signing in is let be: where it fails there is no connection, and a line without one is a line that is cut. */
const SIGNING_IN = new Set(["challenge", "sign_in", "signed_in"]);

/** Frames that the log keeps. */
const KEPT = 5_000;

interface End {
  code?: number;
  reason?: string;
}

interface Connection {
  page: WebSocketRoute;
  ways: Record<Way, Lane>;
}

export class Line {
  private readonly open = new Set<Connection>();
  private isCut = false;
  private disturbance: Disturbance | undefined;
  private readonly numbers: Record<Way, number> = { "to the relay": 0, "to the page": 0 };
  private readonly lines: string[] = [];
  private readonly met = new Map<Fault, number>();
  /** Connections that pages have asked for. */
  asked = 0;

  private constructor() {}

  /** Takes the line of every page that the context opens from now on. */
  static async take(context: BrowserContext): Promise<Line> {
    const line = new Line();
    await context.routeWebSocket(/\/ws$/, (page) => line.connect(page));
    return line;
  }

  /** Ends every connection and lets none through. */
  async cut(): Promise<void> {
    this.isCut = true;
    await this.close({ code: 1001 });
  }

  /** Ends every connection as a relay does that is being restarted, and says when to come back. */
  async restart(retryAfterMs: number): Promise<void> {
    await this.close({ code: 1012, reason: `retry-after-ms=${retryAfterMs}` });
  }

  /** Does this to the frames that come from now on. */
  disturb(disturbance: Disturbance): void {
    this.disturbance = disturbance;
  }

  /** Lets connections through again, and frames as they are; what was late arrives. */
  mend(): void {
    this.isCut = false;
    this.disturbance = undefined;
    for (const { ways } of this.open) for (const lane of Object.values(ways)) lane.release();
  }

  /** How many frames have met this fault. */
  count(fault: Fault): number {
    return this.met.get(fault) ?? 0;
  }

  /** The frames and what became of them, a line of JSON each. */
  get log(): string {
    return this.lines.join("\n");
  }

  /** Says something to the page in the relay's place. */
  say(content: Content): void {
    for (const { page } of this.open) page.send(content);
  }

  private connect(page: WebSocketRoute): void {
    this.asked += 1;
    if (this.isCut) {
      void page.close({ code: 1013 });
      return;
    }
    const relay = page.connectToServer();
    const connection: Connection = {
      page,
      ways: {
        "to the relay": new Lane((content) => relay.send(content)),
        "to the page": new Lane((content) => page.send(content)),
      },
    };
    this.open.add(connection);
    page.onMessage((content) => this.pass(connection, "to the relay", content));
    relay.onMessage((content) => this.pass(connection, "to the page", content));
    // A browser says no codes to a server but its own; what a server says reaches the page as it is.
    page.onClose(() => this.end(connection, relay));
    relay.onClose((code, reason) => this.end(connection, page, { code, reason }));
  }

  private pass(connection: Connection, way: Way, content: Content): void {
    // What is on its way when the line breaks is lost.
    if (!this.open.has(connection)) return;
    const type = typeOf(content);
    const disturbance = SIGNING_IN.has(type) ? undefined : this.disturbance;
    const frame: Frame = { way, type, number: this.numbers[way]++ };
    const fault = disturbance?.(frame);
    if (fault) this.met.set(fault, this.count(fault) + 1);
    this.lines.push(JSON.stringify({ connection: this.asked, ...frame, fault }));
    if (this.lines.length > KEPT) this.lines.shift();
    connection.ways[way].take(content, fault);
  }

  private async close(how: End): Promise<void> {
    await Promise.all([...this.open].map(({ page }) => page.close(how)));
  }

  private end(connection: Connection, other: WebSocketRoute, how?: End): void {
    this.open.delete(connection);
    void other.close(how);
  }
}

function typeOf(content: Content): string {
  try {
    const { type } = JSON.parse(content.toString()) as { type?: unknown };
    return typeof type === "string" ? type : "";
  } catch {
    return "";
  }
}
