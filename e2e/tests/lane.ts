// One way of one connection, on which frames arrive as they are told to. What is late is late by frames and not by time, so that it is the
// same on a slow machine.
import type { Fault } from "./disturbance.ts";

export type Content = string | Buffer;

/** By how many frames something is late: more than one payment makes on its way. */
const LATE = 3;

interface Late {
  content: Content;
  /** So many frames come before it. */
  left: number;
}

export class Lane {
  /** What others overtake. */
  private overtaken: Late[] = [];
  /** What is delayed, and everything behind it. */
  private standing: Content[] = [];
  /** For so many frames; none while nothing stands. */
  private standsFor = 0;

  constructor(private readonly arrive: (content: Content) => void) {}

  take(content: Content, fault?: Fault): void {
    const due = this.overtaken.filter((late) => (late.left -= 1) === 0);
    this.overtaken = this.overtaken.filter(({ left }) => left > 0);
    if (this.standsFor > 0) this.standsFor -= 1;
    else if (fault === "delayed") this.standsFor = LATE;
    if (fault !== "dropped" && fault !== "reordered") this.standing.push(content);
    // At once again, and once more when it is long out of date.
    if (fault === "duplicated") this.standing.push(content);
    if (fault === "duplicated" || fault === "reordered") this.overtaken.push({ content, left: LATE });
    this.standing.push(...due.map((late) => late.content));
    if (this.standsFor === 0) this.flow();
  }

  /** Everything that is late arrives now. */
  release(): void {
    this.standsFor = 0;
    this.standing.push(...this.overtaken.map((late) => late.content));
    this.overtaken = [];
    this.flow();
  }

  private flow(): void {
    for (const content of this.standing.splice(0)) this.arrive(content);
  }
}
