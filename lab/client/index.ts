import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Lab } from "../lab";
import { namespaceOf } from "../layout";
import { inside } from "../network";
import type { Call, Reply, Target, Verb, Verbs } from "./verbs";

export type { Seen, Watched } from "./verbs";

type Argument<V extends Verb> = Parameters<Verbs[V]>[0];
type Result<V extends Verb> = Awaited<ReturnType<Verbs[V]>>;

/** A client of the lab that keeps connections open and sends requests on demand, which curl does not. */
export class Client {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private calls = 0;

  constructor(lab: Lab, host = "c1") {
    const tsx = createRequire(__filename).resolve("tsx");
    const words = [process.execPath, "--import", tsx, join(__dirname, "main.ts")];
    const [program = "", ...args] = inside(namespaceOf(lab.name, host), ...words);
    this.process = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: this.process.stdout! }).on("line", (line) => {
      const reply = JSON.parse(line) as Reply;
      this.waiting.get(reply.id)?.(reply);
      this.waiting.delete(reply.id);
    });
    this.process.on("exit", (code) => {
      for (const [id, wake] of this.waiting) wake({ id, error: `the client has ended with status ${code}` });
    });
  }

  call<V extends Verb>(
    verb: V,
    ...[argument]: Argument<V> extends undefined ? [] : [Argument<V>]
  ): Promise<Result<V>> {
    const id = ++this.calls;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) =>
        error === undefined ? resolve(result as Result<V>) : reject(new Error(`${verb}: ${error}`)),
      );
      const call: Call = { id, verb, argument };
      this.process.stdin!.write(`${JSON.stringify(call)}\n`);
    });
  }

  /**
   * Opens `count` connections, one after the other, each with a first request. Returns them with the servers that answered, in that order.
   */
  async hold(count: number, address: string, rest: Partial<Target> = {}): Promise<Held[]> {
    const held: Held[] = [];
    while (held.length < count) {
      const connection = await this.call("open", { address, port: 80, ...rest });
      held.push(new Held(this, connection, await this.call("ask", { connection })));
    }
    return held;
  }

  async end(): Promise<void> {
    const ended = once(this.process, "exit");
    this.process.stdin!.end();
    await ended;
  }
}

/** A connection that is kept open. */
export class Held {
  constructor(
    private readonly client: Client,
    private readonly connection: number,
    /** The server that answered its first request. */
    readonly answered: string,
  ) {}

  ask = (path?: string) => this.client.call("ask", { connection: this.connection, path });
  begin = (path: string) => this.client.call("begin", { connection: this.connection, path });
  finish = () => this.client.call("finish", { connection: this.connection });
  close = () => this.client.call("close", { connection: this.connection });
}
