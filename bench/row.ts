import { median, type Samples } from "./samples";

/** A part of what something is held against. */
export interface Part {
  what: string;
  seconds: Samples;
}

/** Something measured, what it is held against, and how many times as long it may take. */
export interface Row {
  what: string;
  seconds: Samples;
  against: Part[];
  /** None: for information. */
  budget?: number;
}

/** Something counted, and what it should be. */
export interface Count {
  what: string;
  wanted: string;
  found: string;
}

export interface Findings {
  rows: Row[];
  counts: Count[];
}

/** How often each thing is done. */
export interface Runs {
  firsts: number;
  noops: number;
}

export function ratioOf({ seconds, against }: Row): number {
  return median(seconds) / against.reduce((sum, part) => sum + median(part.seconds), 0);
}

export function verdict(row: Row): string {
  if (row.budget === undefined) return "for information";
  return ratioOf(row) <= row.budget ? "within budget" : "OVER BUDGET";
}
