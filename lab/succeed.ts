// Programs on a host that must succeed.
import { LabError } from "./errors";
import type { Lab, LabExecOptions } from "./lab";

/** Runs a program on a host and fails if it fails. Returns what it printed. */
export async function succeed(
  lab: Lab,
  host: string,
  argv: readonly string[],
  options?: LabExecOptions,
): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(host, argv, options);
  if (code !== 0) throw new LabError(`${host}: ${argv.join(" ")}: status ${code}\n${stdout}${stderr}`);
  return stdout;
}

/** The same for a line of shell. */
export function shell(lab: Lab, host: string, line: string): Promise<string> {
  return succeed(lab, host, ["bash", "-c", line]);
}
