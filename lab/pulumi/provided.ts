// The Pulumi CLI that the lab runs: found or built by provide.sh.
import { join } from "node:path";
import { LabError } from "../errors";
import { runScript } from "../script";

export interface ProvidedPulumi {
  /** The CLI's file. */
  pulumi: string;
  /** PULUMI_HOME for it: where it finds its plugins. */
  home: string;
  /** The plugins that are the lab's own, as Pulumi's are not installed: `nodejs`, `command`. */
  standIns: string[];
}

let found: { provided: Promise<ProvidedPulumi>; yaml: boolean } | undefined;

/** Searches once in a process, and again if the result has no YAML. `yaml`: with the language host for YAML programs. */
export function providePulumi({ yaml = false } = {}): Promise<ProvidedPulumi> {
  if (found === undefined || (yaml && !found.yaml)) found = { provided: provide(yaml), yaml };
  return found.provided;
}

const missing = "there is no Pulumi CLI to be used; the reason is above";

async function provide(yaml: boolean): Promise<ProvidedPulumi> {
  const output = await runScript([join(__dirname, "provide.sh"), ...(yaml ? ["--yaml"] : [])], missing);
  const named = (word: string) => new RegExp(`^${word} (.*)$`, "m").exec(output)?.[1];
  const [pulumi, home] = [named("pulumi"), named("home")];
  if (!pulumi || !home) throw new LabError(missing);
  return { pulumi, home, standIns: (named("stand-ins") ?? "").split(" ").filter(Boolean) };
}
