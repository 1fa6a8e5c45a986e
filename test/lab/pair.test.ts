// Two directors of which one is master.
import { describe } from "vitest";
import { basics } from "./pairs/basics";

describe("a keepalived pair", { timeout: 600_000 }, basics);
