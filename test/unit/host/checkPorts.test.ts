// The ports to which keepalived's checks connect, and which of them SELinux forbids.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { goldenPairs } from "../keepalived/everything";
import { documentOf } from "../keepalived/reading";
import { releases, resolveLines } from "../keepalived/resolve";
import { pair } from "../keepalived/samples";
import { runAwk } from "./awk";
import { eachFolder } from "./folder";
import { awkProgram, singleQuoted } from "../../../components/host/program";
import { runShell } from "./shell";

const asFact = (text: string) =>
  `/etc/keepalived/keepalived.conf content=${text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}\n`;
const portsOf = (text: string) => runAwk("CHECK_PORTS_AWK", [{ text: asFact(text) }]).map(Number);
const ascending = (ports: Iterable<number>) => [...new Set(ports)].sort((one, other) => one - other);

/** The same, found in another way: each block of a check in the text by itself. */
function portsInBlocks(text: string): number[] {
  const servers = text.split(/^\s*real_server /m).slice(1);
  return servers.flatMap((server) => {
    const own = Number(/^\S+ (\d+)/.exec(server)?.[1]);
    const checks = server.split(/^\s*(?=[A-Z]+_(?:CHECK|GET) \{)/m).slice(1);
    return checks.flatMap((check) => {
      const kind = check.split(" ")[0]!;
      if (!["TCP_CHECK", "HTTP_GET", "SSL_GET", "SMTP_CHECK"].includes(kind)) return [];
      return [Number(/^\s*connect_port (\d+)/m.exec(check)?.[1] ?? own)];
    });
  });
}

test.each(Object.entries(goldenPairs).map(([name, given]) => [name, pair(given)] as const))(
  "the ports of %s",
  (_, given) => {
    const documents = (documentOf(given).keepalived ?? []).map(({ lines }) =>
      resolveLines(lines, releases.at(-1)!),
    );
    for (const text of documents) expect(ascending(portsOf(text))).toEqual(ascending(portsInBlocks(text)));
  },
);

test("some pair has other ports than its services", () => {
  const texts = Object.values(goldenPairs).flatMap((given) =>
    (documentOf(pair(given)).keepalived ?? []).map(({ lines }) => resolveLines(lines, releases.at(-1)!)),
  );
  expect(texts.some((text) => portsOf(text).includes(8081))).toBe(true);
});

describe("a check", () => {
  const server = (check: string) =>
    `virtual_server 198.18.0.100 80 {\n    protocol TCP\n    real_server 198.18.0.21 8080 {\n        weight 1\n${check}\n    }\n}\n`;

  it.each([
    ["by TCP", "        TCP_CHECK {\n            connect_timeout 1\n        }", [8080]],
    ["by TCP to another port", "        TCP_CHECK {\n            connect_port 81\n        }", [81]],
    [
      "of a page, with blocks inside",
      "        HTTP_GET {\n            url {\n                path /\n            }\n            connect_port 82\n        }",
      [82],
    ],
    ["of mail", "        SMTP_CHECK {\n            helo_name x\n        }", [8080]],
    ["of UDP", "        UDP_CHECK {\n            connect_port 53\n        }", []],
    ["by a script", '        MISC_CHECK {\n            misc_path "/x 1"\n        }', []],
    ["that is a comment", "        # TCP_CHECK {", []],
    ["none", "", []],
  ])("%s", (_, check, ports) => {
    expect(portsOf(server(check))).toEqual(ports);
  });
});

describe("on a host that enforces SELinux", () => {
  let folder: string;
  eachFolder((made) => {
    folder = made;
    mkdirSync(join(made, "booleans"));
    writeFileSync(join(made, "enforce"), "1");
  });

  const told = async (allowed: string | undefined, facts?: string, wanted = false) => {
    if (allowed !== undefined)
      writeFileSync(join(folder, "booleans/keepalived_connect_any"), `${allowed} ${allowed}`);
    const check = "TCP_CHECK {\n}\n";
    const servers = [80, 8080, 8181].map((port) => `real_server 198.18.0.21 ${port} {\n${check}}\n`).join("");
    const { stdout, stderr } = await runShell(
      ["report.sh", "durable.sh", "checkPorts.sh"],
      `SELINUX=${folder} CHECK_PORTS_AWK=${singleQuoted(awkProgram("CHECK_PORTS_AWK"))}
      selinux_ask() { REPLY=no; [[ $1 == keepalived_t && $3 == tcp_socket && $4 == name_connect ]] || return 1; [[ $2 != http_port_t ]] || REPLY=yes; }
      keepalived_ports_forbidden "$(cat)"$'\\n'
      printf '%s' "$REPLY"`,
      facts ??
        `${wanted ? "booleans\tkeepalived_connect_any = on\n" : ""}units\tkeepalived.service enabled active\nkeepalived\t${asFact(servers)}`,
    );
    return stdout + stderr;
  };

  it("the ports that it forbids are named, with the command that allows them", async () => {
    expect(await told("0")).toBe(
      "SELinux of this host does not let keepalived's checks connect to port 8080, 8181, so these would find all real servers failed: setsebool -P keepalived_connect_any on",
    );
  });

  it("none is, where all are allowed or will be, the policy does not know keepalived, or there is no keepalived", async () => {
    expect(await told(undefined)).toBe("");
    expect(await told("0", "units\tnginx.service enabled active")).toBe("");
    expect(await told("1")).toBe("");
    // An update is to set the boolean.
    expect(await told("0", undefined, true)).toBe("");
    writeFileSync(join(folder, "enforce"), "0");
    expect(await told("0")).toBe("");
  });
});
