// What each scheduler promises, step by step: not how evenly it happens to spread clients, but what must hold at every connection. docs/schedulers.md
// has the promises and the shares that were measured.
import type * as lvs from "@pulumi-lvs/lvs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client, type Held } from "../../lab/client";
import { realServers, service, Services } from "./support/services";
import { on, theLab } from "./support/stack";
import { tally } from "./support/traffic";

const nginx = { kind: "nginx" as const };
const names = ["r1", "r2", "r3"];
const nameOf = (answer: string) => /^<h1>(r\d)<\/h1>$/.exec(answer)![1]!;

const weights: Partial<Record<lvs.Scheduler, number[]>> = {
  rr: [5, 1, 1],
  wrr: [5, 3, 2],
  lc: [5, 1, 1],
  wlc: [4, 2, 1],
  sed: [4, 2, 1],
  nq: [9, 2, 1],
  lblc: [2, 2, 2],
  lblcr: [2, 2, 2],
  fo: [1, 3, 2],
  ovf: [3, 2, 1],
  twos: [1, 1, 0],
};
const weighted = Object.keys(weights) as lvs.Scheduler[];

/** These choose by an address alone. Those that choose by the client's have one VIP, `dh`, which chooses by the VIP, has several. */
const byClient = ["sh", "mh"] as const;
const vipOf = Object.fromEntries(
  [...weighted, ...byClient].map((scheduler, index) => [scheduler, `198.18.0.${101 + index}`]),
) as Record<lvs.Scheduler, string>;
const destinationVips = Array.from({ length: 12 }, (_, index) => `198.18.0.${121 + index}`);
const clients = Array.from({ length: 90 }, (_, index) => `198.18.0.${151 + index}`);

/** Connections of a real server, as the director counts them. */
interface Load {
  weight: number;
  active: number;
  inactive: number;
}

async function loads(vip: string): Promise<Record<string, Load>> {
  const output = await on("d1", "ipvsadm", "-Ln", "-t", `${vip}:80`);
  const rows = [...output.matchAll(/-> ([\d.]+):80 +\w+ +(\d+) +(\d+) +(\d+)/g)];
  return Object.fromEntries(
    rows.map(([, address = "", weight, active, inactive]) => [
      names[realServers.indexOf(address)]!,
      { weight: Number(weight), active: Number(active), inactive: Number(inactive) },
    ]),
  );
}

