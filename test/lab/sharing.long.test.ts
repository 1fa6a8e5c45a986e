// Several owners on the same hosts: stacks that do not know each other, and a VirtualService beside a director.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerHttp } from "./support/answering";
import { fingerprints, hosts, leftBesidesPackages, nothing, ofEach } from "./support/leftovers";
import { service, Services, type Declared } from "./support/services";
import { linesFed } from "./support/table";
import { touched, traces } from "./support/traces";
import { answersInTurn, vip } from "./support/traffic";

const otherVip = "198.18.0.101";
const nginx = { kind: "nginx" as const };
const webServers = { r1: nginx, r2: nginx, r3: nginx };

const offering = (address: string, port: number): Declared => ({
  vips: [address],
  webServers,
  director: { services: [service(address, port)] },
});

const owner = (stack: string, name = "Director/d1") => `services/${stack}/${name}`;

// A machine that is busy with other things takes several times as long.
describe("two stacks on the same hosts", { timeout: 600_000 }, () => {
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stop = await answerHttp(8080);
  });

  afterAll(() => stop());

  const cases = [
    { how: "one VIP and two ports", blue: [vip, 80], green: [vip, 8080] },
    { how: "two VIPs and one port", blue: [vip, 80], green: [otherVip, 80] },
  ] as const;

  for (const { how, blue, green } of cases) {
    for (const order of [
      ["blue", "green"],
      ["green", "blue"],
    ] as const) {
      it(`with ${how}: ${order[0]} goes and ${order[1]} stays whole; then it goes too, and nothing is left`, async () => {
        const before = await fingerprints();
        const stacks = {
          blue: new Services(offering(blue[0], blue[1]), "blue"),
          green: new Services(offering(green[0], green[1]), "green"),
        };
        const url = (name: "blue" | "green") => `http://${{ blue, green }[name].join(":")}/`;
        // At the same time: each has to wait for the other on every host.
        await Promise.all([stacks.blue.up(), stacks.green.up()]);
        for (const name of order) await answersInTurn(url(name));
        const [first, last] = order;
        await stacks[first].destroy();
        await answersInTurn(url(last));
        await stacks[last].unchanged();
        await stacks[last].destroy();
        for (const name of order) stacks[name].forget();
        expect(await leftBesidesPackages(before)).toEqual(nothing);
      });
    }
  }
});

describe("another owner beside a Director", { timeout: 600_000 }, () => {
  const sysctls = { "net.ipv4.vs.expire_nodest_conn": "1" };
  const director = { services: [service(vip, 80), service(vip, 8443)], sysctls };
  const blue = new Services({ ...offering(vip, 80), director }, "blue");
  const green = new Services({}, "green");
  let stop: () => Promise<void>;

  beforeAll(async () => {
    stop = await answerHttp(8080);
    await blue.up();
  });

  afterAll(async () => {
    await blue.destroy();
    for (const stack of [blue, green]) stack.forget();
    await stop();
  });

  it("that wants something else of the same is refused, by the names of both, and nothing is changed", async () => {
    const [first, ...rest] = service(vip, 8443).realServers as { address: string }[];
    green.declare({
      director: {
        services: [
          service(vip, 80, { scheduler: "wrr" }),
          service(vip, 8443, { realServers: [{ ...first!, weight: 7 }, ...rest] }),
        ],
        sysctls: { "net.ipv4.vs.expire_nodest_conn": "0" },
      },
    });
    const untouched = () => ofEach((host) => traces(host));
    const before = { traces: await untouched(), fingerprints: await fingerprints() };
    const [mine, theirs] = [owner("green"), owner("blue")];
    const clash = (wanted: string, there: string) =>
      `"${wanted}" is wanted by ${mine}, but ${theirs} has "${there}" there; let one of the two declare it, or make them equal (if that is a former name of this one, see docs/names.md)`;
    const reasons = [
      `[ipvs] ${clash(`-A -t ${vip}:80 -s wrr`, `-A -t ${vip}:80 -s rr`)}`,
      `[ipvs] ${clash(`-a -t ${vip}:8443 -r 198.18.0.21:8443 -g -w 7`, `-a -t ${vip}:8443 -r 198.18.0.21:8443 -g -w 1`)}`,
      `[sysctl] ${clash("net.ipv4.vs.expire_nodest_conn = 0", "net.ipv4.vs.expire_nodest_conn = 1")}`,
    ];
    for (const operation of ["preview", "up"] as const) {
      const { code, stdout, stderr } = await green.try(operation);
      expect(code, operation).not.toBe(0);
      const lines = `${stdout}${stderr}`.split("\n").map((line) => line.trim());
      expect(lines).toContain(`error: d1 (198.18.0.11) cannot be given what ${mine} wants:`);
      expect(lines.filter((line) => line.includes(" is wanted by ")).sort()).toEqual([...reasons].sort());
    }
    for (const [host, now] of Object.entries(await untouched())) {
      expect(touched(before.traces[host]!, now), host).toEqual([]);
    }
    expect(await fingerprints()).toEqual(before.fingerprints);
    await answersInTurn(`http://${vip}/`);
    await blue.unchanged();
  });

  it("that wants the same shares it, and leaves it to the owner that stays", async () => {
    green.declare({ director });
    expect(await linesFed(() => green.up())).toEqual([]);
    expect(await linesFed(() => green.destroy())).toEqual([]);
    await answersInTurn(`http://${vip}/`);
    await blue.unchanged();
  });

  it("is a VirtualService, which comes and goes alone", async () => {
    const [before, fingerprint] = [await ofEach((host) => traces(host)), await fingerprints()];
    const folder = `/var/lib/pulumi-lvs/owners/${owner("blue", "VirtualService").replaceAll("/", "=")}`;
    // It touches nothing of the Director, of their VIP or of a real server, only the files that all owners on the director share.
    const state = "/var/lib/pulumi-lvs";
    const common = [
      "/etc/pulumi-lvs/rules",
      ...["boot/rules", "origins", "readback/owners", "readback/rules"].map((path) => `${state}/${path}`),
    ];
    const touchedBeside = async () => {
      for (const host of hosts) {
        const paths = touched(before[host]!, await traces(host)).filter((path) => !path.startsWith(folder));
        expect(paths, host).toEqual(host === "d1" ? common : []);
      }
    };
    const rules = [
      `-A -t ${vip}:8080 -s rr`,
      ...["21", "22", "23"].map((end) => `-a -t ${vip}:8080 -r 198.18.0.${end}:8080 -g -w 1`),
    ];

    blue.declare({ virtualServices: { api: service(vip, 8080) } });
    expect((await linesFed(() => blue.up())).sort()).toEqual([...rules].sort());
    await touchedBeside();
    await answersInTurn(`http://${vip}:8080/`);
    await answersInTurn(`http://${vip}/`);
    await blue.unchanged();

    blue.declare({ virtualServices: {} });
    const fed = await linesFed(() => blue.up());
    expect(fed.at(-1)).toBe(`-D -t ${vip}:8080`);
    const drained = rules.slice(1).map((rule) => rule.replace(/^-a(.*)1$/, "-e$10"));
    expect(fed.slice(0, -1).sort()).toEqual(drained);
    await touchedBeside();
    await answersInTurn(`http://${vip}/`);
    await blue.unchanged();
    expect(await fingerprints()).toEqual(fingerprint);
  });
});
