// One program of the stack: started, watched until it says it is ready, and ended by its own process id.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Lines kept of a program's output, for the report of a failed test. */
const KEPT_LINES = 400;
/** How long a program may take to become ready or to end, in milliseconds. Only a broken one needs it all. */
const PATIENCE = 60_000;

const alive = new Set<ChildProcess>();
// A runner that dies in the middle must leave nothing behind.
process.once("exit", () => alive.forEach((child) => child.kill("SIGKILL")));

export class Service {
  private constructor(
    private readonly name: string,
    private readonly child: ChildProcess,
    private readonly lines: string[],
  ) {}

  /** Starts a program and waits for the line that matches `ready`; gives the match too. */
  static async start(
    name: string,
    program: string,
    args: string[],
    ready: RegExp,
    options: { env?: Record<string, string>; lines?: string[] } = {},
  ): Promise<{ service: Service; match: RegExpMatchArray }> {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...options.env },
    });
    alive.add(child);
    child.once("exit", () => alive.delete(child));
    const lines = options.lines ?? [];
    const service = new Service(name, child, lines);
    const match = await new Promise<RegExpMatchArray>((done, fail) => {
      const late = setTimeout(() => fail(new Error(service.complaint("did not become ready"))), PATIENCE);
      const settle = (act: () => void) => {
        clearTimeout(late);
        act();
      };
      const read = (line: string) => {
        lines.push(line);
        if (lines.length > KEPT_LINES) lines.shift();
        const found = line.match(ready);
        if (found) settle(() => done(found));
      };
      createInterface({ input: child.stdout! }).on("line", read);
      createInterface({ input: child.stderr! }).on("line", read);
      child.once("error", (error) => settle(() => fail(new Error(`${name}: ${error.message}`))));
      child.once("exit", (code, signal) =>
        settle(() => fail(new Error(service.complaint(`ended with ${signal ?? code}`)))),
      );
    }).catch(async (error: unknown) => {
      await service.kill();
      throw error;
    });
    return { service, match };
  }

  get output(): string {
    return this.lines.join("\n");
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Asks it to end and gives its exit status. */
  async stop(): Promise<number | null> {
    return this.end("SIGTERM");
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Holds it: it keeps its port and answers nothing. */
  pause(): void {
    this.child.kill("SIGSTOP");
  }

  resume(): void {
    this.child.kill("SIGCONT");
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.running) {
      const gone = once(this.child, "exit");
      const late = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE);
      this.child.kill(signal);
      await gone;
      clearTimeout(late);
    }
    return this.child.exitCode;
  }

  private complaint(what: string): string {
    return `${this.name} ${what}:\n${this.lines.slice(-20).join("\n")}`;
  }
}
