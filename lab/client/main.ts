// Runs on a client of the lab. Reads calls from standard input, one a line, and answers them in the order in which they end.
import { createInterface } from "node:readline";
import { Connection, digest } from "./connection.js";
import { datagrams } from "./datagrams.js";
import { Load } from "./load.js";
import { Watch } from "./outage.js";
import type { Call, Reply, Verbs } from "./verbs.js";

const connections = new Map<number, Connection>();
let opened = 0;
let load: Load | undefined;
let watch: Watch | undefined;

function connection(number: number): Connection {
  const found = connections.get(number);
  if (!found) throw new Error(`no connection ${number}`);
  return found;
}

function loaded(): Load {
  if (!load) throw new Error("nobody is visiting");
  return load;
}

const verbs: Verbs = {
  async open(to) {
    const made = await Connection.open(to);
    connections.set(++opened, made);
    return opened;
  },
  async ask({ connection: number, path }) {
    await connection(number).begin(path ?? "/");
    return (await connection(number).finish()).toString().trim();
  },
  begin: ({ connection: number, path }) => connection(number).begin(path),
  async finish({ connection: number }) {
    const body = await connection(number).finish();
    return { bytes: body.length, sha256: digest(body) };
  },
  async close({ connection: number }) {
    connection(number).close();
    connections.delete(number);
    return Promise.resolve();
  },
  datagrams: ({ count, fromPort, ...to }) => datagrams(to, count, fromPort),
  async load({ url, visitors }) {
    load = new Load(url, visitors);
    return Promise.resolve();
  },
  seen: () => Promise.resolve(loaded().seen),
  unload: () => loaded().end(),
  watch(target) {
    watch = new Watch(target);
    return Promise.resolve();
  },
  watched() {
    if (!watch) throw new Error("nobody is watching");
    return Promise.resolve(watch.end());
  },
};

async function answer({ id, verb, argument }: Call): Promise<Reply> {
  try {
    return { id, result: await verbs[verb](argument as never) };
  } catch (error) {
    return { id, error: (error as Error).message };
  }
}

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  void answer(JSON.parse(line) as Call).then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`));
});
// Standard input closes when the test has ended.
lines.on("close", () => process.exit(0));
