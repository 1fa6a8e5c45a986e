import { Agent, get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Seen } from "./verbs.js";

/** Milliseconds between two requests of one visitor: short enough to notice a brief outage, long enough not to overload the hosts. */
const pause = 40;

/** Milliseconds after which a request without an answer has failed. */
const patience = 10_000;

export class Load {
  readonly seen: Seen = { answers: {}, failures: [] };
  private ended = false;
  private readonly visitors: Promise<void>[];

  constructor(
    private readonly url: string,
    visitors: number,
  ) {
    this.visitors = Array.from({ length: visitors }, () => this.visit());
  }

  async end(): Promise<Seen> {
    this.ended = true;
    await Promise.all(this.visitors);
    return this.seen;
  }

  private async visit(): Promise<void> {
    while (!this.ended) {
      try {
        const page = await request(this.url);
        this.seen.answers[page] = (this.seen.answers[page] ?? 0) + 1;
      } catch (error) {
        this.seen.failures.push(`${new Date().toISOString()} ${(error as Error).message}`);
      }
      await delay(pause);
    }
  }
}

/** One request over a connection of its own. */
function request(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent: new Agent({ keepAlive: false }) }, (response) => {
      let page = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => (page += text));
      response.on("error", reject);
      response.on("end", () =>
        response.statusCode === 200
          ? resolve(page.trim())
          : reject(new Error(`status ${response.statusCode}`)),
      );
    });
    asked.setTimeout(patience, () => asked.destroy(new Error(`no answer within ${patience} ms`)));
    asked.on("error", reject);
  });
}
