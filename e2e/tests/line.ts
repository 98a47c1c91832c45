// The line between one browser and the relay, in the test's hand: it can be cut, and can be made to say anything.
import type { BrowserContext, WebSocketRoute } from "@playwright/test";

export class Line {
  private readonly open = new Set<WebSocketRoute>();
  private isCut = false;
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
    await Promise.all([...this.open].map((page) => page.close({ code: 1001 })));
  }

  /** Ends every connection as a relay does that is being restarted, and says when to come back. */
  async restart(retryAfterMs: number): Promise<void> {
    await Promise.all([...this.open].map((page) => page.close({ code: 1012, reason: `retry-after-ms=${retryAfterMs}` })));
  }

  /** Lets connections through again. */
  mend(): void {
    this.isCut = false;
  }

  /** Says something to the page in the relay's place. */
  say(frame: string | Buffer): void {
    for (const page of this.open) page.send(frame);
  }

  private connect(page: WebSocketRoute): void {
    this.asked += 1;
    if (this.isCut) {
      void page.close({ code: 1013 });
      return;
    }
    const relay = page.connectToServer();
    this.open.add(page);
    page.onMessage((frame) => relay.send(frame));
    relay.onMessage((frame) => page.send(frame));
    page.onClose((code, reason) => this.end(page, relay, code, reason));
    relay.onClose((code, reason) => this.end(relay, page, code, reason));
  }

  private end(ended: WebSocketRoute, other: WebSocketRoute, code?: number, reason?: string): void {
    this.open.delete(ended);
    this.open.delete(other);
    void other.close({ code, reason });
  }
}
