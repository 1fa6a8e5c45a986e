import type { Resource } from "../state/resource.js";
import type { DetailedDiff } from "../wire/diff.js";

export type Operation =
  | "same"
  | "create"
  | "update"
  | "delete"
  | "replace"
  | "create-replacement"
  | "delete-replaced"
  | "remove-pending-replace"
  | "refresh";

export interface Step {
  operation: Operation;
  urn: string;
  old?: Resource;
  next?: Resource;
  /** Property keys that changed, and those that are why it is replaced. */
  changed: string[];
  replaceKeys: string[];
  detailed?: DetailedDiff;
  /** A replacement is shown as one logical step; its physical ones are shown on request only. */
  logical: boolean;
  /** The old resource of a replacement is deleted at the very end, rather than first. */
  deleteOldLater?: boolean;
}

export const resourceOf = (step: Step): Resource => {
  const resource = step.next ?? step.old;
  if (!resource) throw new Error(`a ${step.operation} step of ${step.urn} without a resource`);
  return resource;
};

export function makeStep(
  operation: Operation,
  old: Resource | undefined,
  next: Resource | undefined,
  more: Partial<Step> = {},
): Step {
  const urn = (next ?? old)?.urn ?? "";
  return { operation, urn, old, next, changed: [], replaceKeys: [], logical: true, ...more };
}
