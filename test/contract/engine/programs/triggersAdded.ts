import { effect } from "./effect";

/** Triggers that were not there, grow, shrink and go. */
export default function triggersAdded(phase: number) {
  effect("a", [{}, { triggers: ["x"] }, { triggers: ["x", "y"] }, { triggers: ["y"] }, {}][phase - 1]);
}
