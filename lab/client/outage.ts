import { createConnection } from "node:net";
import type { Target, Watched } from "./verbs.js";

/** Milliseconds between two tries. An outage is measured to this precision. */
const pause = 5;

/** Milliseconds after which a try has failed. The system would repeat its first packet only later. */
const patience = 50;

/** Tries to connect again and again, whether earlier tries were answered or not, and records which of them were answered. */
export class Watch {
  private readonly answered: number[] = [];
  private tries = 0;
  private readonly began = performance.now();
  private readonly clock: NodeJS.Timeout;

  constructor(private readonly target: Target) {
    this.clock = setInterval(() => this.attempt(), pause);
  }

  /** Tries that are still under way are given up. */
  end(): Watched {
    clearInterval(this.clock);
    const times = [this.began, ...this.answered.sort((a, b) => a - b), performance.now()];
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    return { longest: Math.max(...gaps) / 1000, tries: this.tries, answered: this.answered.length };
  }

  private attempt(): void {
    this.tries += 1;
    // The time at which it was sent counts.
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
