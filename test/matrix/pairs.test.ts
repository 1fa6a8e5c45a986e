// A pair with the keepalived of each release of CentOS: the same scenarios.
import { beforeAll, describe } from "vitest";
import { releases } from "../../lab";
import { adopted } from "../lab/pairs/adopted";
import { basics } from "../lab/pairs/basics";
import { checks } from "../lab/pairs/checks";
import { drift } from "../lab/pairs/drift";
import { instances } from "../lab/pairs/instances";
import { kinds } from "../lab/pairs/kinds";
import { options } from "../lab/pairs/options";
import { secrets } from "../lab/pairs/secrets";
import { takeOver } from "../lab/pairs/takeover";
import { theLab } from "../lab/support/stack";

describe.each(releases)("on machines like CentOS %i", { timeout: 600_000 }, (release) => {
  beforeAll(async () => {
    await theLab().down();
    await theLab().up({ kernel: "full", release, directors: 2, realServers: 3, clients: 1 });
  });

  describe("a keepalived pair", basics);
  describe("when its master fails", () => takeOver({ cuts: 3 }));
  describe("its real servers", checks);
  describe("each kind of check", () => kinds({ old: release === 8 }));
  describe("its services", options);
  describe("its instances", instances);
  describe("what somebody changes on it", drift);
  describe("a keepalived that ran before it", adopted);
  describe("its password", secrets);
});
