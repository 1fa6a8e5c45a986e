import { effect } from "./effect";

/** A program that throws deletes nothing, keeps what it got done, and keeps its old outputs. */
export default function throws(phase: number) {
  effect("a", { stdin: String(phase) });
  if (phase === 2) throw new Error("the program's own error");
  effect("b");
  return { phase };
}
