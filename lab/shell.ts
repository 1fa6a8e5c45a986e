import { LabError } from "./errors";
import type { Lab } from "./lab";

/** Runs a line of shell on a host and fails if it fails. Returns what it printed. */
export async function shell(lab: Lab, host: string, line: string): Promise<string> {
  const { code, stdout, stderr } = await lab.exec(host, ["bash", "-c", line]);
  if (code !== 0) throw new LabError(`${host}: ${line}: status ${code}: ${stderr}`);
  return stdout;
}
