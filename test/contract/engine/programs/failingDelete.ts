import { effect, note } from "./effect";

/** Deletes go layer by layer from the leaves; a failure keeps all the layers below it. */
export default function failingDelete(phase: number) {
  if (phase > 1) return {};
  const a = effect("a");
  const b = effect("b", { delete: `${note("try b")}; [ -e "$EFFECTS.heal" ]` }, { dependsOn: a });
  effect("c", {}, { dependsOn: b });
  effect("x");
  return { phase };
}
