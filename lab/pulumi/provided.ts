// The Pulumi CLI that the lab runs: found or built by provide.sh.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { LabError } from "../errors";

export interface ProvidedPulumi {
  /** The CLI's file. */
  pulumi: string;
  /** PULUMI_HOME for it: where it finds its plugins. */
  home: string;
  /** The plugins that are the lab's own, as Pulumi's are not installed: `nodejs`, `command`. */
  standIns: string[];
}

const found = new Map<boolean, Promise<ProvidedPulumi>>();

/** Looks once a process. `yaml`: with the language host for YAML programs. */
export function providePulumi({ yaml = false } = {}): Promise<ProvidedPulumi> {
  const known = found.get(yaml) ?? provide(yaml);
  found.set(yaml, known);
  return known;
}

function provide(yaml: boolean): Promise<ProvidedPulumi> {
  return new Promise((resolve, reject) => {
    const words = [join(__dirname, "provide.sh"), ...(yaml ? ["--yaml"] : [])];
    const child = spawn("bash", words, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", (error) => reject(new LabError(`bash cannot be run: ${error.message}`)));
    child.on("close", (code) => {
      const lines = new Map(
        output.split("\n").map((line) => {
          const [word = "", ...rest] = line.split(" ");
          return [word, rest.join(" ")] as const;
        }),
      );
      const [pulumi, home] = [lines.get("pulumi"), lines.get("home")];
      if (code === 0 && pulumi && home)
        resolve({ pulumi, home, standIns: (lines.get("stand-ins") ?? "").split(" ").filter(Boolean) });
      else reject(new LabError("there is no Pulumi CLI to be used; the reason is above"));
    });
  });
}
