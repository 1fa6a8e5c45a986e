import { statePath } from "../host/paths";
import { hostProgram, programSum } from "../host/program";
import type { Access } from "../model/host";
import { Become } from "../args/enums";
import { HostFailure, tookTooLong } from "./failure";
import { bashAsRoot } from "./bashAsRoot";
import type { Outcome, Transport } from "./run";

/** The result of a look at a host. */
export interface Finding {
  /** The header of the document. It is the same as the last time if there is nothing to do. */
  header: string;
  /** The header of the last change, whatever has happened on the host since. */
  stored: string | undefined;
  /** The differences from what was applied, in words. */
  drift: string[];
  /** Foreign services, which nobody touches. */
  foreign: string[];
  /** Other owners on the host with the same document, if nothing has been applied under this owner's name yet. */
  twins: string[];
  /** Owners whose claims this one takes over. They are its former names. */
  takesOver: string[];
  /** What firewalld does not let through, if that is only to be reported; what a filter of somebody else seems to drop; what SELinux forbids. */
  warnings: string[];
  /** What the change does to open connections, one sentence for each service. */
  connections: string[];
  /**
   * Addresses and the like, or `keepalived`, that left the document in an earlier update and are still on the host because no release has
   * run.
   */
  leftovers: string[];
  /** Why addresses or routes may be lost, where that is drift: what the host's network managers do. */
  causes: string[];
  /** What counts only from the next load of a kernel module. */
  deferred: string[];
  /** Why the document cannot be applied here. */
  reasons: string[];
  /** Whether an earlier change is to be finished or claimed again, whatever the host looks like. */
  unfinished: boolean;
  /** The VRRP instances that keepalived runs there, by name, with the state of each: `MASTER`, `BACKUP`, `FAULT`. */
  instances: Record<string, string>;
}

/** `observe` writes nothing at all; `keep-program` leaves the program on the host for the change that follows. */
export type Verb = "observe" | "keep-program";

/** Looks at a host, and writes nothing there. */
export async function probe(
  transport: Transport,
  who: string,
  access: Access,
  document: string,
  timeout: number,
): Promise<Finding> {
  return readFinding(who, await runProgram(transport, "observe", who, access, document, timeout));
}

/** Leaves the program on a host, unless a newer one is there. */
export async function keepProgram(
  transport: Transport,
  who: string,
  access: Access,
  timeout: number,
): Promise<void> {
  await runProgram(transport, "keep-program", who, access, "", timeout);
}

/** What failed, in the words of errors. */
const deed: Record<Verb, string> = {
  observe: "looking at the host",
  "keep-program": "bringing the program to the host",
};

/** Runs the program on the host if it is the same. It is sent only if the host has none, or another one. */
async function runProgram(
  transport: Transport,
  verb: Verb,
  who: string,
  access: Access,
  document: string,
  timeout: number,
): Promise<string> {
  const { connection, become } = access;
  const ask = async (command: string, stdin: string): Promise<Outcome> => {
    const outcome = await transport({ who, connection, command, stdin, timeout });
    // The status of timeout(1), which ended it.
    if (outcome.status === 124) throw tookTooLong(who, timeout, deed[verb]);
    return outcome;
  };
  const program = hostProgram();
  let outcome = await ask(keptCommand(verb, programSum(), become, timeout), document);
  if (outcome.status === otherProgram)
    outcome = await ask(
      sendingCommand(verb, Buffer.byteLength(program), become, timeout),
      program + document,
    );
  if (outcome.status !== 0) throw new HostFailure(refused(who, deed[verb], access, outcome));
  return outcome.stdout;
}

/** The status of a host that has no program, or not the wanted one. */
const otherProgram = 83;

/** The command that runs the program on the host, if it has this SHA-256 sum. */
export function keptCommand(verb: Verb, sum: string, become: Become, timeout: number): string {
  const run = verb === "observe" ? "exec bash $0 observe" : "exit 0";
  const same = `[ "$(sha256sum 2>/dev/null <$0)" = "${sum}  -" ]`;
  return `${bashAsRoot(become, timeout)} -c '${same} || exit ${otherProgram}; ${run}' ${statePath}/program`;
}

/**
 * The command that receives and runs the program. Standard input has the program in its first bytes, then the document, so nothing is on
 * the command line. The host itself ends it after the time, too: a look that hangs there would keep the host's lock while nobody waits for
 * it any more.
 */
export function sendingCommand(verb: Verb, bytes: number, become: Become, timeout: number): string {
  return `${bashAsRoot(become, timeout)} -c 'LVS_PROGRAM=$(head -c ${bytes}); eval "$LVS_PROGRAM"' pulumi-lvs ${verb}`;
}

/** Reads lines of one letter, a blank and a text. Other lines, such as a greeting of the login shell, are ignored. */
export function readFinding(who: string, output: string): Finding {
  const tagged = (tag: string) =>
    output
      .split("\n")
      .filter((line) => line.startsWith(`${tag} `))
      .map((line) => line.slice(2));
  const [header, stored, reasons] = [tagged("H"), tagged("S"), [...new Set(tagged("E"))]];
  if (reasons.length === 0 && header[0]?.startsWith("# generation ") !== true) {
    throw new HostFailure(
      `${who}: the probe came back without an answer; look at what the login shell of this user does`,
    );
  }
  return {
    header: header.join("\n"),
    stored: stored.length === 0 ? undefined : stored.join("\n"),
    drift: tagged("D"),
    foreign: tagged("F"),
    twins: tagged("R"),
    takesOver: tagged("T"),
    warnings: tagged("W"),
    connections: tagged("C"),
    leftovers: tagged("L"),
    causes: tagged("M"),
    deferred: tagged("N"),
    reasons,
    unfinished: output.split("\n").includes("U"),
    instances: Object.fromEntries(tagged("I").map((line) => line.split(" ") as [string, string])),
  };
}

function refused(
  who: string,
  what: string,
  access: Access,
  outcome: { status: number; stderr: string },
): string {
  const said = outcome.stderr.replaceAll(/\s+/g, " ").trim().slice(0, 2000);
  const { user } = access.connection;
  if (access.become === Become.Sudo && /^sudo: /m.test(outcome.stderr)) {
    return `${who}: user ${user} may not use sudo without a password (${said}); give it a NOPASSWD rule, or log in as root`;
  }
  if (outcome.status === 127)
    return `${who}: the host lacks a program that is needed (${said}); install bash and coreutils`;
  const sentence = said.replace(/^error: /, "");
  return `${who}: ${what} failed with status ${outcome.status}: ${sentence === "" ? "it said nothing" : sentence}`;
}
