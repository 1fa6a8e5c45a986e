// A cluster as a cell declares it, and a client that uses it.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { expect } from "vitest";
import { holdersOf } from "../../../lab";
import { Client } from "../../../lab/client";
import { namespaceOf } from "../../../lab/layout";
import { inside } from "../../../lab/network";
import { run } from "../../../lab/process";
import { bothDirectors, on, repository, shell, Stack, theLab } from "../support/stack";
import { rules } from "../support/table";
import { tally } from "../support/traffic";
import {
  addressOf,
  type Cell,
  type CellService,
  declaredBy,
  directorsOf,
  gatewayOf,
  hostsOf,
  servicesOf,
  sharesOf,
  tableOf,
  vipOf,
} from "./cells";
import { pathsOf, wrongWays } from "./paths";
import { downloadSize, startServers } from "./servers";

/** A machine that is busy with other things takes several times as long. */
export const patience = { timeout: 120_000, interval: 500 };

/** The last bytes of the client's further addresses. */
const more = [41, 42, 43];
const perLook = 30;

/**
 * A source port that no datagram had before: for five minutes the director sends what comes from one port to one real server. (A port that the system
 * chooses may have been used: of 30 datagrams, two have the same in one of 65 runs.)
 */
const freshPort = (): number => 20_000 + (nextPort++ % 12_000);
let nextPort = 0;

const prefixed = (address: string) => `${address}/${address.includes(":") ? 64 : 24}`;

const sctpVisits = `
import socket, sys
own, vip, port, count = sys.argv[1:]
for visit in range(int(count)):
    connection = socket.socket(socket.AF_INET6 if ":" in vip else socket.AF_INET, socket.SOCK_STREAM, 132)
    connection.settimeout(10)
    connection.bind((own, 0))
    connection.connect((vip, int(port)))
    print(connection.recv(100).decode())
    connection.close()
`;

/** A stack of test/lab/programs/cluster. */
export class Forwarded extends Stack {
  constructor(public cell: Cell) {
    super(join(repository, "test/lab/programs/cluster"), bothDirectors());
    this.declare(cell);
  }

  /** Changes the config for the next operations. */
  declare(cell: Cell): void {
    this.cell = cell;
    Object.assign(this.config, declaredBy(cell));
  }
}

/** The client of a cell: its own address, and further ones. Each address counts as a client of its own. */
export class Visitor {
  private datagrams: Client | undefined;
  private readonly host: string;
  private readonly others: string[];
  private readonly folder = mkdtempSync(join(tmpdir(), "lvs-visitor-"));

  private constructor(private cell: Cell) {
    this.host = cell.client;
    const prefix = addressOf(this.host, cell.family).replace(/[^.:]+$/, "");
    this.others = more.map((last) => `${prefix}${last}`);
  }

  static async come(cell: Cell): Promise<Visitor> {
    const visitor = new Visitor(cell);
    // (Not preferred: what names no source address comes from the own one.)
    for (const each of visitor.others)
      await shell(
        visitor.host,
        `ip address replace ${prefixed(each)} dev eth0 ${each.includes(":") ? "nodad preferred_lft 0" : ""}`,
      );
    return visitor;
  }

  async go(): Promise<void> {
    await this.datagrams?.end();
    for (const each of this.others)
      await shell(this.host, `ip address del ${prefixed(each)} dev eth0 2>/dev/null || :`);
    rmSync(this.folder, { recursive: true });
  }

  /** From now on it visits the cluster of another cell, from the same host. */
  visits(cell: Cell): void {
    if (cell.client !== this.host || cell.family !== this.cell.family)
      throw new Error(`a visitor on ${this.host} cannot be one on ${cell.client}`);
    this.cell = cell;
  }

  private url({ port }: CellService, path = "/"): string {
    const vip = vipOf(this.cell);
    return `http://${vip.includes(":") ? `[${vip}]` : vip}:${port}${path}`;
  }

  /** The names of the real servers that answered this number of visits, each over a connection of its own, one after the other. */
  async answers(service: CellService, count: number, from?: string): Promise<string[]> {
    if (service.protocol === "sctp") {
      const own = from ?? addressOf(this.host, this.cell.family);
      const words = [own, vipOf(this.cell), String(service.port), String(count)];
      return (await on(this.host, "python3", "-c", sctpVisits, ...words)).split("\n");
    }
    if (service.protocol === "udp") {
      this.datagrams ??= new Client(theLab(), this.host);
      const names: string[] = [];
      while (names.length < count) {
        const to = { address: vipOf(this.cell), port: service.port, count: 1, from, fromPort: freshPort() };
        names.push(...(await this.datagrams.call("datagrams", to)));
      }
      return names;
    }
    const source = from === undefined ? [] : ["--interface", from];
    // One curl for all: it makes a connection of its own for each visit.
    const all = ["-sS", "-m", "10", "--fail-early", ...source, "-H", "Connection: close", "-w", "\n"];
    const output = await on(this.host, "curl", ...all, this.url(service, `/?[1-${count}]`));
    const lines = output.split("\n").filter((line) => line !== "");
    return lines.map((line) => line.replace(/<\/?h1>/g, ""));
  }

