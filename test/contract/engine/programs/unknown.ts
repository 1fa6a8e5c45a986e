import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { effect } from "./effect";

/** What a preview can not know: outputs to come, inputs made of them, and outputs of the stack. */
export default function unknown(phase: number) {
  const a = effect("a", { stdin: String(phase) });
  const b = effect("b", { environment: { FROM: a.stdout, FIXED: "x" } });
  effect("c", { triggers: [b.stdout] });
  const asked = command.local.runOutput({
    command: pulumi.interpolate`echo "asked ${a.stdout}" | tee -a "$EFFECTS"`,
  });
  const known = command.local.runOutput({ command: `echo "known" | tee -a "$EFFECTS"` });
  return { a: a.stdout, id: b.id.apply((id) => id !== ""), asked: asked.stdout, known: known.stdout };
}
