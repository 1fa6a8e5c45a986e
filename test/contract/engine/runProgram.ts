import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import ts from "typescript";
import { programsDirectory, type Driver, type Place } from "./drivers.js";
import {
  normaliseDiff,
  normaliseDigestStep,
  normaliseEventStep,
  normaliseMessage,
  normaliseResource,
  type StepSummary,
} from "./normalise.js";
import { table, type Run } from "./table.js";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

/** What is kept of one run, and compared. */
export interface Result {
  run: Run;
  code: number | null;
  effects: string[];
  steps: StepSummary[];
  changeSummary: Json;
  diagnostics: string[];
  diff?: string[];
  resources?: Json[];
  pending?: Json[];
}

export async function runProgram(name: string, driver: Driver): Promise<Result[]> {
  const root = mkdtempSync(join(tmpdir(), `table-${name}-`));
  const place: Place = {
    program: name,
    directory: join(root, "programs"),
    state: join(root, "state"),
    configFile: join(root, "programs", "Pulumi.dev.yaml"),
    effects: join(root, "effects"),
  };
  try {
    mkdirSync(place.state);
    compilePrograms(place.directory);
    driver.prepare(place);
    const results: Result[] = [];
    for (const run of table[name] ?? []) results.push(await runOnce(place, run, driver));
    return results;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Compiled once: a compiler's start in every run would take longer than all that is looked at. */
function compilePrograms(directory: string): void {
  mkdirSync(directory);
  symlinkSync(resolve(__dirname, "../../../node_modules"), join(directory, "node_modules"));
  for (const file of readdirSync(programsDirectory)) {
    const source = join(programsDirectory, file);
    if (!file.endsWith(".ts")) {
      cpSync(source, join(directory, file));
      continue;
    }
    const compilerOptions = {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    };
    const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), { compilerOptions });
    writeFileSync(join(directory, file.replace(/\.ts$/, ".js")), outputText);
  }
}

async function runOnce(place: Place, run: Run, driver: Driver): Promise<Result> {
  writeFileSync(place.effects, "");
  if (run.heal) writeFileSync(`${place.effects}.heal`, "");
  const { code, stdout, stderr } = await driver.run(place, run, "json");
  const effects = lines(readFileSync(place.effects, "utf8"));
  const told = run.operation === "preview" ? readDigest(stdout) : readEvents(stdout);
  if (!told)
    throw new Error(`${place.program}: ${run.operation} ${run.phase} printed no JSON:\n${stdout}\n${stderr}`);
  const result: Result = { run, code, effects, ...told };
  if (run.diff) result.diff = normaliseDiff((await driver.run(place, run, "diff")).stdout);
  if (run.operation !== "preview") Object.assign(result, await readState(place, driver));
  return result;
}

const lines = (text: string): string[] => text.split("\n").filter(Boolean);
type Told = Pick<Result, "steps" | "changeSummary" | "diagnostics">;

function readDigest(stdout: string): Told | undefined {
  if (!stdout.trimStart().startsWith("{")) return undefined;
  const digest = JSON.parse(stdout) as { steps?: Fields[]; changeSummary?: Json; diagnostics?: Fields[] };
  return {
    steps: (digest.steps ?? []).map(normaliseDigestStep),
    changeSummary: digest.changeSummary ?? {},
    diagnostics: (digest.diagnostics ?? []).map((entry) => normaliseMessage(entry.message as string)).sort(),
  };
}

function readEvents(stdout: string): Told | undefined {
  const told: Told = { steps: [], changeSummary: {}, diagnostics: [] };
  const events = lines(stdout).filter((line) => line.startsWith("{"));
  for (const line of events) {
    const event = JSON.parse(line) as { [kind: string]: Fields & { metadata?: Fields } };
    const metadata = event.resourcePreEvent?.metadata;
    if (metadata && metadata.op !== "same") told.steps.push(normaliseEventStep(metadata));
    if (event.summaryEvent) told.changeSummary = event.summaryEvent.resourceChanges ?? {};
    const { diagnosticEvent: diagnostic } = event;
    if (diagnostic && diagnostic.ephemeral !== true && diagnostic.severity !== "debug") {
      told.diagnostics.push(
        normaliseMessage(`${diagnostic.prefix as string}${diagnostic.message as string}`),
      );
    }
  }
  told.diagnostics.sort();
  return events.length > 0 ? told : undefined;
}

async function readState(place: Place, driver: Driver): Promise<Pick<Result, "resources" | "pending">> {
  const { stdout } = await driver.export(place);
  const { deployment } = JSON.parse(stdout) as {
    deployment: { resources?: Json[]; pending_operations?: Fields[] };
  };
  const resources = (deployment.resources ?? []).map(normaliseResource);
  const pending = (deployment.pending_operations ?? []).map((operation) => normaliseResource(operation));
  return { resources, pending };
}

export const goldenPath = (name: string): string => join(__dirname, "golden", `${name}.json`);

export function readGolden(name: string): Result[] | undefined {
  if (!existsSync(goldenPath(name))) return undefined;
  return JSON.parse(readFileSync(goldenPath(name), "utf8")) as Result[];
}
