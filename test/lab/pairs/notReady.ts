// The first `up` of a pair whose web servers do not run yet: keepalived removes them while the change is verified.
import { afterEach, expect, it } from "vitest";
import type * as lvs from "@pulumi-lvs/lvs";
import { rules } from "../support/table";
import { vip } from "../support/traffic";
import { directors, Pair, patience, quick, realServers } from "./pair";

/** Ports on which nothing listens. */
const ports = [8001, 8002, 8003, 8004, 8005, 8006];
const services = ports.map((port): lvs.PairServiceArgs => ({
  vip,
  port,
  scheduler: "rr",
  realServers: realServers(1, 1, 1),
  healthCheck: { tcp: {}, ...quick },
}));
const heads = ports.map((port) => `-A -t ${vip}:${port} -s rr`);

export function notReady({ rounds }: { rounds: number }): void {
  let pair: Pair;

  afterEach(async () => {
    await pair.destroy();
    pair.forget();
  });

  it.each(Array.from({ length: rounds }, (_, index) => index + 1))(
    "is no failure, and no drift afterwards (round %i)",
    async () => {
      pair = new Pair({ pair: { services } });
      const { code, stdout, stderr } = await pair.try("up");
      expect(code, `${stdout}${stderr}`).toBe(0);
      for (const host of directors) await expect.poll(() => rules(host), patience).toEqual(heads);
      await pair.unchanged();
    },
  );
}
