// The options of a service, tested with packets: each test checks what the kernel must do, not what it probably does.
import type * as lvs from "@pulumi-lvs/lvs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerUdp } from "./support/answering";
import { Client, type Held } from "../../lab/client";
import { realServers, service, Services } from "./support/services";
import { on, shell, theLab } from "./support/stack";
import { connectionsOf, templates } from "./support/table";
import { tally, visits } from "./support/traffic";

const nginx = { kind: "nginx" as const };
const names = ["r1", "r2", "r3"];
const page = (name: string) => `<h1>${name}</h1>`;
const destinations = (rest: Partial<lvs.DestinationArgs>[]) =>
  rest.map((each, index) => ({ address: realServers[index]!, ...each }));

const vip = {
  onePacket: "198.18.0.101",
  datagrams: "198.18.0.102",
  remembered: "198.18.0.103",
  thresholds: "198.18.0.104",
  network: "198.18.0.105",
  smallNetworks: "198.18.0.106",
  addresses: "198.18.0.107",
  quiesced: "198.18.0.108",
  bound: "198.18.0.109",
};

const services = (quiesced: number): lvs.ServiceArgs[] => [
  service(vip.onePacket, 5353, { protocol: "udp", onePacket: true }),
  service(vip.datagrams, 5353, { protocol: "udp" }),
  service(vip.remembered, 5353, { protocol: "udp", persistence: { timeout: 10 } }),
  service(vip.thresholds, 80, {
    realServers: destinations([{ upperThreshold: 3, lowerThreshold: 2 }, { upperThreshold: 2 }]),
  }),
  service(vip.network, 80, { persistence: { timeout: 600, netmask: "255.255.255.0" } }),
  service(vip.smallNetworks, 80, { persistence: { netmask: "255.255.255.248" } }),
  service(vip.addresses, 80, { persistence: { timeout: 600 } }),
  service(vip.quiesced, 80, { realServers: destinations([{ weight: quiesced }, {}, {}]) }),
  service(vip.bound, 80, {
    persistence: { timeout: 600 },
    realServers: destinations([{ weight: quiesced }, {}, {}]),
  }),
];

/** More addresses of the client: three in 198.18.0.40/29, two in .48/29, one in .56/29. */
const addresses = [41, 42, 43, 49, 50, 57].map((end) => `198.18.0.${end}`);