// A machine that is busy with other things takes several times as long.
describe("a scheduler", { timeout: 600_000 }, () => {
  let stack: Services;
  let client: Client;

  /** Those that choose by an address have only the named real servers; the others have all, with their weights. */
  const director = (left: string[]) => {
    const some = left.map((name) => ({ address: realServers[names.indexOf(name)]! }));
    return {
      drain: 0,
      services: [
        ...weighted.map((scheduler) =>
          service(vipOf[scheduler], 80, {
            scheduler,
            realServers: realServers.map((address, index) => ({
              address,
              weight: weights[scheduler]![index],
            })),
          }),
        ),
        ...byClient.map((scheduler) => service(vipOf[scheduler], 80, { scheduler, realServers: some })),
        ...destinationVips.map((vip) => service(vip, 80, { scheduler: "dh", realServers: some })),
      ],
    };
  };

  beforeAll(async () => {
    stack = new Services({
      vips: [...Object.values(vipOf), ...destinationVips],
      webServers: { r1: nginx, r2: nginx, r3: nginx },
      director: director(names),
    });
    await stack.up();
    client = new Client(theLab());
    await on("c1", "bash", "-c", clients.map((each) => `ip address add ${each}/24 dev eth0`).join("; "));
  });

  afterAll(async () => {
    await client.end();
    await on("c1", "bash", "-c", clients.map((each) => `ip address del ${each}/24 dev eth0`).join("; "));
    await stack.destroy();
    stack.forget();
  });

  /** Opens so many connections, one after the other, and keeps them. */
  const hold = (count: number, scheduler: lvs.Scheduler) => client.hold(count, vipOf[scheduler]);
  const chosen = (held: Held[]) => held.map(({ answered }) => nameOf(answered));

  /** Closes them, and waits until the director knows. */
  async function close(held: Held[], scheduler: lvs.Scheduler): Promise<void> {
    const active = async () =>
      Object.values(await loads(vipOf[scheduler])).reduce((sum, each) => sum + each.active, 0);
    const before = await active();
    for (const each of held) await each.close();
    await expect.poll(active, { timeout: 60_000 }).toBe(before - held.length);
  }

  /** Who answers a connection, which is closed at once. */
  async function answers(vip: string, from?: string): Promise<string> {
    const [held] = await client.hold(1, vip, from === undefined ? {} : { from });
    await held!.close();
    return nameOf(held!.answered);
  }

  it("rr: any three connections in a row go to three real servers, whatever the weights", async () => {
    const order = [];
    for (let i = 0; i < 30; i++) order.push(await answers(vipOf.rr));
    for (let i = 0; i + 3 <= order.length; i++)
      expect(order.slice(i, i + 3).sort(), order.join(" ")).toEqual(names);
  });

  it("wrr: any ten connections in a row are shared out exactly by the weights 5, 3 and 2", async () => {
    const order = [];
    for (let i = 0; i < 50; i++) order.push(await answers(vipOf.wrr));
    for (let i = 0; i + 10 <= order.length; i++)
      expect(tally(order.slice(i, i + 10)), order.join(" ")).toEqual({ r1: 5, r2: 3, r3: 2 });
  });

  const least: [scheduler: lvs.Scheduler, what: string, cost: (load: Load) => number, shares: number[]][] = [
    ["lc", "the fewest connections", ({ active, inactive }) => 256 * active + inactive, [5, 5, 5]],
    [
      "wlc",
      "the fewest connections for its weight",
      ({ weight, active, inactive }) => (256 * active + inactive) / weight,
      [8, 4, 2],
    ],
    [
      "sed",
      "the smallest (connections + 1) / weight",
      ({ weight, active }) => (active + 1) / weight,
      [8, 4, 2],
    ],
    [
      "nq",
      "none, or else the smallest (connections + 1) / weight",
      ({ weight, active }) => (active === 0 ? 0 : (active + 1) / weight),
      [8, 1, 1],
    ],
  ];
  it.each(least)("%s: each connection goes to a real server with %s", async (scheduler, _, cost, shares) => {
    const held: Held[] = [];
    const openOne = async () => {
      const now = await loads(vipOf[scheduler]);
      const [next] = await hold(1, scheduler);
      const name = nameOf(next!.answered);
      const smallest = Math.min(...Object.values(now).map(cost));
      expect(cost(now[name]!), `${name} of ${JSON.stringify(now)}`).toBeCloseTo(smallest, 9);
      held.push(next!);
    };
    const count = shares.reduce((sum, each) => sum + each);
    for (let i = 0; i < count; i++) await openOne();
    const got = tally(chosen(held));
    expect(names.map((name) => got[name] ?? 0)).toEqual(shares);
    // Some end, unevenly: all of one real server, and some of another.
    const ended = held.filter((each, index) => nameOf(each.answered) === "r2" || index % 4 === 0);
    await close(ended, scheduler);
    for (const each of ended) held.splice(held.indexOf(each), 1);
    for (let i = 0; i < 7; i++) await openOne();
    await close(held, scheduler);
  });

  it("fo: all connections go to the heaviest real server that takes any", async () => {
    const weigh = (name: string, weight: number) =>
      on(
        "d1",
        "ipvsadm",
        "-e",
        "-t",
        `${vipOf.fo}:80`,
        "-r",
        `${realServers[names.indexOf(name)]}:80`,
        "-g",
        "-w",
        `${weight}`,
      );
    const seen = async () => [
      ...new Set([await answers(vipOf.fo), await answers(vipOf.fo), await answers(vipOf.fo)]),
    ];
    expect(await seen()).toEqual(["r2"]);
    await weigh("r2", 0);
    expect(await seen()).toEqual(["r3"]);
    await weigh("r3", 0);
    expect(await seen()).toEqual(["r1"]);
    await weigh("r3", 2);
    await weigh("r2", 3);
    expect(await seen()).toEqual(["r2"]);
  });

  it("ovf: the heaviest has one connection more than its weight before the next one gets any, and the last refuses", async () => {
    const held = await hold(9, "ovf");
    expect(chosen(held).join(" ")).toBe("r1 r1 r1 r1 r2 r2 r2 r3 r3");
    await expect(hold(1, "ovf")).rejects.toThrow("ECONNREFUSED");
    const [first, ...others] = held;
    await close([first!], "ovf");
    const again = await hold(1, "ovf");
    expect(chosen(again)).toEqual(["r1"]);
    await close([...others, ...again], "ovf");
  });

  /** The same ones in a row: `a a b` is [2, 1]. */
  const runs = (order: string[]) =>
    order.reduce<number[]>((lengths, name, index) => {
      if (name === order[index - 1]) lengths[lengths.length - 1]!++;
      else lengths.push(1);
      return lengths;
    }, []);

  it("lblc: a VIP stays with its real server until that has more connections than its weight and another is idle", async () => {
    const held = await hold(12, "lblc");
    const order = chosen(held);
    expect(runs(order), order.join(" ")).toEqual([3, 3, 6]);
    expect(new Set(order).size).toBe(3);
    await close(held, "lblc");
  });

  it("lblcr: the same, but it then goes on with all that the VIP has had", async () => {
    const held = await hold(12, "lblcr");
    const order = chosen(held);
    expect(runs(order.slice(0, 9)), order.join(" ")).toEqual([3, 3, 3]);
    expect(order.slice(9).sort(), order.join(" ")).toEqual(names);
    await close(held, "lblcr");
  });

  it("twos: no connection goes to a real server of weight 0, and each of the others gets some", async () => {
    const held = await hold(60, "twos");
    const got = tally(chosen(held));
    expect(Object.keys(got).sort()).toEqual(["r1", "r2"]);
    await close(held, "twos");
  });

  describe("by an address", () => {
    type Choices = Record<string, string>;
    const whole: Record<string, Choices> = {};
    const moved = (before: Choices, after: Choices, among: string[]) =>
      among.filter((each) => before[each] !== after[each]).length;

    /** The real server of each client, or, for dh, of each VIP; it must be the same one for two connections in a row. */
    async function choices(scheduler: "sh" | "mh" | "dh"): Promise<Choices> {
      const all: Choices = {};
      const asked = scheduler === "dh" ? destinationVips : clients;
      for (const each of asked) {
        const [vip, froms] =
          scheduler === "dh" ? [each, clients.slice(0, 3)] : [vipOf[scheduler], [each, each]];
        const got = [];
        for (const from of froms) got.push(await answers(vip, from));
        expect(new Set(got).size, `${each}: ${got.join(" ")}`).toBe(1);
        all[each] = got[0]!;
      }
      return all;
    }

    const schedulers = [...byClient, "dh"] as const;

    it("sh and mh send each client, dh each VIP, to one real server, and use all of them", async () => {
      for (const scheduler of schedulers) {
        const all = (whole[scheduler] = await choices(scheduler));
        expect([...new Set(Object.values(all))].sort()).toEqual(names);
      }
    });

    it("when a real server leaves, its own move to the others; with mh, no more than a few of the others' move", async () => {
      stack.declare({ director: director(["r1", "r3"]) });
      await stack.up();
      for (const scheduler of schedulers) {
        const all = await choices(scheduler);
        expect([...new Set(Object.values(all))].sort()).toEqual(["r1", "r3"]);
        const others = Object.keys(all).filter((each) => whole[scheduler]![each] !== "r2");
        if (scheduler === "mh")
          expect(moved(whole[scheduler]!, all, others)).toBeLessThan(others.length / 10);
      }
    });

    it("when it is back, it gets some again; with mh, all but a few are where they were", async () => {
      stack.declare({ director: director(names) });
      await stack.up();
      for (const scheduler of schedulers) {
        const all = await choices(scheduler);
        expect([...new Set(Object.values(all))].sort()).toEqual(names);
        if (scheduler === "mh")
          expect(moved(whole[scheduler]!, all, clients)).toBeLessThan(clients.length / 10);
      }
    });

    it("sh and dh choose by the order in which the real servers were added to the kernel", async () => {
      for (const scheduler of ["sh", "dh"] as const) {
        const vips = scheduler === "dh" ? destinationVips : [vipOf.sh];
        // (The table is as declared before and after; only the order in the kernel is another.)
        const lines = vips.flatMap((vip) => [
          `-D -t ${vip}:80`,
          `-A -t ${vip}:80 -s ${scheduler}`,
          ...realServers.map((address) => `-a -t ${vip}:80 -r ${address}:80 -g -w 1`),
        ]);
        await on("d1", "bash", "-c", `printf '%s\\n' "$@" | ipvsadm -R`, "bash", ...lines);
        expect(await choices(scheduler)).toEqual(whole[scheduler]);
      }
      await stack.unchanged();
    });
  });
});
