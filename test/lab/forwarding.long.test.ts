import { describe } from "vitest";
import { takeOver } from "./forwarding/takeover";

describe.each(["nat", "tun"] as const)("a pair that forwards by %s", { timeout: 600_000 }, (method) =>
  takeOver(method, { cuts: 20 }),
);
