// What a KeepalivedPair registers: a document for each director, and the parts that it shares with its VirtualServices.
import * as pulumi from "@pulumi/pulumi";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { stop } from "../../components/declare/stop";
import { KeepalivedPair, type KeepalivedPairArgs, VirtualService } from "../../index";
import { inClear, isSecret, notKnown, program, type Registered, type World } from "./program";
import { connection, d1, d2, service, vip } from "./samples";

const stdin = (command: Registered | undefined) => String(command?.inputs["stdin"]);
const names = (commands: Map<string, Registered>) => [...commands.keys()].sort();

function pair(more: Partial<KeepalivedPairArgs> = {}, world?: World) {
  const args = { directors: [d1, d2], ...(more.instances ? {} : { vips: [vip] }), ...more };
  return program(() => void new KeepalivedPair("lb", args), world);
}

/** The lines of one of keepalived's own files, as the document has them. */
function file(command: Registered | undefined, path: string): string[] {
  const lines = stdin(command).split("\n");
  const from = lines.findIndex((line) => line.startsWith(`${path} `)) + 1;
  const length = lines.slice(from).findIndex((line) => !line.startsWith("|"));
  return from === 0 ? [] : lines.slice(from, from + length).map((line) => line.replace(/^\|[^ ]* /, ""));
}

const main = "/etc/keepalived/keepalived.conf";

/** A block of a file, with its brackets. */
function block(lines: string[], head: string): string[] {
  const from = lines.findIndex((line) => line.trim() === `${head} {`);
  const indent = /^ */.exec(lines[from] ?? "")?.[0] ?? "";
  const length = lines.slice(from).findIndex((line) => line === `${indent}}`) + 1;
  return from < 0 ? [] : lines.slice(from, from + length).map((line) => line.slice(indent.length));
}