  /** Fails unless the visits reach the real servers as the scheduler and the persistence promise, and by the method's way. */
  async sharesAndWays(): Promise<void> {
    const first: string[] = [];
    for (const service of servicesOf(this.cell)) {
      let names: string[] = [];
      const paths = await pathsOf(this.cell, async () => {
        names = await this.answers(service, perLook);
      });
      const what = `${service.protocol} ${service.port}: ${names.join(" ")}`;
      if (this.cell.persistent) await this.staysWhereItWas(service, names);
      else expect(tally(names), what).toEqual(sharesOf(this.cell, perLook));
      expect(wrongWays(this.cell, paths, [...new Set(names)]), `${what}: ${JSON.stringify(paths)}`).toEqual(
        [],
      );
      first.push(names[0]!);
    }
    // All ports of one service count together.
    if (this.cell.persistent && this.cell.traffic.includes("mark")) expect(new Set(first).size).toBe(1);
  }

  /** Each client on one real server, and the clients on all of them. */
  private async staysWhereItWas(service: CellService, own: string[]): Promise<void> {
    const clients = [own];
    for (const from of this.others) clients.push(await this.answers(service, 10, from));
    for (const names of clients) expect(new Set(names).size, names.join(" ")).toBe(1);
    const [, ...further] = clients.map(([name]) => name!);
    expect([...new Set(further)].sort()).toEqual([...this.cell.realServers].sort());
  }

  /** Fails unless all bytes of a download arrive in each direction as they were sent, through every real server. */
  async transfers(): Promise<void> {
    const service = servicesOf(this.cell).find(
      (each) => each.answeredBy === "test" && each.protocol === "tcp",
    );
    if (service === undefined) return;
    const names: Record<"up" | "down", string[]> = { up: [], down: [] };
    for (const from of this.others) {
      const said = await shell(
        this.host,
        `set -euo pipefail; cd ${this.folder}
        head -c ${downloadSize} /dev/urandom >sent
        sha256sum <sent | cut -d' ' -f1
        curl -sS -m 60 --interface ${from} -H Expect: --data-binary @sent ${this.url(service)}; echo
        curl -sS -m 60 --interface ${from} -D head -o came ${this.url(service, "/content")}
        sha256sum <came | cut -d' ' -f1; wc -c <came
        awk 'tolower($1) ~ /^x-/ { print $2 }' head | tr -d '\\r'`,
      );
      const [sent, answer, came, size, host, wanted] = said.split("\n");
      const [uploadedTo, arrived] = answer!.split(" ");
      expect([arrived, came, Number(size)]).toEqual([sent, wanted, downloadSize]);
      names.up.push(uploadedTo!);
      names.down.push(host!);
    }
    const all = [...this.cell.realServers].sort();
    // (Uploads and downloads alternate, so each direction of a plain service only reaches some of its two or four real servers.)
    expect([...new Set([...names.up, ...names.down])].sort()).toEqual(all);
  }
}

/** Clears the MACs that were learnt in an earlier scenario, also on the router. */
export async function forgetNeighbours(): Promise<void> {
  const router = inside(namespaceOf(theLab().name), "ip", "neigh", "flush", "all");
  await run(...router);
  for (const client of ["c1", "x1"]) await on(client, "ip", "neigh", "flush", "all");
}

/** Fails unless the directors' tables become what was declared. */
export async function tablesAreDeclared(cell: Cell): Promise<void> {
  for (const host of directorsOf(cell)) await expect.poll(() => rules(host), patience).toEqual(tableOf(cell));
}

/** Fails unless the cluster is as its cell declares it, by packets and by the kernel's table. */
export async function holds(visitor: Visitor, cell: Cell): Promise<void> {
  await tablesAreDeclared(cell);
  await visitor.sharesAndWays();
  await visitor.transfers();
  const holders = await holdersOf(theLab(), vipOf(cell), directorsOf(cell));
  expect(holders).toHaveLength(1);
  const gateway = gatewayOf(cell);
  if (gateway !== undefined) expect(await holdersOf(theLab(), gateway, directorsOf(cell))).toEqual(holders);
}

/** All hosts lose their power at once, without preparation, and are switched on again. */
export async function powerCut(visitor: Visitor, cell: Cell): Promise<void> {
  const hosts = hostsOf(cell);
  await Promise.all(hosts.map((host) => theLab().crash(host)));
  await Promise.all(hosts.map((host) => theLab().boot(host)));
  await startServers(cell);
  for (const service of servicesOf(cell)) {
    const answered = () => visitor.answers(service, 1).catch((error: Error) => [error.message]);
    await expect.poll(async () => cell.realServers.includes((await answered())[0]!), patience).toBe(true);
  }
}
