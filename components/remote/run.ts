import type { Connection } from "../model/connection";

/** One run of one program on one host. */
export interface Run {
  /** The host as errors call it. */
  who: string;
  connection: Connection;
  /** For the login shell on the host. */
  command: string;
  stdin: string;
  /** Seconds. */
  timeout: number;
}

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

export type Transport = (run: Run) => Promise<Outcome>;
