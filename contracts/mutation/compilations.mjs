// What a contract and its mutants compile to. Compiling takes longer than most mutants live, so it is kept.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { digestOf } from "./compiler.mjs";

/** A thread that compiles, and what it has compiled before. */
export class Compiler {
  /**
   * @param subject The contract.
   * @param directory Where the code of mutants is kept.
   * @param names What it is called there, by the digest of its sources; null where they were not a program.
   */
  constructor({ name, source }, directory, names) {
    this.subject = { name, source };
    this.directory = directory;
    this.names = names;
  }

  async code(sources) {
    const key = digestOf(sources);
    if (!(key in this.names)) {
      const code = await this.#compile(sources);
      const name = code && createHash("sha256").update(code).digest("hex");
      if (code) {
        mkdirSync(this.directory, { recursive: true });
        writeFileSync(path.join(this.directory, name), code);
      }
      this.names[key] = name;
    }
    const name = this.names[key];
    return name && readFileSync(path.join(this.directory, name), "utf8");
  }

  #compile(sources) {
    this.worker ??= new Worker(new URL("./compile_worker.mjs", import.meta.url));
    return new Promise((resolve, reject) => {
      this.worker.once("error", reject);
      this.worker.once("message", ({ code, error }) => {
        this.worker.off("error", reject);
        if (error) reject(new Error(error));
        else resolve(code);
      });
      this.worker.postMessage({ subject: this.subject, sources });
    });
  }

  end() {
    return this.worker?.terminate();
  }
}
