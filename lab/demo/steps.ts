// The demo's steps in the order in which they are shown. Each step throws if it did not have the result that it announces.
import { fingerprint, leftBehind, type Fingerprint } from "../fingerprint";
import type { Lab } from "../index";
import { damages } from "./damage";
import type { PulumiEnd } from "../pulumi";
import type { Pulumi } from "./pulumi";
import { announced, differences, progress, summed } from "./reading";
import { during, heading, paint, say, shown, typed } from "./screen";
import { inTurn, picture, visit } from "./visits";

export interface Stage {
  lab: Lab;
  pulumi: Pulumi;
  vip: string;
  servers: string[];
  /** By host. */
  addresses: Record<string, string>;
}

export function check(good: boolean, otherwise: string): asserts good {
  if (!good) throw new Error(otherwise);
}

export function succeeded(operation: string, { code, stdout, stderr }: PulumiEnd): void {
  check(code === 0, `pulumi ${operation} ended with status ${code}:\n${stdout}${stderr}`);
}

/** Of each host. */
export async function fingerprints({ lab, addresses }: Stage): Promise<Record<string, Fingerprint>> {
  const taken = Object.keys(addresses).map(async (host) => [host, await fingerprint(lab, host)] as const);
  return Object.fromEntries(await during("writing down how the hosts are", () => Promise.all(taken)));
}

export async function preview({ pulumi, servers }: Stage): Promise<void> {
  heading("What would happen?");
  typed("pulumi preview");
  const result = await during("looking at the hosts", () => pulumi.run("preview"));
  succeeded("preview", result);
  const hosts = announced(result.stdout);
  for (const host of ["d1", "r1"]) {
    const lines = hosts.get(host);
    check(lines !== undefined, `the preview does not say what ${host} will get:\n${result.stdout}`);
    say();
    say(`${paint("bold", host)} will get`);
    for (const line of lines) say(`  ${line.startsWith("[") ? paint("dim", line) : paint("green", line)}`);
  }
  say();
  check(
    servers.every((server) => hosts.has(server)),
    `a real server is missing:\n${result.stdout}`,
  );
  shown(`${servers.slice(1).join(" and ")} will get the same as r1; so far nothing has been touched`);
}

export async function up({ pulumi }: Stage): Promise<void> {
  heading("Make it so");
  typed("pulumi up");
  const result = await during("changing the hosts", () =>
    pulumi.run("up", {
      line: (text) => {
        const change = progress(text);
        if (change !== undefined) say(change);
      },
    }),
  );
  succeeded("up", result);
  shown(summed(result.stdout));
}

export async function visits(stage: Stage, title: string): Promise<void> {
  heading(title);
  typed(`for i in {1..12}; do curl http://${stage.vip}/; done`, "c1");
  const answers = await visit(stage.lab, stage.vip, 12);
  for (const line of picture(stage.vip, "d1", stage.servers, answers)) say(line);
  check(inTurn(answers, stage.servers), `not in turn: ${answers.map((who) => who ?? "nobody").join(" ")}`);
  shown("each real server in turn");
}

export async function upAgain({ pulumi }: Stage): Promise<void> {
  heading("Once more");
  typed("pulumi up --expect-no-changes");
  const result = await during("looking at the hosts", () =>
    pulumi.run("up", { flags: ["--expect-no-changes"] }),
  );
  succeeded("up --expect-no-changes", result);
  shown(`${summed(result.stdout)}: there was nothing to do, so nothing was done`);
}

export async function breakIt(stage: Stage): Promise<void> {
  const { lab, pulumi, vip, servers, addresses } = stage;
  heading("Somebody changes things by hand");
  const done = damages(vip, addresses);
  for (const { host, command } of done) {
    typed(command, host);
    const { code, stderr } = await lab.exec(host, command.split(" "));
    check(code === 0, `${host}: ${command}: ${stderr}`);
  }
  const answers = await during("6 visits", () => visit(lab, vip, 6, 1));
  say();
  for (const line of picture(vip, "d1", servers, answers)) say(line);
  check(answers.includes(undefined) && !answers.includes("r2"), "the visits do not show the damage");

  heading("Does anybody notice?");
  typed("pulumi preview --diff");
  const result = await during("looking at the hosts", () => pulumi.run("preview", { flags: ["--diff"] }));
  succeeded("preview --diff", result);
  const found = differences(result.stdout);
  let shownLast = "";
  for (const { resource, line } of found) {
    if (resource !== shownLast) say(paint("bold", resource));
    shownLast = resource;
    say(`  ${paint(line.startsWith("+") ? "green" : "red", line)}`);
  }
  for (const line of done.flatMap(({ named }) => named)) {
    const named = found.some((each) => each.line.startsWith("+ # ") && each.line.endsWith(line));
    check(named, `the preview does not say: ${line}\n${result.stdout}`);
  }
  say();
  shown("every one of them, on its host");
}

export async function repair({ pulumi }: Stage): Promise<void> {
  heading("Put it right");
  typed("pulumi up");
  const result = await during("repairing the hosts", () => pulumi.run("up"));
  succeeded("up", result);
  shown(summed(result.stdout));
}

/** Destroys, and returns the hosts' state after that. */
export async function destroy(
  stage: Stage,
  before: Record<string, Fingerprint>,
): Promise<Record<string, Fingerprint>> {
  heading("Give the hosts back");
  typed("pulumi destroy");
  const result = await during("giving back what was taken", () => stage.pulumi.run("destroy"));
  succeeded("destroy", result);
  shown(summed(result.stdout));
  const after = await fingerprints(stage);
  unchangedSince(before, after);
  return after;
}

/** Prints that nothing has changed, or fails with the differences. */
export function unchangedSince(
  before: Record<string, Fingerprint>,
  after: Record<string, Fingerprint>,
): void {
  const left = Object.keys(before).flatMap((host) =>
    leftBehind(before[host]!, after[host]!).map((line) => `${host}: ${line}`),
  );
  check(left.length === 0, `the hosts are not as they were:\n${left.join("\n")}`);
  const facts = Object.values(before).reduce((sum, { size }) => sum + size, 0);
  shown(`${facts} facts about the hosts (files, packages, settings, rules) are as they were`);
  say(paint("dim", "  (what nginx's package leaves on any host stays: its user, and /var/lib/nginx)"));
}
