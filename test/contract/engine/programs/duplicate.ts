import { effect } from "./effect";

/** Two resources of one name: refused, and nothing is deleted. */
export default function duplicate(phase: number) {
  effect("a");
  if (phase === 1) effect("b");
  else effect("a", { stdin: "second" });
}
