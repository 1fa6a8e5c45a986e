import { median, type Samples } from "./samples";

/** A part of the time that a measured time is compared with. */
export interface Part {
  what: string;
  seconds: Samples;
}

/** A measured time, the times that it is compared with, and how many times as long it may take. */
export interface Row {
  what: string;
  seconds: Samples;
  against: Part[];
  /** Left out: the row is for information only. */
  budget?: number;
}

/** Something counted, and what it should be. */
export interface Count {
  what: string;
  wanted: string;
  found: string;
}

/** How long nobody answered when a pair's master failed. */
export interface TakeOver {
  /** How it failed. */
  what: string;
  /** How often a master says that it is there, in seconds. */
  advert: number;
  /** Without an answer, from its failure on. */
  seconds: number[];
  /** And when it came back. */
  back: number[];
}

/** How long a real server that had failed stayed in the table. */
export interface Removal {
  what: string;
  seconds: number[];
  /** When it has to be out of it, by its check's interval, retries, delay and timeout. */
  latest: number;
  /** Requests that failed once it was out. */
  failed: number;
}

/** A way to a real server. */
export interface Way {
  what: string;
  address: string;
  /** Requests, each over a connection of its own. */
  perSecond: number[];
  /** Milliseconds until half of the requests were answered. */
  median: number[];
  /** Milliseconds until 99 of 100 were. */
  slow: number[];
  /** A second. */
  megabytes: number[];
}

export interface Findings {
  rows: Row[];
  takeOvers: TakeOver[];
  removals: Removal[];
  counts: Count[];
  ways: Way[];
}

/** How often each thing is done. */
export interface Runs {
  firsts: number;
  noops: number;
  takeOvers: number;
  removals: number;
  forwarding: number;
}

export function ratioOf({ seconds, against }: Row): number {
  return median(seconds) / against.reduce((sum, part) => sum + median(part.seconds), 0);
}

export function verdict(row: Row): string {
  if (row.budget === undefined) return "for information";
  return ratioOf(row) <= row.budget ? "within budget" : "OVER BUDGET";
}

/** By RFC 9568, 6.1: three adverts and the skew of a backup of priority 140, which is what the lower of two has. */
export function downInterval({ advert }: TakeOver): number {
  return 3 * advert + ((256 - 140) * advert) / 256;
}
