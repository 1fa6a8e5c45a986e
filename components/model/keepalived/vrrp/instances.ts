import { elements, isRecord, join, later } from "../../shape";

export type Given = Record<string, unknown>;

/** An instance with the place where the user wrote it: a pair that speaks of VIPs only is one by itself. */
export interface InstanceAt {
  given: Given;
  path: string;
}

/** An instance that is not known yet may turn out to say anything. */
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

/** Where an instance's own word or else the pair's is written. */
export function writtenAt(given: unknown, member: string, path: string): string {
  return isRecord(given) && given[member] !== undefined ? join(path, member) : member;
}
