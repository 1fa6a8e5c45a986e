/** What a client does for a test, and what it returns. The number from `open` identifies a connection. */
export interface Verbs {
  /** Connects; fails with the system's code if nobody accepts the connection. */
  open(to: Target): Promise<number>;
  /** Requests a page over an open connection; returns the text of the whole answer. */
  ask(question: { connection: number; path?: string }): Promise<string>;
  /** Sends a request, and reads only the first bytes of the answer: the server has to wait with the rest. */
  begin(question: { connection: number; path: string }): Promise<void>;
  /** Reads the rest of the answer to `begin`. */
  finish(of: { connection: number }): Promise<{ bytes: number; sha256: string }>;
  close(of: { connection: number }): Promise<void>;
  /** Sends `count` datagrams from one socket, each after the answer to the previous one; from `fromPort`, or from a port that the system chooses. */
  datagrams(to: Target & { count: number; fromPort?: number }): Promise<string[]>;
  /** Several visitors request the same page again and again, each time over a new connection. */
  load(of: { url: string; visitors: number }): Promise<void>;
  /** What they have received since they began. */
  seen(): Promise<Seen>;
  /** Ends them after the requests under way have ended. */
  unload(): Promise<Seen>;
  /** Tries to connect about two hundred times a second, until `watched`. */
  watch(target: Target): Promise<void>;
  watched(): Promise<Watched>;
}

export interface Target {
  address: string;
  port: number;
  /** The client's address from which to connect. Default: its own. */
  from?: string;
}

export interface Seen {
  /** How often each page was received. */
  answers: Record<string, number>;
  /** Errors, one line for each failed request. */
  failures: string[];
}

export interface Watched {
  /** The longest time without an answered try, in seconds. */
  longest: number;
  tries: number;
  answered: number;
}

export type Verb = keyof Verbs;
export type Call = { id: number; verb: Verb; argument: unknown };
export type Reply = { id: number; result?: unknown; error?: string };
