import * as pulumi from "@pulumi/pulumi";
import { effect, note } from "./effect";

/** Secret inputs stay secret in the state; outputs are not, unless they are said to be. */
export default function secrets(phase: number) {
  const word = pulumi.secret(phase === 1 ? "hunter2" : "hunter3");
  const a = effect("a", { stdin: word, create: note("create a") });
  const b = effect(
    "b",
    { environment: { WORD: word, PLAIN: "x" } },
    { additionalSecretOutputs: ["stdout", "stderr"] },
  );
  const c = effect("c", { triggers: [pulumi.secret("t"), { nested: pulumi.secret([1, null, "z"]) }] });
  return { a: a.stdout, b: b.stdout, c: c.stdin, word, nested: { word, list: [word, 1, true, null] } };
}
