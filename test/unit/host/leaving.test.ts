// Addresses, and keepalived, that have left their document and are given back last.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { awkProgram, singleQuoted } from "../../../components/host/program";
import { eachFolder } from "./folder";
import { runShell, stateParts } from "./shell";

let mine: string;

eachFolder((made) => {
  mine = made;
});

const last = ["[settings]", "addresses-leave = last"];
const address = (end: number) => `addresses\t198.18.0.${end}/32 dev lo\n`;
const setting = "sysctl\tnet.ipv4.conf.all.arp_ignore = 1\n";

/** The wanted facts: for a document with address 100 and these settings, and these files in its owner's folder. */
async function wanted(
  settings: string[],
  kept: Record<string, string>,
  releasing = "",
  shown = 'printf %s "$PLAIN"',
): Promise<string> {
  for (const [file, text] of Object.entries(kept)) writeFileSync(join(mine, file), text);
  const document = [
    "# lvs host document 1, owner web/prod/RealServer/r1",
    ...settings,
    "[addresses]",
    "198.18.0.100/32 dev lo",
    "# end",
  ];
  const { status, stdout, stderr } = await runShell(
    [...stateParts, "refusals.sh"],
    `DOCUMENT_AWK=${singleQuoted(awkProgram("DOCUMENT_AWK"))}
    MINE=${singleQuoted(mine)} IP_ADDRESSES=""; document_read; RELEASING=${releasing}; document_parse; ${shown}`,
    document.join("\n"),
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("an address that its document has no longer", () => {
  it("is wanted until all hosts have been changed, where the document says so", async () => {
    expect(await wanted(last, { claims: address(100) + address(101) })).toBe(address(100) + address(101));
  });

  it("keeps what it stands on: without these settings the host would answer ARP for it", async () => {
    const claims = `modules\tipip\n${setting}${address(100)}${address(101)}links\ttunl0 up\nfirewall\tclamp 1440 from 198.18.0.101\n`;
    expect(await wanted(last, { claims })).toBe(
      `modules\tipip\n${address(100)}${address(101)}links\ttunl0 up\nfirewall\tclamp 1440 from 198.18.0.101\n${setting}`,
    );
  });

  it("keeps modules before those of the document, which may stand on them", async () => {
    const modules = ["[modules]", "ip6_tunnel"];
    const claims = `modules\ttunnel6\nmodules\tip6_tunnel\n${address(100)}${address(101)}`;
    expect(await wanted([...last, ...modules], { claims })).toBe(
      `modules\ttunnel6\nmodules\tip6_tunnel\n${address(100)}${address(101)}`,
    );
  });

  it("is no reason to keep settings where all addresses stay", async () => {
    expect(await wanted(last, { claims: setting + address(100) })).toBe(address(100));
  });

  it("keeps the package by which it can be read and given back", async () => {
    const claims = `packages\tnftables remove-on-destroy\n${address(100)}${address(101)}`;
    expect(await wanted(last, { claims })).toBe(
      `${address(100)}${address(101)}packages\tnftables remove-on-destroy\n`,
    );
  });

  it("is a tunnel's listener too", async () => {
    const claims = `fou\tport 6080 gue\n${address(100)}`;
    expect(await wanted(last, { claims })).toBe(`${address(100)}fou\tport 6080 gue\n`);
    expect(await wanted(last, { claims }, "yes")).toBe(address(100));
  });

  const openings = (...facts: string[]) => facts.map((fact) => `openings\taccept ${fact}\n`).join("");
  const toVip = (port: number, device = "eth0") => `${port}/tcp to 198.18.0.100 dev ${device}`;

  it.each<[string, string[], string[], string[]]>([
    ["the port of a service that goes is closed at once", [toVip(80)], [toVip(443)], []],
    [
      "health checks of a director that goes stay possible",
      ["80/tcp from 198.18.0.11 dev eth0"],
      ["80/tcp from 198.18.0.12 dev eth0"],
      ["80/tcp from 198.18.0.12 dev eth0"],
    ],
    [
      "those of a service that goes do not",
      [toVip(80)],
      [toVip(443), "443/tcp from 198.18.0.12 dev eth0"],
      [],
    ],
    [
      "those of a port of their own stay possible, because the directors still check it",
      [toVip(80), "8081/tcp from 198.18.0.12 dev eth0"],
      ["8080/tcp from 198.18.0.12 dev eth0"],
      ["8080/tcp from 198.18.0.12 dev eth0"],
    ],
    [
      "the port of a service by NAT stays, because another one may take its place",
      ["8080/tcp to 198.18.0.21 dev eth0"],
      ["8000/tcp to 198.18.0.21 dev eth0"],
      ["8000/tcp to 198.18.0.21 dev eth0"],
    ],
    ["an interface with another address now has nothing", [toVip(80, "bond0")], [toVip(80)], []],
    [
      "the outer packets of the former method stay, until the directors use another one",
      [toVip(80)],
      ["gre from 198.18.0.11 dev eth0", "ipip from 198.18.0.11 dev eth0"],
      ["gre from 198.18.0.11 dev eth0", "ipip from 198.18.0.11 dev eth0"],
    ],
  ])("and firewalld: %s", async (_, now, before, stays) => {
    const lines = ["[openings]", ...now.map((each) => `accept ${each}`)];
    expect(await wanted([...last, ...lines], { claims: address(100) + openings(...before) })).toBe(
      openings(...now) + address(100) + openings(...stays),
    );
  });

  it("and firewalld: the port by the interface of direct routing stays, where tunnels take its place", async () => {
    const lines = ["[openings]", `accept ${toVip(80, "tunl0")}`, "[links]", "tunl0 up"];
    expect(await wanted([...last, ...lines], { claims: address(100) + openings(toVip(80)) })).toBe(
      `${openings(toVip(80, "tunl0"))}links\ttunl0 up\n${address(100)}${openings(toVip(80))}`,
    );
  });

  it("and firewalld: the port out of a tunnel stays, where direct routing takes its place", async () => {
    const lines = ["[openings]", `accept ${toVip(80)}`];
    const claims = `links\ttunl0 up\n${openings(toVip(80, "tunl0"))}`;
    expect(await wanted([...last, ...lines], { claims: address(100) + claims })).toBe(
      openings(toVip(80)) + address(100) + claims,
    );
  });

  it("and firewalld: the UDP port of a tunnel's listener stays as well", async () => {
    const claims = `fou\tport 6080 gue\n${openings("6080/udp from 198.18.0.11 dev eth0", "53/udp from 198.18.0.11 dev eth0", "53/udp to 198.18.0.100 dev eth0")}`;
    expect(await wanted(last, { claims: address(100) + claims })).toBe(
      `${address(100)}fou\tport 6080 gue\n${openings("6080/udp from 198.18.0.11 dev eth0")}`,
    );
  });

  it("is none that is wanted otherwise", async () => {
    const links = ["[links]", "tunl0 up"];
    expect(await wanted([...last, ...links], { claims: `links\ttunl0 up\n${address(100)}` })).toBe(
      `links\ttunl0 up\n${address(100)}`,
    );
  });

  it("keeps no setting of an interface that has another name now; a tunnel's device may come with its module", async () => {
    const of = (device: string) => `sysctl\tnet.ipv4.conf.${device}.arp_ignore = 1\n`;
    const kept = `${of("lo")}links\tgone1 up\n${of("gone1")}${address(100)}${address(101)}`;
    const parts = (await wanted(last, { claims: of("gone/0") + kept })).split("\n").sort();
    expect(parts).toEqual(kept.split("\n").sort());
  });

  it("is no route to a gateway that is behind another interface now", async () => {
    const route = (device: string) => `routes\tdefault via 198.18.0.11 dev ${device} table 3323068427\n`;
    const lines = ["[routes]", route("bond0").slice("routes\t".length).trimEnd()];
    expect(await wanted([...last, ...lines], { claims: route("eth0") + address(100) })).toBe(
      route("bond0") + address(100),
    );
  });

  it("is wanted no more in the release", async () => {
    expect(await wanted(last, { claims: address(100) + address(101) }, "yes")).toBe(address(100));
  });

  it("is wanted no more where the document says nothing", async () => {
    expect(await wanted([], { claims: address(100) + address(101) })).toBe(address(100));
    expect(await wanted(["[settings]", "drain = 5"], { claims: address(101) })).toBe(address(100));
  });

  it("is wanted no more where a change that was not ended has begun to claim it", async () => {
    expect(await wanted(last, { claims: address(100), pending: address(100) + address(101) })).toBe(
      address(100),
    );
  });
});

describe("a release that would fail", () => {
  const rule = "policies\t7113: from 198.18.0.21 ipproto tcp sport 22 lookup main suppress_prefixlength 0\n";
  const refused = (claims: string) =>
    wanted(
      last,
      { claims },
      "",
      `without() { REPLY=""; [[ $1 == *'lookup main'* ]] || REPLY=endangered; }; refusals_say without`,
    );

  it("is told before the change, which still has what the release gives back", async () => {
    expect(await refused(rule + address(100))).toBe("E endangered\n");
    expect(await refused(address(100))).toBe("E endangered\n");
    const never = `with() { REPLY=""; [[ $1 != *'lookup main'* ]] || REPLY=endangered; }; refusals_say with`;
    expect(await wanted(last, { claims: rule + address(100) }, "", never)).toBe("E endangered\n");
    expect(await wanted(last, { claims: address(100) }, "", never)).toBe("");
  });
});

describe("keepalived that its document has no longer", () => {
  const settings = ["[settings]", "keepalived-leaves = last"];
  const claims = `keeper\tkeepalived\n${address(100)}units\tkeepalived.service enabled active\n`;

  it("is wanted with all that is claimed until all hosts have been changed, where the document says so", async () => {
    expect(await wanted(settings, { claims })).toBe(claims);
  });

  it("is wanted no more in the release", async () => {
    expect(await wanted(settings, { claims }, "yes")).toBe(address(100));
  });

  it("is wanted no more where the document says nothing", async () => {
    expect(await wanted([], { claims })).toBe(address(100));
  });

  it("is wanted until then even where the document was stored by an update that did not end", async () => {
    const document = ["# title", ...settings, "[addresses]", "198.18.0.100/32 dev lo", "# end", ""].join(
      "\n",
    );
    expect(await wanted(settings, { claims, document })).toBe(claims);
  });

  it("is wanted no more where a release has begun", async () => {
    expect(await wanted(settings, { claims, pending: address(100) })).toBe(address(100));
    expect(await wanted(settings, { claims, pending: claims })).toBe(claims);
  });

  it("is not wanted where there was none", async () => {
    expect(await wanted(settings, { claims: address(100) + address(101) })).toBe(address(100));
  });
});

/** Those of these claims that the host still keeps for others, if the document has these lines. */
async function leftovers(lines: string[], claims: string): Promise<string> {
  writeFileSync(join(mine, "claims"), claims);
  const document = ["# title", ...last, ...lines, "# end", ""].join("\n");
  const { status, stdout, stderr } = await runShell(
    stateParts,
    `MINE=${singleQuoted(mine)}; document_leftovers ${singleQuoted(document)}; printf %s "$REPLY"`,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("what stays for directors until they have been changed", () => {
  const route = (device: string, gateway = "198.18.0.11", table = 3323068427) =>
    `default via ${gateway} dev ${device} table ${table}`;
  const rule = (port: number) => `7114: from 198.18.0.21 ipproto tcp sport ${port} lookup 3323068427`;

  it.each<[string, string[], string[], string[]]>([
    [
      "an address on another device",
      ["[addresses]", "198.18.0.100/32 dev lo"],
      ["addresses\t198.18.0.100/32 dev tunl0", "links\ttunl0 up"],
      ["198.18.0.100/32 dev tunl0", "tunl0 up"],
    ],
    [
      "no address whose device the document names by an address",
      ["[addresses]", "198.18.0.100/32 dev @198.18.0.21"],
      ["addresses\t198.18.0.100/32 dev eth0"],
      [],
    ],
    [
      "a route to another gateway",
      ["[routes]", route("@to:198.18.0.11")],
      [`routes\t${route("eth0")}`, `routes\t${route("eth0", "198.18.0.12", 3323068428)}`],
      [route("eth0", "198.18.0.12", 3323068428)],
    ],
    [
      "a rule of another port",
      ["[policies]", rule(80)],
      [`policies\t${rule(80)}`, `policies\t${rule(8080)}`],
      [rule(8080)],
    ],
    [
      "what firewalld let through and is only checked now",
      ["firewall = check", "[openings]", "accept 80/tcp to 198.18.0.21 dev eth0"],
      ["openings\taccept 80/tcp to 198.18.0.21 dev eth0"],
      ["accept 80/tcp to 198.18.0.21 dev eth0"],
    ],
    [
      "nothing that firewalld is still to let through",
      ["[openings]", "accept 80/tcp to 198.18.0.21 dev eth0"],
      ["openings\taccept 80/tcp to 198.18.0.21 dev eth0"],
      [],
    ],
    ["nothing else", [], ["sysctl\ta.b = 1", "modules\tipip", "units\tnginx.service enabled active"], []],
  ])("%s", async (_, lines, claims, expected) => {
    const left = await leftovers(lines, claims.map((line) => `${line}\n`).join(""));
    expect(left.split("\n").filter((line) => line !== "")).toEqual(expected);
  });
});
