/** What a client does for a test, and what it says of it. A connection is called by the number that `open` gave. */
export interface Verbs {
  /** Connects; fails with the system's code where nobody takes the connection. */
  open(to: Target): Promise<number>;
  /** Asks for a page over an open connection; the whole answer's text. */
  ask(question: { connection: number; path?: string }): Promise<string>;
  /** Asks, and reads no further than the answer's first bytes: what sends it has to wait, with the rest in hand. */
  begin(question: { connection: number; path: string }): Promise<void>;
  /** Reads the rest of what was begun. */
  finish(of: { connection: number }): Promise<{ bytes: number; sha256: string }>;
  close(of: { connection: number }): Promise<void>;
  /** Sends so many datagrams from one socket, each after the answer to the one before. */
  datagrams(to: Target & { count: number }): Promise<string[]>;
  /** Several visitors who ask for the same page again and again, each time over a new connection. */
  load(of: { url: string; visitors: number }): Promise<void>;
  /** What they have seen since they began. */
  seen(): Promise<Seen>;
  /** Ends them, when the requests under way have ended. */
  unload(): Promise<Seen>;
  /** Tries to connect, some two hundred times a second, until `watched`. */
  watch(target: Target): Promise<void>;
  watched(): Promise<Watched>;
}

export interface Target {
  address: string;
  port: number;
  /** Which of the client's addresses to come from. Default: its own. */
  from?: string;
}

export interface Seen {
  /** How often each page came. */
  answers: Record<string, number>;
  /** What went wrong, a line a request. */
  failures: string[];
}

export interface Watched {
  /** The longest time without a try that was answered, in seconds. */
  longest: number;
  tries: number;
  answered: number;
}

export type Verb = keyof Verbs;
export type Call = { id: number; verb: Verb; argument: unknown };
export type Reply = { id: number; result?: unknown; error?: string };
