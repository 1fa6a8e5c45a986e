import { effect, note } from "./effect";

/** What would be replaced with it goes first; what would only be updated, or merely depends on it, stays. */
export default function deleteBeforeReplace(phase: number) {
  const a = effect(
    "a",
    { triggers: [phase], create: note(`create a ${phase}`) },
    { deleteBeforeReplace: true },
  );
  effect("b", { create: a.stdout.apply((text) => note(`create b of ${text}`)) });
  effect("c", { triggers: [a.stdout] });
  effect("d", {}, { dependsOn: a });
}
