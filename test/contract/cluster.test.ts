// A Cluster with more than one director: keepalived elects which of them has the VIPs.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Cluster, type ClusterArgs, KeepalivedPair, VirtualService } from "../../index";
import { program, type Registered, type World } from "./program";
import { connection, d1, d2, r1, r2, vip } from "./samples";

const stdin = (command: Registered | undefined) => String(command?.inputs["stdin"]);
const args: ClusterArgs = {
  vips: [vip],
  directors: [d1, d2],
  realServers: [{ ...r1, weight: 3 }, r2],
  services: [{ port: 80, healthCheck: { http: { path: "/" } } }],
  drain: 7,
};
const declare = (more: Partial<ClusterArgs> = {}, world?: World) =>
  program(() => void new Cluster("web", { ...args, ...more }), world);

const urn = (name: string) => `urn:pulumi:prod::web::lvs:index:Director$command:remote:Command::${name}`;

describe("a Cluster with two directors", () => {
  test("sends each of them what a KeepalivedPair sends", async () => {
    const { commands, error } = await declare({ keepalived: { advertInterval: 0.2, preempt: true } });
    expect(error).toBeUndefined();
    const pair = await program(
      () =>
        void new KeepalivedPair("web", {
          directors: [d1, d2],
          vips: [vip],
          services: [
            {
              port: 80,
              vip,
              healthCheck: { http: { path: "/" } },
              realServers: [{ address: "198.18.0.21", weight: 3 }, { address: "198.18.0.22" }],
            },
          ],
          drain: 7,
          advertInterval: 0.2,
          preempt: true,
        }),
    );
    for (const director of ["web-d1", "web-d2"]) {
      const ours = stdin(commands.get(director)).split("\n");
      const theirs = stdin(pair.commands.get(director)).split("\n");
      expect(theirs).toContain("table = keepalived");
      expect(ours[1]).toBe(`# lvs host document 1, owner web/prod/Director/${director}`);
      const names = ["keepalived-leaves = last", "parents = lvs:index:Cluster"];
      expect(ours.filter((line) => names.includes(line))).toEqual(names);
      expect(ours.slice(2).filter((line) => !names.includes(line))).toEqual(theirs.slice(2));
    }
  });

  test("has a ref for a service that is declared alone, and with one director none", async () => {
    const service = { port: 443, realServers: [{ address: "198.18.0.21" }], connection };
    const { commands, error } = await program(() => {
      const { ref } = new Cluster("web", args);
      new VirtualService("https", { ...service, pair: ref });
    });
    expect(error).toBeUndefined();
    expect([...commands.keys()].filter((name) => name.startsWith("https"))).toEqual(["https-d1", "https-d2"]);
    expect(stdin(commands.get("https-d2"))).toContain(`\n-A -t ${vip}:443 -s wrr\n`);
    const alone = await program(() => {
      expect(new Cluster("web", { ...args, directors: [d1], services: [{ port: 80 }] }).ref).toBeUndefined();
    });
    expect(alone.error).toBeUndefined();
  });

  test("has each wait for the one before, and for its release", async () => {
    const { commands } = await declare();
    const of = (name: string) => commands.get(name)?.options.dependencies.sort();
    expect(of("web-d1")).toEqual([]);
    expect(of("web-d2")).toEqual([urn("web-d1"), urn("web-d1-release")]);
  });

  test("knows a director by the same names when there is one, and removes keepalived last", async () => {
    const [two, one] = [await declare(), await declare({ directors: [d1], services: [{ port: 80 }] })];
    expect(one.error).toBeUndefined();
    const known = ({ resources }: typeof one) =>
      resources
        .filter(({ name }) => name.startsWith("web-d1"))
        .map(({ type, name, options }) => [type, name, options.parent]);
    expect(known(one)).toEqual(known(two));
    const triggers = ({ commands }: typeof one) =>
      commands.get("web-d1-release")?.inputs["triggers"] as unknown;
    expect([triggers(one), triggers(two)]).toEqual([[], ["keepalived"]]);
    expect(stdin(one.commands.get("web-d1"))).toContain("\nkeepalived-leaves = last\n");
  });

  test.each([[[d1]], [[d1, d2]]])("takes settings of IPVS for its directors (%#)", async (directors) => {
    const { commands, error } = await declare({
      directors,
      services: [{ port: 80 }],
      ipvs: pulumi.output({ syncThreshold: { threshold: 1, period: 9 }, sloppyTcp: pulumi.output(true) }),
    });
    expect(error).toBeUndefined();
    for (const { name } of directors)
      expect(stdin(commands.get(`web-${name}`)).match(/^net\..*/gm)).toEqual([
        "net.ipv4.vs.conn_reuse_mode = 2",
        "net.ipv4.vs.sloppy_tcp = 1",
        "net.ipv4.vs.sync_threshold = 1 9",
      ]);
  });

  test("takes sysctls for its directors, and passwords that no document holds", async () => {
    const { commands } = await declare({
      sysctls: { "net.ipv4.vs.expire_nodest_conn": "1" },
      keepalived: { vrrpVersion: 2, password: "tango" },
    });
    const document = stdin(commands.get("web-d2"));
    expect(document).toContain("\nnet.ipv4.vs.expire_nodest_conn = 1\n");
    expect(document).not.toContain("tango");
    expect(commands.get("web-d2")?.options.dependencies).toContain(urn("web-d2-secrets"));
  });

  test("is told what is wrong with it where it stands", async () => {
    const { error, resources } = await declare({
      directors: [
        { ...d1, priority: 100 },
        { ...d2, priority: 100 },
      ],
      keepalived: {
        advertInterval: 0.001,
        virtualRouterId: 0,
        trackScripts: [{ name: "a b", script: "true" }],
      },
      services: [
        { port: 0, persistence: {}, healthCheck: { tcp: {} } },
        { port: 81, quorum: 9 },
      ],
    });
    const paths = error?.message.match(/^ {2}[^ ]+(?=: )/gm)?.map((each) => each.trim());
    expect(paths?.sort()).toEqual([
      "directors[1].priority",
      "keepalived.advertInterval",
      "keepalived.trackScripts[0].name",
      "keepalived.virtualRouterId",
      "services[0].healthCheck.tcp.port",
      "services[1].quorum",
    ]);
    expect(resources.map(({ type }) => type)).toEqual(["lvs:index:Cluster"]);
  });
});

