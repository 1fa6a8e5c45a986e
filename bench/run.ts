// npm run bench [-- --quick] [--lab NAME]: what the package costs, on a lab of its own (bench), as ratios to what has to be done in any case.
// The results of a whole run are kept in results/; --quick does everything once and only prints.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Hosts } from "./hosts";
import { measureCluster } from "./measure/cluster";
import { measureRules } from "./measure/rules";
import { Program } from "./program";
import { asMarkdown, type Circumstances } from "./report";
import type { Findings, Runs } from "./row";
import { median } from "./samples";
import { ratioOf, verdict } from "./row";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: "boolean", default: false }, lab: { type: "string", default: "bench" } },
  });
  const runs: Runs = values.quick ? { firsts: 1, noops: 1 } : { firsts: 3, noops: 5 };
  const started = Date.now();
  const load = loadavg()[0] ?? 0;
  const folder = mkdtempSync(join(tmpdir(), "lvs-bench-"));
  const say = (what: string) =>
    process.stderr.write(`bench: ${((Date.now() - started) / 1000).toFixed(0).padStart(4)} s  ${what}\n`);
  say("bringing up the lab");
  const hosts = await Hosts.up(values.lab, folder);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void hosts.lab.down().finally(() => process.exit(130)));
  }
  try {
    const [cluster, rules, empty] = (["cluster", "rules", "empty"] as const).map(
      (name) => new Program(hosts, name, folder),
    ) as [Program, Program, Program];
    const found = [
      await measureCluster(hosts, cluster, empty, runs, say),
      await measureRules(hosts, rules, runs, say),
    ];
    const findings: Findings = {
      rows: found.flatMap(({ rows }) => rows),
      counts: found.flatMap(({ counts }) => counts),
    };
    const where = circumstances(started, load);
    const text = asMarkdown(findings, where);
    process.stdout.write(text);
    if (!values.quick) keep(findings, where, text);
    // A time is only a time; but one that was taken while something else happened than what it says is none.
    if (findings.counts.some(({ wanted, found }) => wanted !== found))
      throw new Error("counted wrong: see the table");
  } finally {
    await hosts.lab.down();
    rmSync(folder, { recursive: true, force: true });
  }
}

function circumstances(started: number, load: number): Circumstances {
  const [processor] = cpus();
  return {
    date: new Date(started).toISOString().slice(0, 16).replace("T", " "),
    commit: execFileSync("git", ["describe", "--always", "--dirty", "--exclude=*"], {
      cwd: __dirname,
      encoding: "utf8",
    }).trim(),
    engine: "the lab's engine",
    node: process.versions.node,
    machine: `${cpus().length} × ${processor?.model.trim() ?? "processor"}`,
    load: { before: load, after: loadavg()[0] ?? 0 },
    seconds: (Date.now() - started) / 1000,
  };
}

function keep({ rows, counts }: Findings, where: Circumstances, text: string): void {
  const results = join(__dirname, "results");
  mkdirSync(results, { recursive: true });
  const summed = rows.map((row) => ({
    ...row,
    median: median(row.seconds),
    ratio: ratioOf(row),
    verdict: verdict(row),
  }));
  writeFileSync(
    join(results, "latest.json"),
    `${JSON.stringify({ where, rows: summed, counts }, undefined, 2)}\n`,
  );
  writeFileSync(join(results, "latest.md"), text);
}

main().catch((error: unknown) => {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
