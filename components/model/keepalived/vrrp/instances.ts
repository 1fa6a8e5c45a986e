import { elements, isRecord, join, later } from "../../shape";

export type Given = Record<string, unknown>;

/** An instance with the place where the user wrote it. A pair with only `vips` is one instance itself. */
export interface InstanceAt {
  given: Given;
  path: string;
}

/** An instance that is not known yet: each of its members may turn out to be anything. */
const open: Given = Object.fromEntries(
  ["name", "vips", "virtualRouterId", "priorities", "preempt"].map((member) => [member, later]),
);

export function instancesIn(given: Given): InstanceAt[] {
  if (given["instances"] !== undefined) {
    return elements(given["instances"]).flatMap((each, index) => {
      const path = `instances[${index}]`;
      return isRecord(each) ? [{ given: each, path }] : each === later ? [{ given: open, path }] : [];
    });
  }
  return [{ given: { vips: given["vips"], virtualRouterId: given["virtualRouterId"] }, path: "" }];
}

/** The place of an instance's own argument, or else of the pair's. */
export function writtenAt(given: unknown, member: string, path: string): string {
  return isRecord(given) && given[member] !== undefined ? join(path, member) : member;
}