// A machine that is busy with other things takes several times as long.
describe("a service", { timeout: 600_000 }, () => {
  const stack = new Services({
    vips: Object.values(vip),
    webServers: { r1: nginx, r2: nginx, r3: nginx },
    director: { services: services(1) },
  });
  let client: Client;
  let stop: () => Promise<void>;
  let timeouts: string;

  beforeAll(async () => {
    client = new Client(theLab());
    await stack.up();
    stop = await answerUdp([vip.onePacket, vip.datagrams, vip.remembered], 5353);
    for (const address of addresses) await on("c1", "ip", "address", "add", `${address}/24`, "dev", "eth0");
    timeouts = /: ([\d ]+)$/.exec(await on("d1", "ipvsadm", "-L", "--timeout"))![1]!;
    // An entry remains for some time after its connection: here for a second, because a test waits for its end.
    await on("d1", "ipvsadm", "--set", "0", "1", "1");
  });

  afterAll(async () => {
    await client.end();
    await stack.destroy();
    stack.forget();
    await stop();
    await on("d1", "ipvsadm", "--set", ...timeouts.split(" "));
    for (const address of addresses) await on("c1", "ip", "address", "del", `${address}/24`, "dev", "eth0");
  });

  const ask = (address: string, count: number, from?: string) =>
    client.call("datagrams", { address, port: 5353, count, from });

  /** The server that answers a new connection from this address. */
  async function answered(address: string, from: string): Promise<string> {
    const [held] = await client.hold(1, address, { from });
    await held!.close();
    return held!.answered;
  }

  let remembered: string[];

  it("of UDP keeps a client's socket on one real server, and sends sockets to all in turn", async () => {
    const sockets = [await ask(vip.datagrams, 4), await ask(vip.datagrams, 4), await ask(vip.datagrams, 4)];
    expect(sockets.map((answers) => new Set(answers).size)).toEqual([1, 1, 1]);
    expect(sockets.map(([first]) => first).sort()).toEqual(names);
    // For later: the remembered clients, and for how long.
    remembered = [...(await ask(vip.remembered, 2)), ...(await ask(vip.remembered, 2))];
    expect(new Set(remembered).size).toBe(1);
  });

  it("of one-packet scheduling sends each datagram of one socket to the next real server", async () => {
    const answers = await ask(vip.onePacket, 30);
    expect(tally(answers)).toEqual({ r1: 10, r2: 10, r3: 10 });
    for (let index = 0; index < 30; index += 3)
      expect(new Set(answers.slice(index, index + 3)).size, answers.join(" ")).toBe(3);
  });

  it("with thresholds holds new connections off at the upper and takes them again below the lower", async () => {
    const thresholds = await on("d1", "ipvsadm", "-Ln", "--thresholds", "-t", `${vip.thresholds}:80`);
    const rows = [...thresholds.matchAll(/-> ([\d.]+):80 +(\d+) +(\d+)/g)].map(([, ...row]) => row);
    expect(rows).toEqual([
      ["198.18.0.21", "3", "2"],
      ["198.18.0.22", "2", "0"],
    ]);
    const held = await client.hold(5, vip.thresholds);
    expect(tally(held.map((each) => each.answered))).toEqual({ [page("r1")]: 3, [page("r2")]: 2 });
    const full = () => expect(client.hold(1, vip.thresholds)).rejects.toThrow("ECONNREFUSED");
    await full();
    const ofFirst = held.filter((each) => each.answered === page("r1"));
    const left = (count: number) =>
      expect.poll(() => connectionsOf(vip.thresholds, "198.18.0.21"), { timeout: 60_000 }).toBe(count);
    await ofFirst[0]!.close();
    await left(2);
    await full();
    await ofFirst[1]!.close();
    await left(1);
    const again = await client.hold(2, vip.thresholds);
    expect(again.map((each) => each.answered)).toEqual([page("r1"), page("r1")]);
    await full();
    for (const each of [...held.filter((one) => !ofFirst.slice(0, 2).includes(one)), ...again])
      await each.close();
  });

  it("with persistence and a netmask takes a whole network for one client", async () => {
    const all = [];
    for (const address of [...addresses, ...addresses]) all.push(await answered(vip.network, address));
    expect(new Set(all).size).toBe(1);
    const [template, ...more] = await templates(vip.network);
    expect(more).toEqual([]);
    expect(template!.client).toBe("198.18.0.0");
    expect(template!.seconds).toBeGreaterThan(0);
    expect(template!.seconds).toBeLessThanOrEqual(600);

    const small = [];
    for (const address of [...addresses, ...addresses])
      small.push(await answered(vip.smallNetworks, address));
    const [first, , , second, , third] = small;
    expect([first, second, third].sort()).toEqual(names.map(page));
    const once = [first, first, first, second, second, third];
    expect(small).toEqual([...once, ...once]);
    const networks = (await templates(vip.smallNetworks)).map((each) => each.client);
    expect(networks.sort()).toEqual(["198.18.0.40", "198.18.0.48", "198.18.0.56"]);
  });

  it("with persistence alone takes each address for a client", async () => {
    const all = [];
    for (const address of [...addresses, ...addresses]) all.push(await answered(vip.addresses, address));
    // New clients get the servers in turn; known clients keep theirs.
    expect(all.slice(6)).toEqual(all.slice(0, 6));
    expect(tally(all)).toEqual({ [page("r1")]: 4, [page("r2")]: 4, [page("r3")]: 4 });
    expect(new Set(all.slice(0, 3)).size).toBe(3);
    const clients = (await templates(vip.addresses)).map((each) => each.client);
    expect(clients.sort()).toEqual(addresses);
  });

  it("gives a real server of weight 0 nothing new, and leaves it what it has", async () => {
    const held: Held[] = await client.hold(3, vip.quiesced);
    const first = held.find((each) => each.answered === page("r1"))!;
    const bound = async () => {
      const all = [];
      for (const address of addresses.slice(0, 3)) all.push(await answered(vip.bound, address));
      return all;
    };
    const before = await bound();
    expect([...before].sort()).toEqual(names.map(page));
    stack.declare({ director: { services: services(0) } });
    await stack.up();
    // Persistence binds only the other clients.
    const after = await bound();
    expect(after).not.toContain(page("r1"));
    expect(after.filter((each, index) => each === before[index])).toHaveLength(2);
    expect(tally(await visits(6, `http://${vip.quiesced}/`))).toEqual({ [page("r2")]: 3, [page("r3")]: 3 });
    expect(await first.ask()).toBe(page("r1"));
    expect(await first.ask("/index.html")).toBe(page("r1"));
    for (const each of held) await each.close();
  });

  it("that goes with its VIP leaves clients what they have until that has ended; then the real servers lose the VIP", async () => {
    const gone = vip.addresses;
    const [held] = (await client.hold(1, gone)) as [Held];
    stack.declare({
      vips: Object.values(vip).filter((each) => each !== gone),
      director: { services: services(0).filter((each) => each.vip !== gone) },
    });
    const up = stack.up();
    const table = () => on("d1", "ipvsadm", "-Sn");
    await expect.poll(table, { timeout: 120_000 }).toMatch(new RegExp(`-a -t ${gone}:80 .* -w 0`));
    for (const name of names) {
      const wanted = () => shell(name, `grep -c '${gone}/' /var/lib/pulumi-lvs/owners/*/document || :`);
      await expect.poll(wanted, { timeout: 120_000 }).toBe("0");
      expect(await on(name, "ip", "-br", "address", "show", "lo")).toContain(`${gone}/`);
    }
    expect(await held.ask()).toBe(held.answered);
    await held.close();
    await up;
    expect(await table()).not.toContain(`${gone}:`);
    for (const name of names)
      expect(await on(name, "ip", "-br", "address", "show", "lo")).not.toContain(`${gone}/`);
    await stack.unchanged();
  });

  it("forgets a client when its time is over", async () => {
    await expect.poll(() => templates(vip.remembered), { timeout: 120_000, interval: 1000 }).toEqual([]);
    const [now] = await ask(vip.remembered, 1);
    // The next server in turn: there was no other request.
    expect(now).not.toBe(remembered[0]);
  });

  it("is as declared after all that", async () => {
    await stack.unchanged();
    expect(await shell("d1", "ipvsadm -Sn | grep -c -- ^-A")).toBe(String(services(0).length - 1));
  });
});
