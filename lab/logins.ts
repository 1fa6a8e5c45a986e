// The logins to a machine, from its own log.
import { run, type ExecResult } from "./process";

/** Logins by ssh that a machine has accepted since it was last switched on. */
export interface SshConnections {
  /** By the lab itself (its own key). */
  lab: number;
  /** By everybody else: programs under test, which use the key that `status` names. */
  others: number;
}

/** `exec` runs a program on the machine; `controlKey` is the file of the lab's own key. */
export async function countLogins(
  exec: (argv: string[]) => Promise<ExecResult>,
  controlKey: string,
): Promise<SshConnections> {
  const fingerprint = (await run("ssh-keygen", "-l", "-f", `${controlKey}.pub`)).split(" ")[1]!;
  const { stdout } = await exec(["journalctl", "--unit=ssh", "--boot", "--output=cat", "--quiet"]);
  const logins = stdout.split("\n").filter((line) => line.startsWith("Accepted "));
  const lab = logins.filter((line) => line.includes(fingerprint)).length;
  return { lab, others: logins.length - lab };
}
