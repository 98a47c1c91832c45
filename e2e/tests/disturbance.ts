// What is done to the frames on a line, decided by their numbers: the same frames meet the same faults in every run.
import { createHash } from "node:crypto";

/** A frame goes to the relay, or it goes to the page. */
export const WAYS = ["to the relay", "to the page"] as const;
export type Way = (typeof WAYS)[number];

export const FAULTS = ["dropped", "delayed", "duplicated", "reordered"] as const;
export type Fault = (typeof FAULTS)[number];

export interface Frame {
  way: Way;
  /** Which one of its way, from 0. */
  number: number;
  /** Its kind in the relay's format, such as `claim`; empty where it has none. */
  type: string;
}

/** What happens to a frame, if anything. */
export type Disturbance = (frame: Frame) => Fault | undefined;

/** Of so many frames one meets a fault: seldom enough for what is said again to come through. */
const ONE_IN = 3;

/** One of the faults for some of the frames, drawn from a seed. */
export function drawn(seed: string, faults: readonly Fault[]): Disturbance {
  return ({ way, number }) => {
    const draw = createHash("sha256").update(`${seed}, frame ${number} ${way}`).digest();
    return draw.readUInt32BE(0) % ONE_IN === 0 ? faults[draw.readUInt32BE(4) % faults.length] : undefined;
  };
}

/** One way only. */
export function only(way: Way, disturbance: Disturbance): Disturbance {
  return (frame) => (frame.way === way ? disturbance(frame) : undefined);
}

/** One fault, for every frame that is chosen. */
export function where(chosen: (frame: Frame) => boolean, fault: Fault): Disturbance {
  return (frame) => (chosen(frame) ? fault : undefined);
}
