import { Deployment } from "./deployment.js";
import { Reporter } from "./display/reporter.js";
import { Style } from "./display/style.js";
import type { DeploymentFacts } from "./monitor.js";
import type { EngineOptions } from "./options.js";
import { Crypter } from "./state/passphrase.js";
import { readProject, StackConfig, type Project } from "./state/project.js";
import { writeResource } from "./state/resource.js";
import { Snapshot } from "./state/snapshot.js";
import { StackFile } from "./state/stackFile.js";
import { Vault } from "./state/vault.js";
import { makeStep } from "./steps/step.js";
import { encodeMap, encodeValue, wrapSecret, type Json } from "./wire/values.js";

/** The CLI's exit codes, as far as they occur here. */
export const exitCodes = { good: 0, failed: 1, usage: 2, unexpectedChanges: 7 };

const verbs = { preview: "Previewing update", up: "Updating", destroy: "Destroying", refresh: "Refreshing" };

/** Where an operation's text goes. */
export interface Output {
  out: (text: string) => void;
  error: (text: string) => void;
  coloured: boolean;
}

export async function perform(options: EngineOptions, output: Output, signal: AbortSignal): Promise<number> {
  const project = readProject(options.directory);
  const config = new StackConfig(options.configFile, project);
  for (const pair of options.config) config.set(...splitPair(pair));
  const file = new StackFile(options.stateDirectory, project.name, options.stack);
  if (options.operation === "preview" || options.operation === "export") {
    return new Operation(options, output, project, config, file, signal).run();
  }
  file.acquire((message) => output.error(`warning: ${message}\n`));
  try {
    return await new Operation(options, output, project, config, file, signal).run();
  } finally {
    file.release();
  }
}

class Operation {
  constructor(
    private readonly options: EngineOptions,
    private readonly output: Output,
    private readonly project: Project,
    private readonly config: StackConfig,
    private readonly file: StackFile,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<number> {
    const { operation } = this.options;
    const latest = this.file.read();
    const vault = await this.openVault(latest);
    const snapshot = new Snapshot(
      this.file,
      vault.vault,
      latest,
      operation !== "preview" && operation !== "export",
    );
    if (operation === "export") return this.export(snapshot);
    const { values, secrets } = this.config.resolve(vault.crypter);
    const reporter = this.reporter(values, secrets);
    if (snapshot.interrupted > 0 && operation !== "preview") {
      const message = `the last run was interrupted in ${snapshot.interrupted} operation(s): what they did to the hosts is not known`;
      reporter.diagnostic({ urn: "", severity: "warning", message });
    }
    const good = await this.deploy(snapshot, reporter, values, secrets);
    reporter.end();
    if (!good) return exitCodes.failed;
    return this.options.expectNoChanges ? this.judgeChanges(reporter) : exitCodes.good;
  }

  private async deploy(
    snapshot: Snapshot,
    reporter: Reporter,
    values: Record<string, string>,
    secretKeys: string[],
  ): Promise<boolean> {
    const { operation, stack, parallel } = this.options;
    if (operation === "refresh") return refresh(snapshot, reporter);
    const facts: DeploymentFacts = {
      project: this.project.name,
      stack,
      organization: "organization",
      dryRun: operation === "preview",
      parallel,
      config: values,
      secretKeys,
    };
    const deployment = new Deployment(this.project, facts, snapshot, reporter, this.signal);
    return operation === "destroy" ? deployment.destroy() : deployment.run();
  }

  /** The state's own salt opens it; the stack's file says with which salt it is written. */
  private async openVault(
    latest: { [key: string]: Json } | undefined,
  ): Promise<{ vault: Vault; crypter: Crypter }> {
    const passphrase = process.env.PULUMI_CONFIG_PASSPHRASE ?? "lab";
    const providers = latest?.secrets_providers as { type?: string; state?: { salt?: string } } | undefined;
    if (providers?.type && providers.type !== "passphrase") {
      throw new Error(
        `the state's secrets are kept by ${providers.type}: the lab's engine knows only passphrase`,
      );
    }
    const stateSalt = providers?.state?.salt;
    const salt = this.config.salt ?? stateSalt;
    const writer = await Crypter.open(passphrase, salt);
    if (this.config.salt !== writer.salt) this.config.useSalt(writer.salt);
    const reader =
      stateSalt && stateSalt !== writer.salt ? await Crypter.open(passphrase, stateSalt) : writer;
    return { vault: new Vault(reader, writer), crypter: writer };
  }

  private reporter(values: Record<string, string>, secretKeys: string[]): Reporter {
    const { operation, json, diff, stack, truncate } = this.options;
    const shown = Object.entries(values).map(([key, value]) => [
      key,
      secretKeys.includes(key) ? "[secret]" : value,
    ]);
    return new Reporter({
      view: json ? (operation === "preview" ? "digest" : "events") : diff ? "diff" : "tree",
      planning: operation === "preview",
      truncate,
      verb: operation === "export" ? "" : verbs[operation],
      stack,
      config: Object.fromEntries(shown) as Record<string, string>,
      style: new Style(this.output.coloured),
      out: this.output.out,
      error: this.output.error,
    });
  }

  private judgeChanges(reporter: Reporter): number {
    if (Object.entries(reporter.changes).every(([operation, count]) => operation === "same" || count === 0)) {
      return exitCodes.good;
    }
    const happened = this.options.operation === "preview" ? "proposed" : "made";
    this.output.error(`error: no changes were expected but changes were ${happened}\n`);
    return exitCodes.unexpectedChanges;
  }

  private export(snapshot: Snapshot): number {
    const deployment = snapshot.serialize();
    if (this.options.showSecrets) {
      deployment.resources = snapshot.resources().map((resource) =>
        writeResource(resource, (map) =>
          encodeMap(map, function open(secret): Json {
            return wrapSecret({ plaintext: JSON.stringify(encodeValue(secret.value, open)) });
          }),
        ),
      );
    }
    this.output.out(`${JSON.stringify({ version: 3, deployment }, null, 4)}\n`);
    return exitCodes.good;
  }
}

/** Commands can not be read back, so a refresh finds everything as it is in the state. */
function refresh(snapshot: Snapshot, reporter: Reporter): boolean {
  for (const resource of snapshot.base) {
    const step = makeStep("same", resource, resource);
    reporter.started(step);
    reporter.finished(step, 0);
  }
  snapshot.save();
  return true;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
}
