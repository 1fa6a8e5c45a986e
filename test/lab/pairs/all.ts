// All scenarios of a pair except basics.ts, which `npm test` runs (pair.test.ts).
import { describe } from "vitest";
import { adopted } from "./adopted";
import { checks } from "./checks";
import { drift } from "./drift";
import { groups } from "./groups";
import { instances } from "./instances";
import { kinds } from "./kinds";
import { notReady } from "./notReady";
import { options } from "./options";
import { routes } from "./routes";
import { secrets } from "./secrets";
import { takeOver } from "./takeover";

interface PairScenarios {
  /** How many times in a row the master loses its power. */
  cuts: number;
  /** How many times a pair is created before its web servers are there. */
  rounds: number;
  /** Whether the hosts' keepalived is older than 2.2. */
  old: boolean;
}

export function pairScenarios({ cuts, rounds, old }: PairScenarios): void {
  describe("when its master fails", () => takeOver({ cuts }));
  describe("its real servers", checks);
  describe("each kind of check", () => kinds({ old }));
  describe("its web servers before they are there", () => notReady({ rounds }));
  describe("its services", options);
  describe("its instances", instances);
  describe("its virtual routes", routes);
  describe("a group in keepalived's own words", groups);
  describe("what somebody changes on it", drift);
  describe("a keepalived that ran before it", adopted);
  describe("its password", secrets);
}
