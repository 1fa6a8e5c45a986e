// Every scheduler of the kernel: its flags as they are read back, and its choice, if its rule determines it.
import * as lvs from "@pulumi-lvs/lvs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Client } from "../../lab/client";
import { realServers, service, Services } from "./support/services";
import { shell, theLab } from "./support/stack";
import { rules } from "./support/table";
import { tally, visits } from "./support/traffic";

const nginx = { kind: "nginx" as const };
const page = (name: string) => `<h1>${name}</h1>`;

const all = Object.values(lvs.Scheduler);
/** In the order in which ipvsadm prints them. */
const flags: Partial<Record<lvs.Scheduler, lvs.SchedulerFlag[]>> = {
  sh: ["sh-fallback", "sh-port"],
  mh: ["mh-fallback", "mh-port"],
};
const numbered: lvs.SchedulerFlag[] = ["flag-1", "flag-2", "flag-3"];

const flagged = all.flatMap((scheduler) => {
  const own = flags[scheduler] ?? numbered;
  return [[], ...own.map((flag) => [flag]), own].map((schedulerFlags) => ({ scheduler, schedulerFlags }));
});
const flaggedVip = "198.18.0.110";
const port = (index: number) => 8001 + index;

interface Choice {
  scheduler: lvs.Scheduler;
  weights: number[];
  /** Connections by real server, after this number was opened and kept open. */
  held: number[];
  why: string;
}

const choices: Choice[] = [
  { scheduler: "rr", weights: [5, 1, 1], held: [2, 2, 2], why: "in turn, whatever the weights" },
  { scheduler: "wrr", weights: [3, 2, 1], held: [3, 2, 1], why: "in turn by weight" },
  {
    scheduler: "lc",
    weights: [5, 1, 1],
    held: [2, 2, 2],
    why: "the fewest connections, whatever the weights",
  },
  { scheduler: "wlc", weights: [2, 1, 1], held: [2, 1, 1], why: "the fewest connections by weight" },
  { scheduler: "sed", weights: [2, 1, 1], held: [2, 1, 1], why: "the shortest delay" },
  {
    scheduler: "nq",
    weights: [9, 1, 1],
    held: [1, 1, 1],
    why: "an idle one first, however heavy the others",
  },
  { scheduler: "fo", weights: [1, 3, 2], held: [0, 4, 0], why: "the heaviest alone" },
  {
    scheduler: "ovf",
    weights: [3, 2, 1],
    held: [4, 3, 1],
    why: "the heaviest until it has more than that, then the next",
  },
  {
    scheduler: "twos",
    weights: [1, 0, 0],
    held: [3, 0, 0],
    why: "the less loaded of two at random by weight, here always the same one",
  },
];

/** With one client and one address, all connections stay on the server of the first one. */
const steady: lvs.Scheduler[] = ["lblc", "lblcr", "dh", "sh", "mh"];

const vips = Object.fromEntries(
  [...choices.map(({ scheduler }) => scheduler), ...steady].map((scheduler, index) => [
    scheduler,
    `198.18.0.${111 + index}`,
  ]),
) as Record<lvs.Scheduler, string>;

// This is first, because a module that is in use cannot be removed.
describe("a scheduler that the kernel lacks", { timeout: 300_000 }, () => {
  const missing: lvs.Scheduler = "twos";
  const modules = "/lib/modules/$(uname -r)";

  beforeAll(async () => {
    await shell(
      "d1",
      `rmmod ip_vs_${missing} 2>/dev/null
      mkdir /root/hidden && find ${modules} -name 'ip_vs_${missing}.ko' -exec mv {} /root/hidden/ ';' && depmod`,
    );
  });

  afterAll(async () => {
    // The exact place of a module does not matter to depmod.
    await shell("d1", `mv /root/hidden/* ${modules}/kernel/ && rmdir /root/hidden && depmod`);
  });

  it("is refused before anything is touched, by host and module, with the schedulers that there are", async () => {
    const lacking = new Services(
      { director: { services: [service(flaggedVip, 80, { scheduler: missing })] } },
      "lacking",
    );
    for (const operation of ["preview", "up"] as const) {
      expect(await lacking.refusal(operation)).toMatch(
        /^kernel \S+ of this host has no scheduler twos \(module ip_vs_twos\); it has dh fo lblc lblcr lc mh nq ovf rr sed sh wlc wrr: choose one /,
      );
    }
    expect(await shell("d1", "ls /var/lib/pulumi-lvs/owners 2>/dev/null || :")).not.toContain("lacking");
    lacking.forget();
  });
});

// A machine that is busy with other things takes several times as long.
describe("schedulers", { timeout: 600_000 }, () => {
  const weighted = (weights: number[]) =>
    weights.map((weight, index) => ({ address: realServers[index]!, weight }));
  const stack = new Services({
    vips: Object.values(vips),
    webServers: { r1: nginx, r2: nginx, r3: nginx },
    director: {
      services: [
        // Flags in another order than ipvsadm's: the order must not matter.
        ...flagged.map(({ scheduler, schedulerFlags }, index) =>
          service(flaggedVip, port(index), {
            scheduler,
            schedulerFlags: [...schedulerFlags].reverse(),
            realServers: weighted([1]),
          }),
        ),
        ...choices.map(({ scheduler, weights }) =>
          service(vips[scheduler], 80, { scheduler, realServers: weighted(weights) }),
        ),
        ...steady.map((scheduler) => service(vips[scheduler], 80, { scheduler })),
      ],
    },
  });
  let client: Client;

  beforeAll(async () => {
    client = new Client(theLab());
    await stack.up();
  });

  afterAll(async () => {
    await client.end();
    await stack.destroy();
    stack.forget();
  });

  it("are all tried here", () => {
    expect(Object.keys(vips).sort()).toEqual([...all].sort());
  });

  it("with each of their flags are in the kernel as declared, and the next preview shows nothing", async () => {
    const table = await rules("d1");
    const wanted = flagged.map(({ scheduler, schedulerFlags }, index) =>
      [`-A -t ${flaggedVip}:${port(index)} -s ${scheduler}`, schedulerFlags.join(",")]
        .filter(Boolean)
        .join(" -b "),
    );
    expect(table.filter((line) => line.startsWith(`-A -t ${flaggedVip}:`))).toEqual(wanted.sort());
    await stack.unchanged();
  });

  for (const { scheduler, weights, held, why } of choices) {
    it(`${scheduler} with weights ${weights.join(" ")}: ${why}`, async () => {
      const count = held.reduce((sum, each) => sum + each);
      const connections = await client.hold(count, vips[scheduler]);
      const got = tally(connections.map(({ answered }) => answered));
      expect(["r1", "r2", "r3"].map((name) => got[page(name)] ?? 0)).toEqual(held);
      for (const each of connections) await each.close();
    });
  }

  for (const scheduler of steady) {
    it(`${scheduler} stays with the real server that it has chosen`, async () => {
      const answers = await visits(6, `http://${vips[scheduler]}/`);
      expect(Object.values(tally(answers)), answers.join(" ")).toEqual([6]);
    });
  }
});
