// What the package is for, on every kind of host: a cluster from its creation to its destroy, drift, a power cut, a pair, NAT and a tunnel.
// Each job is a scenario of the lab's suites. The results become the table in docs/compatibility.md: at the end of a run of all jobs, or, with
// LVS_KINDS_RESULTS=FILE, after each job. That file keeps the results, and jobs that hold there are not run again, so the table can be made
// in parts.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { isDebian, kinds } from "../../lab";
import { cell } from "../lab/forwarding/cells";
import { prove } from "../lab/forwarding/prove";
import { takeOver } from "../lab/forwarding/takeover";
import { repository, theLab } from "../lab/support/stack";
import { cluster, clusterJobs } from "./kinds/cluster";
import { isItsKind } from "./kinds/itself";
import { type Job, jobs, kindNames, type Results, withTable } from "./kinds/results";
import { plan } from "./plan";

const kept = process.env.LVS_KINDS_RESULTS;
const results: Results =
  kept !== undefined && existsSync(kept) ? (JSON.parse(readFileSync(kept, "utf8")) as Results) : {};

function writeTable(): void {
  const page = join(repository, "docs/compatibility.md");
  writeFileSync(page, withTable(readFileSync(page, "utf8"), results));
}

/** With the argument that a NAT service needs where firewalld runs. */
const nat = cell("nat", { conntrack: true });

const isWhole = () => kindNames.every((kind) => jobs.every((job) => results[kind]?.[job] !== undefined));

describe.each(kindNames)("%s:", { timeout: 900_000 }, (name) => {
  const kind = kinds[name];
  const held = (job: Job) => results[name]?.[job] === "holds";
  if (jobs.every(held)) return;

  beforeAll(async () => {
    await theLab().down();
    await theLab().up({ ...plan, ...kind, farRealServers: 1, farClients: 1, owner: inject("owner") });
  });

  /** A job holds if all of its tests pass. */
  function job(of: Job, declare: () => void): void {
    describe(of, () => {
      // eslint-disable-next-line no-empty-pattern -- vitest reads there that no fixture is used
      afterAll(({}, suite) => {
        const states = [suite, ...suite.tasks].map(({ result }) => result?.state);
        const fails = states.includes("fail");
        // (An interruption leaves tests that have not run.)
        if (!fails && !states.slice(1).every((state) => state === "pass")) return;
        (results[name] ??= {})[of] = fails ? "fails" : "holds";
        if (kept === undefined) return;
        writeFileSync(kept, `${JSON.stringify(results, null, 2)}\n`);
        writeTable();
      });
      declare();
    });
  }

  isItsKind(kind);
  // Each goes on where the one before it has ended.
  if (!clusterJobs.every(held)) {
    const declared = cluster(
      isDebian(kind.release) ? "/var/www/html/index.html" : "/usr/share/nginx/html/index.html",
    );
    for (const each of clusterJobs) job(each, declared[each]);
  }
  if (!held("pair")) job("pair", () => takeOver("dr", { cuts: 2 }));
  if (!held("NAT")) job("NAT", () => it("is proved", () => prove(nat)));
  if (!held("TUN")) job("TUN", () => it("is proved", () => prove(cell("tun"))));
});

afterAll(() => {
  if (kept === undefined && isWhole()) writeTable();
});
