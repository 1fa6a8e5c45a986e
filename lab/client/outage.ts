import { createConnection } from "node:net";
import type { Target, Watched } from "./verbs.js";

/** Between two tries: the resolution of what is measured. */
const pause = 5;

/** A try that is not answered by then is not answered: long before the system would send it again by itself. */
const patience = 50;

/** Tries to connect over and over, whether the tries before were answered or not, and remembers which of them were. */
export class Watch {
  private readonly answered: number[] = [];
  private tries = 0;
  private readonly began = performance.now();
  private readonly clock: NodeJS.Timeout;

  constructor(private readonly target: Target) {
    this.clock = setInterval(() => this.attempt(), pause);
  }

  /** The last tries may still be under way: they are given up. */
  end(): Watched {
    clearInterval(this.clock);
    const times = [this.began, ...this.answered.sort((a, b) => a - b), performance.now()];
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    return { longest: Math.max(...gaps) / 1000, tries: this.tries, answered: this.answered.length };
  }

  private attempt(): void {
    this.tries += 1;
    // What counts is when it was sent.
    const sent = performance.now();
    const socket = createConnection({
      host: this.target.address,
      port: this.target.port,
      localAddress: this.target.from,
    });
    const late = setTimeout(() => socket.destroy(), patience);
    socket.on("error", () => undefined);
    socket.on("connect", () => {
      this.answered.push(sent);
      socket.resetAndDestroy();
    });
    socket.on("close", () => clearTimeout(late));
  }
}
