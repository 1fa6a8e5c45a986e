// `npm run demo`: a cluster from nothing to nothing, on hosts of its own. However it ends, no host keeps running.
import { constants } from "node:os";
import type { Fingerprint } from "../fingerprint";
import { openLab, type LabStatus } from "../index";
import { Pulumi } from "./pulumi";
import { cutPower, pairDestroy, pairUp } from "./pairSteps";
import { during, heading, paint, say, shown, silence } from "./screen";
import { breakIt, destroy, fingerprints, preview, repair, up, upAgain, visits, type Stage } from "./steps";

const interrupted = new AbortController();
const lab = openLab(`demo-${process.pid}`);
const cluster = new Pulumi(lab, "examples/dr-cluster", 1);
const pair = new Pulumi(lab, "examples/ha-pair", 2);
let booted: Promise<unknown> = Promise.resolve();

function addressesOf(status: LabStatus): Record<string, string> {
  const machines = status.hosts.filter((host) => host.substrate === "uml");
  return Object.fromEntries(machines.map((host) => [host.name, host.address]));
}

async function boot(): Promise<Stage> {
  heading("A direct-routing cluster on real Linux kernels, on this machine");
  const plan = { directors: 2, realServers: 3, clients: 1, owner: process.pid };
  const start = Date.now();
  // The second act needs the second director. To start it later would take as long.
  const status = await during("starting two directors, three real servers and a client", () => {
    const boot = lab.up(plan, interrupted.signal);
    booted = boot.catch(() => undefined);
    return boot;
  });
  const addresses = addressesOf(status);
  const servers = status.hosts.filter((host) => host.role === "real-server").map((host) => host.name);
  shown(
    `${status.hosts.map((host) => host.name).join(", ")} are up after ${Math.round((Date.now() - start) / 1000)} s`,
  );
  say();
  for (const line of [
    `The program is ${cluster.example}/index.ts. "pulumi …" stands for`,
    `npm run lab -- pulumi … --cwd ${cluster.example} --lab ${lab.name}: the Pulumi CLI, with the lab's hosts as config (and, here, a state that goes with the demo).`,
  ]) {
    say(paint("dim", line));
  }
  return { lab, pulumi: cluster, vip: status.vip[0] ?? "", servers, addresses };
}

/** The same real servers behind two directors. */
async function secondAct(first: Stage, before: Record<string, Fingerprint>): Promise<void> {
  const stage = { ...first, pulumi: pair };
  await pairUp(stage);
  await cutPower(stage);
  await pairDestroy(stage, before);
}

async function play(): Promise<void> {
  const start = Date.now();
  const stage = await boot();
  const before = await fingerprints(stage);
  await preview(stage);
  await up(stage);
  await visits(stage, "Who answers?");
  await upAgain(stage);
  await breakIt(stage);
  await repair(stage);
  await visits(stage, "Who answers now?");
  await secondAct(stage, await destroy(stage, before));
  heading("On your own hosts");
  say("1. Some CentOS-like hosts on one network, root or sudo by ssh, and the Pulumi CLI.");
  say(`2. cd ${cluster.example}; pulumi stack init dev; set the config that its README.md lists.`);
  say("3. pulumi preview, then pulumi up.");
  say();
  say(paint("dim", `The demo took ${Math.round((Date.now() - start) / 1000)} s.`));
}

async function main(): Promise<number> {
  const stopped = new Promise<never>((_, reject) => {
    interrupted.signal.addEventListener("abort", () => reject(interrupted.signal.reason as Error));
  });
  let failure: unknown;
  try {
    await Promise.race([play(), stopped]);
  } catch (error) {
    failure = error;
  }
  silence();
  // Operations under way end at the latest when their hosts end.
  const ended = Promise.all([cluster.end(), pair.end()]);
  await booted;
  await lab.down();
  await ended;
  if (failure === undefined) return 0;
  tell(failure);
  return 1;
}

function tell(failure: unknown): void {
  process.stderr.write(
    `\n${paint("red", "✗")} ${failure instanceof Error ? failure.message : String(failure)}\n`,
  );
}

function interrupt(signal: NodeJS.Signals): void {
  if (interrupted.signal.aborted) return;
  process.exitCode = 128 + constants.signals[signal];
  interrupted.abort(new Error(`${signal}: the hosts are gone`));
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt(signal));
// Nobody reads the rest: `npm run demo | head`.
process.stdout.on("error", () => interrupt("SIGPIPE"));
process.stderr.on("error", () => undefined);

main()
  .catch((error: unknown) => {
    tell(error);
    return 1;
  })
  .then((code) => process.exit(process.exitCode ?? code))
  .catch(() => process.exit(1));
