// Any text that a user writes in a field is refused, or it is exactly that text on the host: it never becomes another fact, and no shell
// ever runs it.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Known } from "../../../components/args/known";
import type { ServiceArgs } from "../../../components/args/service";
import { directorArguments } from "../../../components/model/director";
import { realServerArguments } from "../../../components/model/realServer";
import { type Host, placeOf } from "../../../components/model/host";
import { completeService } from "../../../components/model/service";
import { directorDocument } from "../../../components/render/director";
import { renderDocument } from "../../../components/render/document";
import { ownerName } from "../../../components/render/owner";
import { awkProgram } from "../../../components/host/program";
import { systemsShell } from "../../../components/host/systems";
import { realServerDocument } from "../../../components/render/realServer";
import { host, service } from "../model/samples";
import { partPath, stateParts } from "./shell";

const read = (name: string) => readFileSync(partPath(name), "utf8");
const runs = { numRuns: 60 };

/** The facts that the host's own bash and awk make of a document; fails if either ran anything in it. */
function onHost(document: string): { facts: string[]; faults: string[]; failure: string } {
  const folder = mkdtempSync(join(tmpdir(), "lvs-injection-"));
  const program = [
    "set -euo pipefail; export LC_ALL=C",
    systemsShell(),
    read("lines.sh"),
    read("system.sh"),
    "SYSTEM_FILES=(/dev/null/none)", // (Names are as the document has them.)
    ...stateParts.map(read),
    "DOCUMENT_AWK=$1",
    'MINE=$PWD IP_ADDRESSES=""; document_read; document_parse',
    `printf '%s' "$PLAIN"; [[ -z $RULES_WANTED ]] || printf 'ipvs\t%s\n' "\${RULES_WANTED//$'\n'/$'\nipvs\t'}"`,
  ].join("\n");
  try {
    const output = execFileSync("bash", ["-c", program, "host", awkProgram("DOCUMENT_AWK")], {
      input: document,
      encoding: "utf8",
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const lines = output.split("\n").filter((line) => line !== "" && line !== "ipvs\t");
    return {
      facts: lines.filter((line) => !line.startsWith("!")).map((line) => line.replace("\t", " ")),
      faults: lines.filter((line) => line.startsWith("!")),
      failure: "",
    };
  } catch (error) {
    return { facts: [], faults: [], failure: String((error as { stderr?: unknown }).stderr) };
  } finally {
    const left = readdirSync(folder);
    rmSync(folder, { recursive: true });
    expect(left, document).toEqual([]);
  }
}

const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...["$(touch pwned)", "`touch pwned`", "; touch pwned;", "&& touch pwned", "| touch pwned", ">pwned"],
        ...[
          "'",
          '"',
          "\\",
          "\n",
          "\r",
          "\t",
          " ",
          "*",
          "?",
          "~",
          "!",
          "#",
          "%s",
          "%n",
          "${IFS}",
          "$PATH",
          "-x",
        ],
        ...[
          "\n[units]\nevil.service enabled active",
          "\n# end",
          "\n| ",
          "/../",
          "..",
          "é",
          "😀",
          "\u0000",
          "\u202e",
        ],
      ),
      fc.string({ maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((pieces) => pieces.join(""))
  .filter((text) => text !== "");

/** A valid value, made invalid at its beginning, at its end or as a whole. */
const spoilt = (right: string) =>
  fc.oneof(
    nasty,
    nasty.map((text) => right + text),
    nasty.map((text) => text + right),
  );

interface Fields {
  vip: string;
  address: string;
  scheduler: string;
  flag: string;
  netmask: string;
  interface: string;
  key: string;
  setting: string;
}

const right: Fields = {
  vip: "198.18.0.100",
  address: "198.18.0.21",
  scheduler: "wrr",
  flag: "flag-1",
  netmask: "255.255.0.0",
  interface: "eth0",
  key: "net.ipv4.vs.conntrack",
  setting: "1",
};

function directorArgs(text: Fields) {
  const wanted = service({
    vip: text.vip,
    scheduler: text.scheduler as "wrr",
    schedulerFlags: [text.flag as "flag-1"],
    persistence: { netmask: text.netmask },
    realServers: [{ address: text.address }],
  });
  return {
    host: host("198.18.0.11", { interface: text.interface }),
    services: [wanted],
    sysctls: { [text.key]: text.setting },
  };
}

function directorText(args: {
  host: Host;
  services: Known<ServiceArgs>[];
  sysctls: Record<string, string>;
}): string {
  const wish = { ...args, services: args.services.map(completeService), drain: 1, removePackages: false };
  return renderDocument("o", directorDocument(placeOf(args.host), wish));
}

function directorFacts(text: Fields): string[] {
  return [
    "packages ipvsadm",
    "modules ip_vs",
    `modules ip_vs_${text.scheduler}`,
    ...[
      "sysctl net.ipv4.vs.conn_reuse_mode = 2",
      "sysctl net.ipv4.vs.expire_quiescent_template = 1",
      `sysctl ${text.key} = ${text.setting}`,
    ].sort(),
    `firewall notrack tcp 80 to ${text.vip}`,
    `openings accept 80/tcp to ${text.vip} dev ${text.interface}`,
    `addresses ${text.vip}/32 dev ${text.interface}`,
    `ipvs -A -t ${text.vip}:80 -s ${text.scheduler} -b ${text.flag} -p 300 -M ${text.netmask}`,
    `ipvs -a -t ${text.vip}:80 -r ${text.address}:80 -g -w 1`,
  ];
}

const oneSpoilt = fc
  .constantFrom(...(Object.keys(right) as (keyof Fields)[]))
  .chain((name) => spoilt(right[name]).map((text): Fields => ({ ...right, [name]: text })));

test("the fields as they should be", () => {
  expect(directorArguments(directorArgs(right), "")).toEqual([]);
  expect(onHost(directorText(directorArgs(right))).facts).toEqual(directorFacts(right));
});

test("a director's fields: refused, or themselves", () => {
  fc.assert(
    fc.property(oneSpoilt, (text) => {
      const args = directorArgs(text);
      if (directorArguments(args, "").length > 0) return;
      expect(onHost(directorText(args))).toEqual({ facts: directorFacts(text), faults: [], failure: "" });
    }),
    { numRuns: 2000 },
  );
});

test("a director's fields that nobody has checked: the host refuses, or finds nothing in them but plain words", () => {
  // Without line feeds, which make lines: the checks above show that they are refused in a field.
  const flat = oneSpoilt.map((text) =>
    Object.fromEntries(
      Object.entries(text).map(([key, value]) => [key, String(value).replaceAll(/[\n\0]/g, "_")]),
    ),
  ) as unknown as fc.Arbitrary<Fields>;
  fc.assert(
    fc.property(flat, (text) => {
      const args = directorArgs(text);
      const { facts, faults } = onHost(directorText(args));
      if (faults.length === 0) for (const fact of facts) expect(fact).toMatch(/^[A-Za-z0-9 ._:,=/@+-]+$/);
    }),
    runs,
  );
});

test("a real server's fields: refused, or themselves", () => {
  const fields = fc.oneof(
    spoilt("r1").map((name) => ({ name })),
    spoilt("198.18.0.100").map((vip) => ({ vip })),
    spoilt("eth0").map((device) => ({ device })),
    spoilt("<h1>r1</h1>").map((content) => ({ content })),
  );
  fc.assert(
    fc.property(fields, (changed: { name?: string; vip?: string; device?: string; content?: string }) => {
      const { name = "r1", vip = "198.18.0.100", device = "eth0", content } = changed;
      const webServer = { kind: "nginx" as const, content };
      const args = { host: host("198.18.0.21", { name, interface: device }), vips: [vip], webServer };
      if (realServerArguments(args, "").length > 0) return;
      const wish = {
        vips: args.vips,
        methods: ["dr" as const],
        sysctls: {},
        webServer,
        removePackages: false,
      };
      const { facts, faults } = onHost(renderDocument("o", realServerDocument(placeOf(args.host), wish)));
      const page = content ?? `<h1>${name}</h1>\n`;
      const word = (page.endsWith("\n") ? page : `${page}\n`)
        .replaceAll("\\", "\\\\")
        .replaceAll("\n", "\\n")
        .replaceAll("\t", "\\t");
      const path = "/usr/share/nginx/html/index.html";
      expect({ facts: facts.filter((fact) => !fact.startsWith("sysctl ")), faults }).toEqual({
        facts: [
          "role real-server",
          "packages nginx",
          `addresses ${vip}/32 dev lo`,
          `files ${path} mode=0644 owner=root group=root content=${word}`,
          "units nginx.service enabled active",
        ],
        faults: [],
      });
    }),
    runs,
  );
});

test("the names of project, stack and component: an owner that a host takes, or one that is too long", () => {
  fc.assert(
    fc.property(nasty, nasty, nasty, (project, stack, name) => {
      const owner = ownerName(project, stack, "Director", name);
      const { facts, failure } = onHost(
        renderDocument(owner, { packages: [{ name: "x", removeOnDestroy: false }] }),
      );
      if (owner.length > 200) expect(failure).toContain("the document's owner is not a name");
      else expect({ facts, failure }).toEqual({ facts: ["packages x"], failure: "" });
    }),
    runs,
  );
});
