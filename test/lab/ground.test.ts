// Firewall, NAT, NetworkManager and SELinux on the lab's machines, by hand.
import { describe } from "vitest";
import { ground } from "./ground/all";

describe("a machine of the lab", { timeout: 300_000 }, ground);
