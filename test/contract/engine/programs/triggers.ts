import { effect, note } from "./effect";

/** A changed trigger creates anew before it deletes; what uses its output is updated. */
export default function triggers(phase: number) {
  const a = effect("a", { triggers: [phase], create: note(`create a ${phase}`) });
  effect("b", { stdin: a.stdout });
  effect("c", { triggers: ["same", a.stdout] });
}
