import { effect } from "./effect";

/** A program that ends itself deletes nothing either. */
export default function exits(phase: number) {
  effect("a");
  if (phase === 2) setTimeout(() => process.exit(3), 1500);
  else effect("b");
  return { phase };
}
