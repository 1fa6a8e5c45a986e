// Facts of forwarding on a host: interfaces in whose network an address is, and the plan of links, routes and ip rules.
import { describe, expect, it } from "vitest";
import { runAwk, runPlan, type Facts } from "./awk";

const shown = [
  "1: lo    inet 127.0.0.1/8 scope host lo",
  "2: eth0    inet 198.18.0.11/24 brd 198.18.0.255 scope global eth0",
  "2: eth0    inet 198.18.0.100/32 scope global eth0",
  "2: eth0    inet6 fd18::11/64 scope global",
  "3: bond0.7    inet 10.0.0.2/8 scope global bond0.7",
  "4: eth2    inet 10.1.0.1/16 scope global eth2",
];

/** The facts that the host reads from a document with this body. */
function read(...body: string[]): string[] {
  return runAwk("DOCUMENT_AWK", [
    "keepalived=2.2.8",
    "tag=A",
    { text: shown.map((line) => `${line}\\       valid_lft forever\n`).join("") },
    "tag=D",
    { text: ["# lvs host document 1, owner web/prod/Director/d1", ...body, "# end", ""].join("\n") },
  ]).map((line) => line.replaceAll("\t", " | "));
}

describe("the interface by which an address is a neighbour", () => {
  it.each([
    ["198.18.0.10", "eth0"],
    ["10.200.0.1", "bond0.7"],
    ["10.1.200.1", "eth2"],
    ["127.9.9.9", "lo"],
  ])("%s: %s", (address, device) => {
    const [sysctl, placed, route] = read(
      "[sysctl]",
      `net.ipv4.conf.@to:${address}.forwarding = 1`,
      "[addresses]",
      `${address}/32 dev @to:${address}`,
      "[routes]",
      `default via ${address} dev @to:${address} table 7000`,
    );
    expect(sysctl).toBe(`sysctl | net.ipv4.conf.${device.replace(".", "/")}.forwarding = 1`);
    expect(placed).toBe(`addresses | ${address}/32 dev ${device}`);
    expect(route).toBe(`routes | default via ${address} dev ${device} table 7000`);
  });

  it("is that of a network that has it, though it was added alone as well", () => {
    expect(read("[routes]", "default via 198.18.0.100 dev @to:198.18.0.100 table 7000")).toEqual([
      "routes | default via 198.18.0.100 dev eth0 table 7000",
    ]);
  });

  it("is none where the host is in no network of the address, which is said", () => {
    const fact = "default via 198.18.1.10 dev @to:198.18.1.10 table 7000";
    expect(read("[routes]", fact)).toEqual([
      `! | 198.18.1.10 is in no network of this host, so "${fact}" cannot be placed; give an address of a network that the host has an interface in`,
    ]);
  });

  it("does not get an address that the host has by itself, and gets one that was added alone, as we add it", () => {
    expect(
      read("[addresses]", "10.1.0.1/32 dev @to:10.1.0.1", "198.18.0.100/32 dev @to:198.18.0.100"),
    ).toEqual(["addresses | 198.18.0.100/32 dev eth0"]);
  });

  it("cannot move between directors where one of them has it by itself", () => {
    const wanted = [
      "[settings]",
      "table = keepalived",
      "[addresses]",
      "10.1.0.1/32 dev @to:10.1.0.1",
    ] as const;
    expect(read(...wanted)).toEqual([
      "keeper | keepalived",
      "! | 10.1.0.1 is an address that this host has by itself, so it cannot move between the directors: remove it from the host, or give another gateway",
    ]);
  });

  it("is no network of an address that stands alone", () => {
    expect(read("[addresses]", "198.18.0.101/32 dev @to:198.18.0.101")).toEqual([
      "addresses | 198.18.0.101/32 dev eth0",
    ]);
  });
});

describe("interfaces in keepalived's configuration", () => {
  const file = "/etc/keepalived/keepalived.conf mode=0640 owner=root group=root";
  const content = (...lines: string[]) =>
    read("[keepalived]", file, ...lines.map((line) => `| ${line}`))
      .map((line) =>
        line
          .replace(/.* content=/, "")
          .replaceAll("\\n", "\n")
          .trimEnd(),
      )
      .join("\n");
  const instance = (gateway: string) => [
    "vrrp_instance VI_1 {",
    "    interface @{interface:198.18.0.11}",
    "    virtual_ipaddress {",
    `        ${gateway}/32 dev @{interface:to:${gateway}}`,
    "    }",
    "    track_interface {",
    `        @{interface:to:${gateway}}`,
    "    }",
    "}",
  ];

  it("are found for a gateway as well, which is tracked", () => {
    expect(content(...instance("10.1.0.9"))).toBe(
      [
        "vrrp_instance VI_1 {",
        "    interface eth0",
        "    virtual_ipaddress {",
        "        10.1.0.9/32 dev eth2",
        "    }",
        "    track_interface {",
        "        eth2",
        "    }",
        "}",
      ].join("\n"),
    );
  });

  it("are not tracked where they are the instance's own, which keepalived would refuse", () => {
    expect(content(...instance("198.18.0.9"))).toBe(
      [
        "vrrp_instance VI_1 {",
        "    interface eth0",
        "    virtual_ipaddress {",
        "        198.18.0.9/32 dev eth0",
        "    }",
        "    track_interface {",
        "    }",
        "}",
      ].join("\n"),
    );
  });

  it("that are none are an error", () => {
    expect(content(...instance("198.18.1.9"))).toContain(
      "198.18.1.9 is in no network of this host, so keepalived cannot be told by which interface it is reached",
    );
  });
});

