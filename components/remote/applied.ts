import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { statePath } from "../host/program";
import type { Connection, Hop } from "../model/connection";
import type { Access, Place } from "../model/host";
import { type Become, Drift } from "../model/options";
import { announcement, secretAnnouncement } from "../render/announcement";
import { bashAsRoot } from "./bashAsRoot";
import { HostFailure } from "./failure";
import { type Finding, keepProgram, probe } from "./probe";
import { claimOwner } from "./owners";
import { say } from "./say";
import { stopped } from "./stop";
import { sayFormerly } from "../formerly";
import { hooksWork, transport } from "./transport";
import { perRun } from "./perRun";

/** One owner's wish for one host. */
export interface Wish {
  /** The component that it comes from. */
  parent: pulumi.ComponentResource;
  /** What Pulumi calls the change. It is the owner's last part too, so that a new name without an alias is a new owner. */
  name: string;
  owner: string;
  place: pulumi.Output<Place>;
  access: pulumi.Output<Access>;
  /** The owners of the names that it had before. */
  formerly: pulumi.Output<string[]>;
  /** The host document, without a header. */
  document: pulumi.Output<string>;
  drift: pulumi.Output<Drift>;
  /** Seconds for a whole change. */
  timeout: pulumi.Output<number>;
  /** What stands in the document by name only, as `@{secret:NAME}`: it travels apart, so that the document can be read. */
  secrets: pulumi.Output<Record<string, string>> | undefined;
  /** Is told what the host looks like, once somebody has looked. */
  found: ((finding: Finding) => void) | undefined;
}

/** The header where nobody looks: without a look there is no repair, so it never changes. */
const unseen = "# generation 1";

/** Has the document applied on its host: looked at in every preview, changed by one remote Command. */
export function applied(wish: Wish): remote.Command {
  const { access, document, secrets } = wish;
  const header = pulumi
    .all([wish.place, access, document, wish.drift, wish.timeout])
    .apply(([place, known, text, drift, timeout]) => look(wish, place, known, text, drift, timeout));
  // What is secret about `access` does not show in a header; what is secret in a document stays so.
  const stdin = pulumi.all([pulumi.unsecret(header), document]).apply(([first, text]) => `${first}\n${text}`);
  const before =
    secrets === undefined ? [] : [hostCommand(wish, "secrets", secretText(wish, header, secrets))];
  return hostCommand(wish, "apply", stdin, before);
}

/** On the stream of a Command of its own, whose whole input is secret. */
function secretText(
  wish: Wish,
  header: pulumi.Output<string>,
  secrets: pulumi.Output<Record<string, string>>,
): pulumi.Output<string> {
  const text = pulumi.all([header, secrets, wish.formerly]).apply(([, known, formerly]) => {
    const former = formerly.map((owner) => `formerly = ${owner}`);
    const lines = Object.entries(known).map(([name, value]) => `${name}\t${value}`);
    return [`# lvs secrets 1, owner ${wish.owner}`, ...former, ...lines.sort(), "# end", ""].join("\n");
  });
  return pulumi.secret(text);
}

/** What is called when a Command is created, updated and deleted. */
const verbs = {
  apply: { create: "apply", update: "update", delete: "remove" },
  secrets: { create: "secrets", update: "secrets", delete: "forget" },
} as const;

function hostCommand(
  wish: Wish,
  verb: keyof typeof verbs,
  stdin: pulumi.Output<string>,
  dependsOn: remote.Command[] = [],
): remote.Command {
  const { access } = wish;
  const become = pulumi.unsecret(access.apply((known) => known.become));
  const text = (each: HostVerb) =>
    pulumi.all([become, wish.timeout]).apply(([right, timeout]) => command(each, right, timeout));
  return new remote.Command(
    verb === "apply" ? wish.name : `${wish.name}-${verb}`,
    {
      connection: pulumi.secret(access.apply((known) => connectionArguments(known.connection))),
      create: text(verbs[verb].create),
      update: text(verbs[verb].update),
      delete: text(verbs[verb].delete),
      stdin,
      // The provider would show every line of output, and hang on a long one.
      logging: remote.Logging.None,
      // It would send the last output by environment, which sshd refuses by default.
      addPreviousOutputInEnv: false,
    },
    {
      parent: wish.parent,
      dependsOn,
      // A new key or address of the host shows as `connection: [secret] => [secret]`. Hidden by hideDiffs, a change of it alone would print
      // every input as if it were new, and no reason.
      additionalSecretOutputs: ["stdout", "stderr"],
      // Replaced (by --replace, say), the old one's `remove` must not come after the new one's `apply`.
      deleteBeforeReplace: true,
      ...programFirst(wish, verb),
    },
  );
}

/** How often this run has used a name for a hook. */
const hookNames = perRun<number>();

/**
 * Sends the program to the host right before each create and update: another removal (of a replacement, of another stack) may have taken it along a moment
 * ago, with the last owner. A removal needs no sending: as long as its owner is there, the program is.
 */
