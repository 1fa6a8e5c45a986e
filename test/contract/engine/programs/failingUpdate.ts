import { effect, note } from "./effect";

/** An update that fails leaves the old state, and is tried again. */
export default function failingUpdate(phase: number) {
  const update = phase === 2 ? `${note("try a")}; exit 1` : note(`update a ${phase}`);
  const a = effect("a", { stdin: phase === 1 ? "old" : "new", update });
  effect("b", { stdin: a.stdout });
  return { phase };
}
