// Runs the suites one after the other and ends with one line that sums them up. `npm test -- unit lab` runs only those
// named; long and matrix, which take many minutes (matrix images of its own, too), run only so.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
const usual = ["unit", "contract", "lab"];
const suites = [...usual, "long", "matrix"];
const onLab = ["lab", "long", "matrix"];
const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
const named = process.argv.slice(2).filter((word) => suites.includes(word));
const others = process.argv.slice(2).filter((word) => !suites.includes(word));
const folder = mkdtempSync(join(tmpdir(), "lvs-tests-"));
let passed = 0;
let failed = 0;
/** What failed, and how: said once more at the end, where it is looked for. */
const failures = [];

/** The report's failed tests, each with the beginning of its message. */
function failuresIn(report) {
  return report.testResults.flatMap(({ name, message, assertionResults }) => {
    const tests = assertionResults.filter(({ status }) => status === "failed");
    const said = (text) => `    ${(text ?? "").split("\n").slice(0, 12).join("\n    ")}`;
    if (tests.length === 0 && message) return [`${relative(root, name)}\n${said(message)}`];
    return tests.map(
      ({ fullName, failureMessages }) => `${relative(root, name)}: ${fullName}\n${said(failureMessages[0])}`,
    );
  });
}

/** Labs that tests may have left behind: whoever starts something ends it. */
function takeDown(...labs) {
  for (const lab of labs) {
    const words = ["--import", "tsx", join(root, "lab", "cli.ts"), "down", "--lab", lab];
    spawnSync(process.execPath, words, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  }
}

const chosen = named.length > 0 ? named : usual;

/**
 * What the lab's tests run on takes minutes to build, once: that begins beside the suites that need no hosts. A process
 * group of its own, so that an interruption ends all of it.
 */
const preparation = chosen.some((suite) => onLab.includes(suite))
  ? spawn("bash", ["lab/setup.sh", "--quiet", "--image", "--kernel=full", "--yaml"], {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      detached: true,
    })
  : undefined;
const prepared = preparation === undefined ? undefined : once(preparation, "exit");
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
  if (preparation === undefined || preparation.exitCode !== null) return;
  try {
    process.kill(-preparation.pid, "SIGTERM");
  } catch {
    // It has just ended.
  }
});

for (const suite of chosen) {
  if (onLab.includes(suite)) {
    const interrupt = () => process.exit(130);
    for (const signal of signals) process.on(signal, interrupt);
    const [status] = await prepared;
    for (const signal of signals) process.off(signal, interrupt);
    if (status !== 0) {
      failed += 1;
      failures.push(`${suite}: lab/setup.sh failed with status ${status}; the reason is above`);
      continue;
    }
  }
  console.log(`\n── ${suite} ──`);
  const report = join(folder, `${suite}.json`);
  const args = [
    "run",
    ...["--project", suite],
    ...(suite === "long" ? ["--project", "walks"] : []),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const child = spawn(process.execPath, [vitest, ...args, ...others], { cwd: root, stdio: "inherit" });
  // Interrupted, vitest ends its tests and what they have set up; killed, it does not.
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    child.kill("SIGINT");
  };
  for (const signal of signals) process.on(signal, interrupt);
  const [status] = await once(child, "exit");
  if (onLab.includes(suite)) takeDown(`test-${child.pid}`, `test-${child.pid}-own`);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
  const bad = counts === undefined ? 1 : counts.numFailedTests;
  passed += counts?.numPassedTests ?? 0;
  // A suite that ends badly without a failed test (a hook, a crash, no test at all) has failed all the same.
  failed += bad === 0 && status !== 0 ? 1 : bad;
  if (counts !== undefined) failures.push(...failuresIn(counts));
  for (const signal of signals) process.off(signal, interrupt);
  if (interrupted) process.exit(130);
}

// Where whoever called wants to add other counts to these.
if (process.env.LVS_TEST_COUNTS) writeFileSync(process.env.LVS_TEST_COUNTS, `${passed} ${failed}\n`);
if (failures.length > 0) console.log(`\n── failed ──\n${failures.join("\n")}`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
