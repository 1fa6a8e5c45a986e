import { statePath } from "../host/paths";
import { hostProgram, programSum } from "../host/program";
import type { Access } from "../model/host";
import { Become } from "../args/enums";
import { HostFailure, tookTooLong } from "./failure";
import { bashAsRoot } from "./bashAsRoot";
import type { Outcome, Transport } from "./run";

/** What a look at a host brought. */
export interface Finding {
  /** Goes before the document. The same as the last time when there is nothing to do. */
  header: string;
  /** The header of the last change, whatever has happened on the host since. */
  stored: string | undefined;
  /** What differs from what was applied, in words. */
  drift: string[];
  /** What others put there, which was left alone. */
  foreign: string[];
  /** Other owners there whose document is the same, where nothing has been applied by this owner's name yet. */
  twins: string[];
  /** Owners whose claims this one takes over: it had their names before. */
  takesOver: string[];
  /** What the change does to open connections, a sentence a service. */
  connections: string[];
  /** Addresses, or `keepalived`, that have left the document in an earlier update and are still there, since no release has come. */
  leftovers: string[];
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

/** How errors call what failed. */
const deed: Record<Verb, string> = {
  observe: "looking at the host",
  "keep-program": "bringing the program to the host",
};

/** The program that is on the host already is used as it is; only where there is none, or another one, is it sent. */
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

/** The status by which a host says that it has no program, or another one than is wanted. */
const otherProgram = 83;

/** Has the program run that is on the host, if it has this SHA-256 sum. */
export function keptCommand(verb: Verb, sum: string, become: Become, timeout: number): string {
  const run = verb === "observe" ? "exec bash $0 observe" : "exit 0";
  const same = `[ "$(sha256sum 2>/dev/null <$0)" = "${sum}  -" ]`;
  return `${bashAsRoot(become, timeout)} -c '${same} || exit ${otherProgram}; ${run}' ${statePath}/program`;
}

/**
 * Sends the program: it is the first bytes of standard input and the document the rest, so nothing is on the command line. It ends on the host in time as
 * well: a look that hangs there would hold the host's lock when nobody waits for it any more.
 */
export function sendingCommand(verb: Verb, bytes: number, become: Become, timeout: number): string {
  return `${bashAsRoot(become, timeout)} -c 'LVS_PROGRAM=$(head -c ${bytes}); eval "$LVS_PROGRAM"' pulumi-lvs ${verb}`;
}

/** Reads lines of one letter, a blank and a text. What is no such line (a greeting of the login shell) is passed over. */
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
    connections: tagged("C"),
    leftovers: tagged("L"),
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
