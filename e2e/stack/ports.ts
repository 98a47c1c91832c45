// Ports for what has to be found at the same place again: after a restart, or by who was told of it before it was there.
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// Below those that systems hand out: any connection of any program could take one of these while nobody listens on it.
const LOWEST = 15_000;
/** So many for each worker, of which there may be this many. Another run on the same machine has other ones, or finds them taken. */
const SPAN = 1_000;
const WORKERS = 16;

const lowest = LOWEST + SPAN * (Number(process.env.TEST_PARALLEL_INDEX ?? WORKERS - 1) % WORKERS);
let next = randomInt(SPAN);

/** A port that nobody listens on, and that this worker gives to nobody else before it has been through all of its own. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < SPAN; tried += 1) {
    const port = lowest + next;
    next = (next + 1) % SPAN;
    if (await isFree(port)) return port;
  }
  throw new Error(`every port from ${lowest} to ${lowest + SPAN - 1} is taken`);
}

async function isFree(port: number): Promise<boolean> {
  const socket = createServer();
  const free = await new Promise<boolean>((done) => {
    socket.once("error", () => done(false));
    socket.listen(port, "127.0.0.1", () => done(true));
  });
  if (free) await new Promise((done) => socket.close(done));
  return free;
}
