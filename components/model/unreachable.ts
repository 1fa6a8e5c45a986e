import { WhenUnreachable } from "../args/enums";
import type { UnreachableArgs } from "../args/realServer";
import { oneOf, optional, type Shape } from "./shape";

export const unreachableMembers: Record<keyof UnreachableArgs, Shape> = {
  whenUnreachable: optional(
    oneOf("what to do about a host without an answer", Object.values(WhenUnreachable)),
  ),
};
