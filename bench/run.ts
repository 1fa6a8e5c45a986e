// npm run bench [-- --quick] [--lab NAME] [--part cluster|firewall|rules|take-over|checks|forwarding]: what the package costs, on a lab of its own (bench), as ratios to
// what has to be done in any case; and how long a pair takes to take over, or to do without a real server. The results of each part are kept in results/, by its name; --quick
// does everything once and only prints.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { providePulumi } from "../lab/pulumi";
import { Hosts } from "./hosts";
import { measureChecks } from "./measure/checks";
import { measureCluster } from "./measure/cluster";
import { measureFirewall } from "./measure/firewall";
import { measureForwarding } from "./measure/forwarding";
import { measureRules } from "./measure/rules";
import { measureTakeOver } from "./measure/takeover";
import { Program, type ProgramName } from "./program";
import { picture } from "./picture";
import { asMarkdown, type Circumstances } from "./report";
import type { Findings, Runs } from "./row";
import { median } from "./samples";
import { ratioOf, verdict } from "./row";

interface Bench {
  hosts: Hosts;
  runs: Runs;
  program: (name: ProgramName) => Program;
  say: (what: string) => void;
}

/** Each part fills in some of these. */
const nothing: Findings = { rows: [], takeOvers: [], removals: [], counts: [], ways: [] };

const parts: Record<string, (bench: Bench) => Promise<Partial<Findings>>> = {
  cluster: ({ hosts, runs, program, say }) =>
    measureCluster(hosts, program("cluster"), program("empty"), runs, say),
  firewall: ({ hosts, runs, program, say }) => measureFirewall(hosts, program("cluster"), runs, say),
  rules: ({ hosts, runs, program, say }) => measureRules(hosts, program("rules"), runs, say),
  "take-over": ({ hosts, runs, program, say }) => measureTakeOver(hosts, program("pair"), runs, say),
  forwarding: ({ hosts, runs, program, say }) => measureForwarding(hosts, program("forwarding"), runs, say),
  checks: ({ hosts, runs, program, say }) => measureChecks(hosts, program("pair"), runs, say),
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      lab: { type: "string", default: "bench" },
      part: { type: "string", multiple: true, default: Object.keys(parts) },
    },
  });
  const strange = values.part.filter((part) => !(part in parts));
  if (strange.length > 0)
    throw new Error(`--part ${strange.join(" ")}: ${Object.keys(parts).join(", ")} are possible`);
  const runs: Runs = values.quick
    ? { firsts: 1, noops: 1, takeOvers: 1, removals: 1, forwarding: 1 }
    : { firsts: 3, noops: 5, takeOvers: 10, removals: 5, forwarding: 5 };
  const begun = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "lvs-bench-"));
  const say = (what: string) =>
    process.stderr.write(`bench: ${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
  say("bringing up the lab");
  const hosts = await Hosts.up(values.lab, folder);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void hosts.lab.down().finally(() => process.exit(130)));
  }
  try {
    const program = (name: ProgramName) => new Program(hosts, name, folder);
    for (const part of values.part) {
      const [started, load] = [Date.now(), loadavg()[0] ?? 0];
      const findings = { ...nothing, ...(await parts[part]!({ hosts, runs, program, say })) };
      const where = await circumstances(started, load);
      const text = asMarkdown(findings, where);
      process.stdout.write(text);
      if (!values.quick) keep(part, findings, where, text);
      // A wrong count means that the run did something else than the table says, so its times say nothing.
      if (findings.counts.some(({ wanted, found }) => wanted !== found))
        throw new Error("counted wrong: see the table");
    }
  } finally {
    await hosts.lab.down();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The CLI's version, and which of its plugins are the lab's. */
async function cli(): Promise<string> {
  const { pulumi, standIns } = await providePulumi();
  const version = execFileSync(pulumi, ["version"], { encoding: "utf8" }).trim();
  return standIns.length === 0
    ? `Pulumi ${version}`
    : `Pulumi ${version} with the lab's plugins (${standIns.join(", ")})`;
}

async function circumstances(started: number, load: number): Promise<Circumstances> {
  const [processor] = cpus();
  return {
    date: new Date(started).toISOString().slice(0, 16).replace("T", " "),
    commit: execFileSync("git", ["describe", "--always", "--dirty", "--exclude=*"], {
      cwd: __dirname,
      encoding: "utf8",
    }).trim(),
    cli: await cli(),
    node: process.versions.node,
    machine: `${cpus().length} × ${processor?.model.trim() ?? "processor"}`,
    load: { before: load, after: loadavg()[0] ?? 0 },
    seconds: (Date.now() - started) / 1000,
  };
}

function keep(part: string, findings: Findings, where: Circumstances, text: string): void {
  const results = join(__dirname, "results");
  mkdirSync(results, { recursive: true });
  const rows = findings.rows.map((row) => ({
    ...row,
    median: median(row.seconds),
    ratio: ratioOf(row),
    verdict: verdict(row),
  }));
  writeFileSync(
    join(results, `${part}.json`),
    `${JSON.stringify({ where, ...findings, rows }, undefined, 2)}\n`,
  );
  writeFileSync(join(results, `${part}.md`), text);
  if (findings.ways.length > 0) writeFileSync(join(results, `${part}.svg`), picture(findings.ways));
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
