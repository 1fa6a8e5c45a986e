import { elements } from "../component";
import { isRecord, join } from "../shape";

export type Given = Record<string, unknown>;

/** An instance with the place where the user wrote it: a pair that speaks of VIPs only is one by itself. */
export interface Placed {
  given: Given;
  path: string;
}

export function placed(given: Given): Placed[] {
  if (given["instances"] !== undefined) {
    return elements(given["instances"]).flatMap((each, index) =>
      isRecord(each) ? [{ given: each, path: `instances[${index}]` }] : [],
    );
  }
  const vips = given["vips"] ?? (given["vip"] === undefined ? undefined : [given["vip"]]);
  return [{ given: { vips, virtualRouterId: given["virtualRouterId"] }, path: "" }];
}

/** Where an instance's own word or else the pair's is written. */
export function saidAt(given: unknown, member: string, path: string): string {
  return isRecord(given) && given[member] !== undefined ? join(path, member) : member;
}
