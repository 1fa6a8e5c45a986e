import { effect, note } from "./effect";

/** A create that fails leaves nothing; what depends on it is not begun; the next run carries on. */
export default function failingCreate(phase: number) {
  const a = effect("a");
  const b = effect(
    "b",
    { create: phase === 1 ? `${note("try b")}; printf 'oh "no"\\n' >&2; exit 3` : note("create b") },
    { dependsOn: a },
  );
  effect("c", {}, { dependsOn: b });
  return { phase, a: a.stdout };
}
