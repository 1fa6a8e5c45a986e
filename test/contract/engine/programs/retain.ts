import { effect } from "./effect";

/** What is to be retained leaves the state without its delete being run. */
export default function retain(phase: number) {
  if (phase === 1) effect("kept", {}, { retainOnDelete: true });
  effect("replaced", { triggers: [phase] }, { retainOnDelete: true });
}
