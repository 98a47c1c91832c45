// Listens to a browser for what no test should have to look for: errors in its console, scripts that failed, and
// requests to anywhere but the app's own relay and chain.
import type { BrowserContext } from "@playwright/test";

export class Watch {
  private readonly heard: string[] = [];
  private readonly expected: RegExp[] = [];

  constructor(context: BrowserContext, allowed: string[]) {
    const origins = new Set(allowed.map((url) => new URL(url).host));
    context.on("console", (message) => {
      if (message.type() === "error") this.heard.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.heard.push(`error: ${error.error().message}`));
    const ask = (url: string) => {
      const { protocol, host } = new URL(url);
      if (!["data:", "blob:"].includes(protocol) && !origins.has(host)) this.heard.push(`foreign request: ${url}`);
    };
    context.on("request", (request) => ask(request.url()));
    context.on("page", (page) => page.on("websocket", (socket) => ask(socket.url())));
  }

  /** These belong to what the test does to the stack: the browser itself reports a connection that was refused. */
  expect(...complaints: RegExp[]): void {
    this.expected.push(...complaints);
  }

  get complaints(): string[] {
    return this.heard.filter((line) => !this.expected.some((expected) => expected.test(line)));
  }
}

/** What the browser itself says when relay or chain cannot be reached. */
export const CONNECTION_LOST = /net::ERR_(CONNECTION_|EMPTY_RESPONSE|INTERNET_DISCONNECTED|FAILED)|WebSocket connection to/;
