import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { start, type RunResult } from "../../../lab/engine/index.js";
import type { Run } from "./table.js";

/** Where one program of the table runs: its directory, its state, and the log of its side effects. */
export interface Place {
  program: string;
  directory: string;
  state: string;
  configFile: string;
  effects: string;
}

/** What runs the programs: the lab's engine, or the CLI that it has to be like. */
export interface Driver {
  prepare(place: Place): void;
  run(place: Place, run: Run, view: "json" | "diff"): Promise<RunResult>;
  export(place: Place): Promise<RunResult>;
}

const passphrase = "table";
const environment = (place: Place): Record<string, string> => ({
  EFFECTS: place.effects,
  PULUMI_CONFIG_PASSPHRASE: passphrase,
  NO_COLOR: "1",
});

const config = (place: Place, run: Run): Record<string, string> => ({
  "table:program": place.program,
  "table:phase": String(run.phase),
});

export const labEngine: Driver = {
  prepare: () => undefined,
  run: (place, run, view) =>
    start(run.operation, {
      ...options(place),
      config: config(place, run),
      [view]: true,
      expectNoChanges: run.expectNoChanges,
      parallel: 1,
    }).done,
  export: (place) => start("export", { ...options(place), more: ["--show-secrets"] }).done,
};

const options = (place: Place) => ({
  cwd: place.directory,
  state: place.state,
  configFile: place.configFile,
  env: environment(place),
});

/** The real one: `pulumi` and `pulumi-resource-command` must be on the PATH. */
export const pulumiCli: Driver = {
  prepare(place) {
    execFileSync("pulumi", ["stack", "init", ...inPlace(place)], {
      env: cliEnvironment(place),
      stdio: ["ignore", "ignore", "inherit"],
    });
  },
  run(place, run, view) {
    const unasked = run.operation === "preview" ? [] : ["--yes", "--skip-preview"];
    const words = [run.operation, ...unasked, `--${view}`, "--parallel", "1", ...inPlace(place)];
    if (run.expectNoChanges) words.push("--expect-no-changes");
    // The program's configuration is written to the stack's file first: destroy knows no --config.
    const values = Object.entries(config(place, run)).flatMap(([key, value]) => [
      "--plaintext",
      `${key}=${value}`,
    ]);
    execFileSync("pulumi", ["config", "set-all", ...values, ...inPlace(place)], {
      env: cliEnvironment(place),
      stdio: ["ignore", "ignore", "inherit"],
    });
    return pulumi(words, place);
  },
  export: (place) => pulumi(["stack", "export", "--show-secrets", ...inPlace(place)], place),
};

/** The stack's file is the project's own, the one place where `stack init` writes its salt. */
const inPlace = (place: Place): string[] => ["--stack", "dev", "--cwd", place.directory];

const cliEnvironment = (place: Place): NodeJS.ProcessEnv => ({
  ...process.env,
  ...environment(place),
  PULUMI_BACKEND_URL: `file://${place.state}`,
  PULUMI_SKIP_UPDATE_CHECK: "true",
});

function pulumi(words: string[], place: Place): Promise<RunResult> {
  const child = spawn("pulumi", [...words, "--non-interactive", "--color", "never"], {
    env: cliEnvironment(place),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

export const programsDirectory = join(__dirname, "programs");