test("a Cluster with one director takes what only keepalived uses, and warns of it in previews", async () => {
  const more = { directors: [{ ...d1, priority: 7 }], keepalived: { advertInterval: 2 } };
  const preview = await declare(more, { preview: true });
  expect(preview.error).toBeUndefined();
  const does =
    "does nothing with one director: only keepalived uses it, which runs on two or more; add a director, or leave it out";
  expect(preview.logs.filter((line) => line.includes("one director"))).toEqual(
    ["directors[0].priority", "keepalived", "services[0].healthCheck"].map(
      (path) => expect.stringContaining(`${path} ${does}`) as unknown,
    ),
  );
  const { logs, commands } = await declare(more);
  expect(logs).toEqual([]);
  const plain = await declare({ directors: [d1], services: [{ port: 80 }] });
  const name = "web-d1";
  expect(stdin(commands.get(name))).toBe(stdin(plain.commands.get(name)));
});

test.each<[string, Partial<ClusterArgs>, string]>([
  [
    "settings of keepalived that are an Output",
    { keepalived: pulumi.output({ preempt: true }) },
    "keepalived: must be known when the program starts: only its members may be Outputs",
  ],
  [
    "a sorry server that is a director",
    { services: [{ port: 80, sorryServer: { address: "198.18.0.12" } }] },
    "services[0].sorryServer.address: ",
  ],
  [
    "a sorry server that is a VIP",
    { services: [{ port: 80, sorryServer: { address: vip } }] },
    `services[0].sorryServer.address: "${vip}" is a VIP of this pair: give a host's own address`,
  ],
  [
    "a sorry server that is a real server",
    { services: [{ port: 80, sorryServer: { address: "198.18.0.22" } }] },
    'services[0].sorryServer.address: "198.18.0.22" is real server realServers[1] as well',
  ],
  [
    "a health check of one real server",
    { realServers: [{ ...r1, healthCheck: { tcp: {} } } as ClusterArgs["realServers"][0]] },
    "realServers[0].healthCheck: cannot be had of one real server in a Cluster",
  ],
  [
    "thresholds that do not fit",
    { realServers: [{ ...r1, upperThreshold: 5, lowerThreshold: 6 }] },
    "realServers[0].lowerThreshold: 6 is above upperThreshold, which is 5",
  ],
])("a Cluster refuses %s", async (_what, more, sentence) => {
  const { error, resources } = await declare(more);
  expect(error?.message).toMatch(/^an argument cannot be used:\n/);
  expect(error?.message).toContain(`  ${sentence}`);
  expect(resources.map(({ type }) => type)).toEqual(["lvs:index:Cluster"]);
});

test("thresholds of a Cluster's real servers are in its rules", async () => {
  const { commands } = await declare({ realServers: [{ ...r1, upperThreshold: 5, lowerThreshold: 3 }] });
  expect(stdin(commands.get("web-d1"))).toContain(
    "\n-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1 -x 5 -y 3\n",
  );
});
