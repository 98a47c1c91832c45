// A service that costs something: a web server of the test's own, and the real paywall in front of it.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Daemon } from "./daemon.ts";
import { daemonPath } from "./paths.ts";
import { Service } from "./service.ts";

/** A picture of one pixel. */
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** The bytes of a file, each told by its place. */
export const fileOf = (bytes: number) => Buffer.from(Uint8Array.from({ length: bytes }, (_, place) => place % 251));

export class Shop {
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  /** Pages: `/page`, `/picture.png`, `/broken`, `/file/<bytes>`, and `/endless`, which sends a part of 1,000,000 bytes and waits. */
  static async open(): Promise<Shop> {
    const server = createServer((request, answer) => {
      const [, what, bytes] = (request.url ?? "").split("/");
      if (what === "picture.png") return answer.writeHead(200, { "content-type": "image/png" }).end(PIXEL);
      if (what === "broken") return answer.writeHead(500, { "content-type": "text/plain" }).end("out of order");
      if (what === "file") {
        const file = fileOf(Number(bytes));
        return answer.writeHead(200, { "content-type": "application/octet-stream", "content-length": file.length }).end(file);
      }
      if (what === "endless") {
        return answer.writeHead(200, { "content-length": 1_000_000 }).write(fileOf(300_000));
      }
      return answer.writeHead(200, { "content-type": "text/plain" }).end(`the page of ${request.headers["thunder-payer"]}`);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return new Shop(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

/** Starts a paywall in front of a service, at an origin that the relay was told of. */
export async function startPaywall(origin: string, shop: Shop, node: Daemon, page: string, terms: string[]): Promise<Service> {
  const { service } = await Service.start(
    "paywall",
    daemonPath(),
    [
      ...["paywall", "--upstream", shop.origin, "--listen", new URL(origin).host, "--allow-origin", page],
      ...["--node", String(node.port), "--data", node.data, ...terms],
    ],
    /listening on /,
  );
  return service;
}
