import { effect, note } from "./effect";

/** An ignored change keeps the old value, whole or at a path, until a replacement takes the new one. */
export default function ignoredChanges(phase: number) {
  const args = {
    stdin: `value ${phase}`,
    environment: { A: `a${phase}`, B: phase >= 3 ? "b3" : "b" },
    create: note("create a"),
    update: note("update a"),
  };
  effect(
    "a",
    { ...args, triggers: [phase >= 4 ? "new" : "old"] },
    { ignoreChanges: ["stdin", "environment.A"] },
  );
}