const table = 3323068427;
const route = `routes default via 198.18.0.11 dev eth0 table ${table}`;
const rules = [
  "policies 7113: from 198.18.0.21 ipproto tcp sport 80 lookup main suppress_prefixlength 0",
  `policies 7114: from 198.18.0.21 ipproto tcp sport 80 lookup ${table}`,
];
const link = "links tunl0 up";
const all = [link, route, ...rules];
/** A fact as the plan names it: its section, and all of it. */
const named = (fact: string) => fact.replace(" ", " | ");
const nothingBefore = all.map(
  (fact) => `${fact.replace(/ /, "\t").replace(/^links\t.*/, "links\ttunl0")}\t-`,
);

describe("the plan of links, routes and ip rules", () => {
  const withLink = (live: string[]): Facts => ({ desired: all, live });

  it("sets what is not there, and writes down that it was not", () => {
    expect(runPlan("plan", withLink(["links tunl0 down"]))).toEqual([
      "origin | links | tunl0 | tunl0 down",
      "set | links | tunl0 | tunl0 up | tunl0 down",
      ...[route, ...rules].flatMap((fact) => {
        const fields = named(fact);
        return [`origin | ${fields} | -`, `set | ${fields} | ${fields.split(" | ")[1]} | -`];
      }),
    ]);
  });

  it("has nothing to do where all is there, and remembers that it was there before", () => {
    expect(runPlan("plan", withLink(all)).filter((line) => !line.startsWith("origin"))).toEqual([]);
    expect(runPlan("plan", { desired: all, last: all, origins: nothingBefore, live: all })).toEqual([]);
  });

  it("gives back what has left the document, unless another owner has the same", () => {
    const facts: Facts = { last: all, origins: nothingBefore, live: all };
    expect(runPlan("plan", facts)).toEqual([
      "unset | links | tunl0 | - | tunl0 up",
      ...[route, ...rules].map((fact) => `unset | ${named(fact)} | - | ${named(fact).split(" | ")[1]}`),
    ]);
    expect(runPlan("plan", { ...facts, others: { "other/dev/RealServer/x": all } })).toEqual([]);
  });

  it("loads all of them after a boot, in this order", () => {
    expect(runPlan("boot", { desired: all })).toEqual(all.map((fact) => `boot | ${named(fact)}`));
  });
});

describe("drift", () => {
  const facts = (live: string[]): Facts => ({
    same: true,
    desired: all,
    last: all,
    origins: nothingBefore,
    live,
  });

  it.each<[string, string[], string[]]>([
    ["none", all, []],
    [
      "a tunnel's device that is down",
      ["links tunl0 down", route, ...rules],
      ["lost | links | tunl0 up", "found | links | tunl0 down"],
    ],
    ["a tunnel's device that has gone", [route, ...rules], ["lost | links | tunl0 up"]],
    ["a route that was removed", [link, ...rules], [`lost | ${named(route)}`]],
    ["a rule that was removed", [link, route, rules[1]!], [`lost | ${named(rules[0]!)}`]],
    ["a rule of somebody else at our priority", [...all, "policies 7114: from all fwmark 0x1 lookup 7"], []],
  ])("%s", (_, live, expected) => {
    expect(runPlan("observe", facts(live))).toEqual(expected);
    expect(runPlan("verify", facts(live))).toEqual(expected);
  });

  it("is a gateway that is behind another interface now", () => {
    const now = route.replace("eth0", "bond0");
    expect(runPlan("observe", { same: true, desired: [now], last: [route], live: [route] })).toEqual([
      `lost | ${named(now)}`,
      `found | ${named(route)}`,
    ]);
  });
});

describe("what was given back", () => {
  it("and is there still is named, but for a tunnel's device that went with its module", () => {
    const facts: Facts = {
      last: all,
      origins: nothingBefore.map((line) => line.replace("tunl0\t-", "tunl0\ttunl0 down")),
    };
    expect(runPlan("verify", facts)).toEqual([]);
    expect(runPlan("verify", { ...facts, live: all })).toEqual([
      "unrestored | links | tunl0 down",
      "stays | links | tunl0 up",
      ...[route, ...rules].map((fact) => `stays | ${named(fact)}`),
    ]);
  });
});