describe("KeepalivedPair", () => {
  test("sends each director a document of its own, and nothing else", async () => {
    const { resources, commands, error } = await pair({ services: [service] });
    expect(error).toBeUndefined();
    expect(names(commands)).toEqual(["lb-d1", "lb-d2"]);
    expect(
      resources.map(({ type, name, inputs }) => (type.startsWith("lvs:") ? [name, inputs] : name)),
    ).toEqual([["lb", {}], "lb-d1", "lb-d2"]);
    for (const command of commands.values()) {
      expect(isSecret(command.inputs["stdin"])).toBe(false);
    }
    expect([...commands.values()].map(({ options }) => options.dependencies)).toEqual([[], []]);
  });

  test("has two documents that differ where the directors do", async () => {
    const { commands } = await pair({ services: [service] });
    const [first, second] = ["lb-d1", "lb-d2"].map((name) => stdin(commands.get(name)).split("\n"));
    const differing = (first ?? []).flatMap((line, index) =>
      line === second?.[index] ? [] : [[line, second?.[index]]],
    );
    expect(first).toHaveLength(second?.length ?? 0);
    expect(differing.filter(([line]) => !line?.includes("KeepalivedPair"))).toEqual([
      // (What firewalld lets through, where it runs.)
      ["accept 8848/udp from 198.18.0.12 dev eth0", "accept 8848/udp from 198.18.0.11 dev eth0"],
      ["accept vrrp from 198.18.0.12 dev eth0", "accept vrrp from 198.18.0.11 dev eth0"],
      ["|     priority 150", "|     priority 140"],
      ["|     unicast_src_ip 198.18.0.11", "|     unicast_src_ip 198.18.0.12"],
      ["|         198.18.0.12", "|         198.18.0.11"],
    ]);
  });

  test("leaves firewalld alone, or only checks it, where its user says so", async () => {
    const text = async (firewall: "check" | "off") => {
      const { commands, error } = await pair({ services: [service], firewall });
      expect(error).toBeUndefined();
      return stdin(commands.get("lb-d1"));
    };
    expect(await text("off")).not.toMatch(/^\[openings\]$|^notrack |^firewall = /m);
    expect(await text("check")).toMatch(/^firewall = check$[^]*^notrack [^]*^accept vrrp /m);
  });

  test("tells in clear what it offers and who offers it, with no word of how to log in", async () => {
    let lb: KeepalivedPair | undefined;
    await program(() => {
      const services = [
        { port: 80, realServers: service.realServers },
        { ...service, port: 443 },
      ];
      lb = new KeepalivedPair("lb", { directors: [d1, d2], vips: [vip, "198.18.0.101"], services });
    });
    expect(await inClear(lb!.vips, lb!.endpoints, lb!.ref)).toEqual([
      [vip, "198.18.0.101"],
      ["198.18.0.100:80", "198.18.0.101:80", "198.18.0.100:443"],
      {
        vips: [vip, "198.18.0.101"],
        directors: [
          { name: "d1", address: "198.18.0.11", interface: "eth0" },
          { name: "d2", address: "198.18.0.12", interface: "eth0" },
        ],
      },
    ]);
  });

  test("offers a service without a VIP on each of its VIPs", async () => {
    const { commands, error } = await pair({
      vips: [vip, "198.18.0.101"],
      services: [{ port: 80, realServers: service.realServers }],
    });
    expect(error).toBeUndefined();
    expect(stdin(commands.get("lb-d1")).match(/^-A .*/gm)).toEqual([
      "-A -t 198.18.0.100:80 -s wrr",
      "-A -t 198.18.0.101:80 -s wrr",
    ]);
  });

  test("takes directors whose addresses come from other resources", async () => {
    const moving = [d1, d2].map((host) => ({ ...host, address: pulumi.output(host.address) }));
    const { commands, error } = await pair({ directors: moving, services: [service] });
    expect(error).toBeUndefined();
    expect(names(commands)).toEqual(["lb-d1", "lb-d2"]);
    expect(block(file(commands.get("lb-d1"), main), "unicast_peer")).toEqual([
      "unicast_peer {",
      "    198.18.0.12",
      "}",
    ]);
  });

  test("makes each instance a block, and each sync group one of its names", async () => {
    const { commands, error } = await pair({
      directors: [d1, { ...d2, priority: 200 }],
      instances: [
        { name: "VI_1", vips: [vip], priorities: [30, 20] },
        {
          name: "inner",
          vips: ["198.18.1.200"],
          interface: "eth1",
          virtualRouterId: 7,
          priorities: [90, 80],
        },
      ],
      syncGroups: [{ name: "VG_1", instances: ["VI_1", "inner"], notify: { master: "logger up" } }],
      services: [service, { ...service, vip: "198.18.1.200" }],
      connectionSync: { instance: "inner" },
    });
    expect(error).toBeUndefined();
    const lines = file(commands.get("lb-d2"), main);
    expect(block(lines, "vrrp_instance inner")).toMatchInlineSnapshot(`
      [
        "vrrp_instance inner {",
        "    state BACKUP",
        "    interface eth0",
        "    virtual_router_id 7",
        "    priority 80",
        "    advert_int 1",
        "    nopreempt",
        "    unicast_src_ip 198.18.0.12",
        "    unicast_peer {",
        "        198.18.0.11",
        "    }",
        "    virtual_ipaddress {",
        "        198.18.1.200/32 dev eth1",
        "    }",
        "}",
      ]
    `);
    expect(block(lines, "vrrp_instance VI_1").filter((line) => /priority|router_id|dev/.test(line))).toEqual([
      "    virtual_router_id 100",
      "    priority 20",
    ]);
    expect(block(lines, "vrrp_sync_group VG_1")).toMatchInlineSnapshot(`
      [
        "vrrp_sync_group VG_1 {",
        "    group {",
        "        VI_1",
        "        inner",
        "    }",
        "    notify_master "/usr/libexec/keepalived/pulumi-lvs=pair=group=VG_1=master GROUP VG_1 MASTER"",
        "}",
      ]
    `);
    expect(lines.find((line) => line.includes("lvs_sync_daemon"))).toBe(
      "    lvs_sync_daemon eth0 inner id 7",
    );
    expect(stdin(commands.get("lb-d2")).match(/^198.* dev .*/gm)).toEqual([
      "198.18.0.100/32 dev eth0",
      "198.18.1.200/32 dev eth1",
    ]);
  });

  test("says all that is wrong at once, each with its place and what stands there, before it makes anything", async () => {
    const { error, resources, runs } = await pair({
      directors: [
        { ...d1, priority: 255 },
        { ...d2, address: d1.address },
      ],
      vips: ["198.18.0.11", "198.18.0.300"],
      vrrpVersion: 4,
      advertInterval: 0,
      preemptDelay: 5,
      trackProcesses: [{ name: "p", process: 'a"b', parameters: ["{"] }],
      trackScripts: [{ name: "a b", script: "" }],
      notify: { master: "a\r" },
      garp: { repeat: 0 },
      connectionSync: { instance: "other", group: "198.18.0.1" },
      verbatim: "}",
      verbatimBlocks: "a {",
      services: [
        {
          ...service,
          healthCheck: { http: { path: "x" }, none: true },
          quorum: 9,
          sorryServer: { address: "198.18.0.21" },
          verbatim: "include /etc/passwd",
        },
        service,
      ],
    });
    const lines = error?.message.split("\n").map((line) => line.trim()) ?? [];
    expect(lines).toMatchInlineSnapshot(`
      [
        "23 arguments cannot be used:",
        "directors[0].priority: 255 is not a priority: give a whole number from 1 to 254",
        "vips[1]: "198.18.0.300" is not an address such as 192.0.2.10 or 2001:db8::10",
        "services[0].healthCheck.http.path: "x" is not a path such as /healthz: it begins with a slash and holds what RFC 3986 allows, at most 500 characters, a $ written as %24",
        "services[0].healthCheck.http: contradicts none, which is true",
        "services[0].verbatim, line 1: "include /etc/passwd" includes another file, which nobody would look after: give its text",
        "services[0].quorum: 9 can never be reached: the real servers' weights come to 1",
        "services[0].sorryServer.address: "198.18.0.21" is real server services[0].realServers[0] as well, and keepalived takes one for the other: give another one",
        "vrrpVersion: 4 is not a version of VRRP: give 2 or 3",
        "advertInterval: 0 is not a time in seconds: give a number above 0",
        "notify.master: "a\\r" holds a control character: a script may hold text, tabs and line feeds only",
        "trackProcesses[0].process: "a\\"b" is not a process's name: keepalived's configuration cannot hold "\\"" there",
        "trackProcesses[0].parameters[0]: "{" is not a parameter: keepalived's configuration cannot hold "{" there",
        "trackScripts[0].name: "a b" is not a tracker's name: at most 32 letters, digits, dots, dashes and underscores",
        "trackScripts[0].script: "" is not a script: give its text",
        "garp.repeat: 0 is not a number of messages: give a whole number from 1 to 100",
        "connectionSync.group: "198.18.0.1" is not a multicast group: an IPv4 address from 224.0.0.0 to 239.255.255.255, or an IPv6 address such as ff02::81",
        "verbatim, line 1: "}" closes a block that it did not open",
        "verbatimBlocks, line 1: "a {" opens a block that nothing closes: give its } as well",
        "directors[1].address: "198.18.0.11" is already there, at directors[0]",
        "services[1]: tcp 198.18.0.100:80 is already there, at services[0]",
        "vips[0]: "198.18.0.11" is a host's own address, so it could never move: give an address that no host has",
        "preemptDelay: 5 goes only with preempt, which is false",
        "connectionSync.instance: "other" is none of the instances: VI_1",
      ]
    `);
    expect(resources.map(({ type }) => type)).toEqual(["lvs:index:KeepalivedPair"]);
    expect(runs).toEqual([]);
  });

  test("says so too of what is known only later, before any host is looked at", async () => {
    const { error, commands, runs } = await pair({
      trackProcesses: pulumi.output([{ name: "p", process: "$x" }]),
      verbatim: pulumi.output("a {"),
    });
    expect(error?.stack?.split("\n").map((line) => line.trim())).toEqual([
      "2 arguments cannot be used:",
      'trackProcesses[0].process: "$x" is not a process\'s name: keepalived\'s configuration cannot hold "$" there',
      'verbatim, line 1: "a {" opens a block that nothing closes: give its } as well',
    ]);
    expect([commands.size, runs.length]).toEqual([0, 0]);
  });
});

