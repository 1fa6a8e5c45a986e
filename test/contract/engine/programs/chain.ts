import { effect, note } from "./effect";

/** Created, unchanged, updated in the middle, shortened, destroyed. */
export default function chain(phase: number) {
  const a = effect("a");
  const b = effect("b", phase >= 2 ? { update: note("update b"), stdin: "new" } : {}, { dependsOn: a });
  if (phase >= 3) return { a: a.stdout };
  effect("c", {}, { dependsOn: b });
  return { a: a.stdout, b: b.stdout };
}