function programFirst(wish: Wish, verb: keyof typeof verbs): pulumi.CustomResourceOptions {
  const run = transport();
  if (run === undefined || !hooksWork()) return {};
  const known = pulumi.all([wish.place, wish.access, wish.timeout]);
  const bring = () =>
    new Promise<void>((resolve, reject) => {
      known.apply(([place, access, timeout]) =>
        keepProgram(run, nameOf(place), access, timeout).then(resolve, reject),
      );
    });
  const name = `${wish.owner} ${verb}`;
  const used = (hookNames().get(name) ?? 0) + 1;
  hookNames().set(name, used);
  const hook = new pulumi.ResourceHook(used === 1 ? name : `${name} ${used}`, bring);
  return { hooks: { beforeCreate: [hook], beforeUpdate: [hook] } };
}

async function look(
  wish: Wish,
  place: Place,
  access: Access,
  document: string,
  drift: Drift,
  timeout: number,
): Promise<string> {
  const who = nameOf(place);
  const taken = claimOwner(wish.parent, wish.owner, place.address, who);
  if (taken !== undefined) return stopped(wish.parent, taken);
  const run = transport();
  const preview = pulumi.runtime.isDryRun();
  if (run === undefined || (drift === Drift.Off && preview)) return unseen;
  let finding: Finding;
  try {
    finding = await probe(run, who, access, document, timeout);
  } catch (error) {
    if (error instanceof HostFailure) return stopped(wish.parent, error.message);
    throw error;
  }
  if (finding.reasons.length > 0) {
    const list = finding.reasons.map((reason) => `\n  ${reason}`).join("");
    return stopped(wish.parent, `${who} cannot be given what ${wish.owner} wants:${list}`);
  }
  if (drift === Drift.Off) return unseen;
  wish.found?.(finding);
  // A log waits for its component to be registered, and all later logs for it: a component that depends on others
  // would wait for them for ever, if they waited for their logs.
  if (preview) {
    for (const note of await notes(wish, who, document, finding)) say("info", note, wish.parent);
    for (const each of finding.takesOver)
      say("info", `${who}: ${wish.owner} takes over the claims of ${each}, its former name`, wish.parent);
    for (const twin of finding.twins) say("warn", twinNote(who, wish.owner, twin), wish.parent);
  }
  if (drift === Drift.Repair || finding.drift.length === 0) return finding.header;
  for (const each of finding.drift) say("warn", `${who} was changed: ${each}`, wish.parent);
  // (What has been left unfinished, or is to be claimed again, is gone on with.)
  const onlyDrift = finding.header.split("\n", 1)[0]?.endsWith(": repairs drift") === true;
  return onlyDrift ? (finding.stored ?? finding.header) : finding.header;
}

/** A preview says it as long as nothing has been applied by this name: afterwards both have claims. */
function twinNote(who: string, owner: string, twin: string): string {
  const [project = "", stack = "", ...rest] = twin.split("/");
  const sameComponent = owner.split("/").slice(2).join("/") === rest.join("/");
  const mend = sameComponent ? sayFormerly(project, stack) : "give the component's options aliases";
  return `${who}: ${twin} has the same there, word for word. If that is a former name of ${owner}, say so first (${mend}); otherwise the claims of that name stay on the host until that owner is destroyed`;
}

/** What a reviewer is to know beside the diff. Whoever runs the update has read it in the preview. */
async function notes(wish: Wish, who: string, document: string, finding: Finding): Promise<string[]> {
  const foreign = finding.foreign.map((each) => `${who}: left alone, not declared here: ${each}`);
  if (finding.stored !== undefined) return foreign;
  const secret = await pulumi.isSecret(wish.document);
  return [secret ? secretAnnouncement(who) : announcement(who, document), ...foreign];
}

/** How errors call a host: by the name that people know and the address that machines know. */
export function nameOf({ name, address }: Place): string {
  return name === address ? address : `${name} (${address})`;
}

type HostVerb = "apply" | "update" | "remove" | "secrets" | "forget";

export function command(verb: HostVerb, become: Become, timeout: number): string {
  const run = `${bashAsRoot(become, timeout)} ${statePath}/program ${verb}`;
  // A host that was installed anew has nothing to give back.
  return verb === "remove" || verb === "forget" ? `[ ! -d ${statePath} ] || ${run}` : run;
}

/** Field by field: the provider prints the whole connection, secrets and all, when it finds a field it does not know. */
function connectionArguments(connection: Connection): Required<remote.CommandArgs>["connection"] {
  const { proxy } = connection;
  return proxy === undefined ? hop(connection) : { ...hop(connection), proxy: hop(proxy) };
}

function hop(from: Hop) {
  return {
    host: from.host,
    port: from.port,
    user: from.user,
    ...(from.privateKey === undefined ? {} : { privateKey: from.privateKey }),
    ...(from.privateKeyPassword === undefined ? {} : { privateKeyPassword: from.privateKeyPassword }),
    ...(from.password === undefined ? {} : { password: from.password }),
    ...(from.agentSocketPath === undefined ? {} : { agentSocketPath: from.agentSocketPath }),
    ...(from.hostKey === undefined ? {} : { hostKey: from.hostKey }),
  };
}