describe("a VirtualService on a pair", () => {
  const declare = (more: Partial<ConstructorParameters<typeof VirtualService>[1]> = {}, world?: World) =>
    program(() => {
      const { ref } = new KeepalivedPair("lb", { directors: [d1, d2], vips: [vip] });
      new VirtualService("http", { ...service, pair: ref, connection, ...more });
    }, world);

  test("is a file of its own on each director, which the pair's main file includes", async () => {
    const { commands, error } = await declare({ drain: 5, healthCheck: { http: { path: "/healthz" } } });
    expect(error).toBeUndefined();
    expect(names(commands)).toEqual(["http-d1", "http-d2", "lb-d1", "lb-d2"]);
    expect(stdin(commands.get("http-d1"))).toMatchInlineSnapshot(`
      "# generation 1
      # lvs host document 1, owner web/prod/VirtualService/http-d1
      [settings]
      drain = 5
      table = keepalived
      [packages]
      ipvsadm
      [modules]
      ip_vs
      ip_vs_wrr
      [ipvs]
      -A -t 198.18.0.100:80 -s wrr
      -a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1
      [firewall]
      notrack tcp 80 to 198.18.0.100
      [openings]
      accept 80/tcp to 198.18.0.100 dev eth0
      [keepalived]
      /etc/keepalived/conf.d/tcp=198.18.0.100=80.conf mode=0640 owner=root group=root
      | # Written by @pulumi-lvs/lvs: what is changed here by hand is changed back
      | virtual_server 198.18.0.100 80 {
      |     delay_loop 5
      |     lvs_sched wrr
      |     lvs_method DR
      |     protocol TCP
      |     real_server 198.18.0.21 80 {
      |         weight 1
      |         HTTP_GET {
      |             connect_timeout 3
      |<1.3.7|             nb_get_retry 1
      |>=1.3.7|             retry 1
      |             delay_before_retry 1
      |             url {
      |                 path "/healthz"
      |                 status_code 200
      |             }
      |         }
      |     }
      | }
      # end
      "
    `);
    expect(file(commands.get("lb-d1"), main).at(-1)).toBe("include /etc/keepalived/conf.d/*.conf");
    expect(isSecret(commands.get("http-d1")?.inputs["stdin"])).toBe(false);
  });

  test("leaves kernel parameters to the pair, but for those that it is given", async () => {
    const { commands } = await declare({ sysctls: { "net.ipv4.vs.expire_nodest_conn": "1" } });
    expect(stdin(commands.get("http-d1")).match(/^net\..*/gm)).toEqual([
      "net.ipv4.vs.expire_nodest_conn = 1",
    ]);
  });

  test("sets what persistence needs, unless it is told otherwise", async () => {
    const setting = async (more: Parameters<typeof declare>[0]) =>
      stdin((await declare(more)).commands.get("http-d1")).match(/^net\..*/gm);
    expect(await setting({ persistence: {} })).toEqual(["net.ipv4.vs.expire_quiescent_template = 1"]);
    expect(await setting({ persistence: {}, ipvs: { expireQuiescentTemplate: false } })).toEqual([
      "net.ipv4.vs.expire_quiescent_template = 0",
    ]);
  });

  test("by NAT brings what NAT needs, and nothing that the pair sets", async () => {
    const { commands, error } = await declare({ forwarding: "nat" });
    expect(error).toBeUndefined();
    expect(stdin(commands.get("http-d1")).match(/^net\..*/gm)).toEqual([
      "net.ipv4.conf.@198.18.0.11.forwarding = 1",
      "net.ipv4.conf.@198.18.0.11.send_redirects = 0",
      "net.ipv4.conf.all.send_redirects = 0",
    ]);
  });

  test("needs a VIP of the pair's", async () => {
    const { error } = await declare({ vip: "198.18.0.101" });
    expect(error?.message).toContain(`vip: "198.18.0.101" is none of the pair's VIPs: 198.18.0.100`);
  });

  test("is on each of the pair's VIPs without one, with a file for each", async () => {
    const { commands, error } = await program(() => {
      const { ref } = new KeepalivedPair("lb", { directors: [d1, d2], vips: [vip, "198.18.0.101"] });
      const { port, realServers } = service;
      new VirtualService("http", { port, realServers, pair: ref, connection });
    });
    expect(error).toBeUndefined();
    const text = stdin(commands.get("http-d2"));
    expect(text.match(/^-A .*/gm)).toEqual(["-A -t 198.18.0.100:80 -s wrr", "-A -t 198.18.0.101:80 -s wrr"]);
    expect(text.match(/^\/etc\S+/gm)).toEqual([
      "/etc/keepalived/conf.d/tcp=198.18.0.100=80.conf",
      "/etc/keepalived/conf.d/tcp=198.18.0.101=80.conf",
    ]);
  });

  test("takes the pair as data of another stack, and directors of its own choice", async () => {
    const ref = {
      vips: [vip],
      directors: [
        { name: "d1", address: "198.18.0.11" },
        { name: "d2", address: "198.18.0.12" },
      ],
    };
    const named = async (more: object) => {
      const { commands, error } = await program(
        () => void new VirtualService("http", { ...service, connection, ...more }),
      );
      expect(error).toBeUndefined();
      return names(commands);
    };
    expect(await named({ pair: ref })).toEqual(["http-d1", "http-d2"]);
    expect(await named({ pair: pulumi.output(ref) })).toEqual(["http-d1", "http-d2"]);
    expect(await named({ pair: pulumi.secret(ref) })).toEqual(["http-d1", "http-d2"]);
    expect(await named({ pair: ref, directors: [d2] })).toEqual(["http-d2"]);
  });

  test("says that its directors are not known yet, and shows them if they are given as well", async () => {
    const unknown = (more: object) =>
      program(
        () => {
          const pair = notKnown({ vips: [vip], directors: [] });
          new VirtualService("http", { ...service, pair, connection, ...more });
        },
        { preview: true },
      );
    const { commands, logs } = await unknown({});
    expect(names(commands)).toEqual([]);
    expect(JSON.stringify(logs)).toContain("does not know which directors the pair has");
    expect(names((await unknown({ directors: [d1, d2] })).commands)).toEqual(["http-d1", "http-d2"]);
  });

  test("shows its directors where an address of a pair of the same program is not known yet", async () => {
    const { commands } = await program(
      () => {
        const directors = [{ ...d1, address: notKnown("198.18.0.11") }, d2];
        const { ref } = new KeepalivedPair("lb", { directors, vips: [vip] });
        new VirtualService("http", { ...service, pair: ref, connection });
      },
      { preview: true },
    );
    expect(names(commands)).toEqual(["http-d1", "http-d2", "lb-d1", "lb-d2"]);
  });

  test("knows by the ref what the pair's program says about the systems of its hosts", async () => {
    const { commands } = await program(() => {
      const directors = [
        { ...d1, assumeRelease: "debian12" },
        { ...d2, installPackages: false },
      ];
      const { ref } = new KeepalivedPair("lb", { directors, vips: [vip] });
      new VirtualService("http", { ...service, pair: ref, connection });
    });
    for (const name of ["lb", "http"]) {
      expect(stdin(commands.get(`${name}-d1`))).toContain("\n[settings]\nassume-release = debian12\n");
      expect(stdin(commands.get(`${name}-d1`))).not.toContain("install-packages");
      expect(stdin(commands.get(`${name}-d2`))).toContain("\ninstall-packages = no\n");
      expect(stdin(commands.get(`${name}-d2`))).not.toContain("assume-release");
    }
  });

  test("is waited for, by the changes of all its directors", async () => {
    const { resources } = await program(() => {
      const { ref } = new KeepalivedPair("lb", { directors: [d1, d2], vips: [vip] });
      const http = new VirtualService("http", { ...service, pair: ref, connection });
      new VirtualService("after", { ...service, port: 81, pair: ref, connection }, { dependsOn: http });
    });
    const after = resources.find(({ type, name }) => type === "lvs:index:VirtualService" && name === "after");
    expect(after?.options.dependencies.map((urn) => urn.split("::").at(-1)).sort()).toEqual([
      "http-d1",
      "http-d2",
    ]);
  });

  test("is told at once what is wrong with it, before the pair is known to Pulumi", async () => {
    let error: Error | undefined;
    await program(() => {
      const { ref } = new KeepalivedPair("lb", { directors: [d1, d2], vips: [vip] });
      try {
        new VirtualService("http", { ...service, vip: "198.18.0.9", pair: ref });
      } catch (thrown) {
        error = thrown as Error;
      }
    });
    expect(error?.message.split("\n").map((line) => line.trim())).toEqual([
      "2 arguments cannot be used:",
      `vip: "198.18.0.9" is none of the pair's VIPs: 198.18.0.100`,
      "connection: missing: say how to log in to the host, here or for all hosts of the component",
    ]);
  });

  test("of which nothing is there in the end is refused in words", async () => {
    const nothing = pulumi.output(undefined) as never;
    const { error, commands } = await program(
      () => void new VirtualService("http", { ...service, pair: nothing, directors: [d1] }),
    );
    expect(error?.message).toContain("pair: missing: give the ref of a KeepalivedPair");
    expect(names(commands)).toEqual([]);
  });

  test("says all that is wrong at once", async () => {
    const { error } = await declare({ quorum: 2, hysteresis: 2, verbatim: "}\ninclude x" });
    expect(error?.message.split("\n").map((line) => line.trim())).toEqual([
      "4 arguments cannot be used:",
      'verbatim, line 1: "}" closes a block that it did not open',
      'verbatim, line 2: "include x" includes another file, which nobody would look after: give its text',
      "quorum: 2 can never be reached: the real servers' weights come to 1",
      "hysteresis: 2 must be less than the quorum, which is 2",
    ]);
  });
});

test("an error that names a component is short however it is looked at", async () => {
  let error: Error | undefined;
  await program(() => {
    const component = new KeepalivedPair("lb", { directors: [d1, d2], vips: [vip], services: [service] });
    error = stop(component, "the reason");
  });
  expect(inspect(error).length).toBeLessThan(200);
});
