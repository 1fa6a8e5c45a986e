// What becomes of a pair when something fails: its master, the segment, a real server; what is
// changed on it by hand; and who reads its password.
import { describe } from "vitest";
import { adopted } from "./pairs/adopted";
import { checks } from "./pairs/checks";
import { drift } from "./pairs/drift";
import { instances } from "./pairs/instances";
import { kinds } from "./pairs/kinds";
import { notReady } from "./pairs/notReady";
import { options } from "./pairs/options";
import { secrets } from "./pairs/secrets";
import { takeOver } from "./pairs/takeover";

const slow = { timeout: 600_000 };

describe("a keepalived pair", slow, () => takeOver({ cuts: 20 }));
describe("a keepalived pair's real servers", slow, checks);
describe("the checks of a keepalived pair", slow, () => kinds({ old: false }));
describe("a keepalived pair's web servers that are not there yet", slow, () => notReady({ rounds: 10 }));
describe("services on a keepalived pair", slow, options);
describe("instances on a keepalived pair", slow, instances);
describe("what somebody changes on a keepalived pair", slow, drift);
describe("a keepalived that ran before its pair", slow, adopted);
describe("a keepalived pair's password", slow, secrets);
