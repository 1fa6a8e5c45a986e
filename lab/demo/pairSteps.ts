// The demo's second part: two directors, one of which loses its power while visits continue.
import { setTimeout as delay } from "node:timers/promises";
import { planHost } from "../layout";
import { during, heading, paint, say, shown, typed } from "./screen";
import { check, fingerprints, type Stage, succeeded, unchangedSince } from "./steps";
import { summed } from "./reading";
import { pace, timeline, visitSteadily } from "./timeline";
import type { Fingerprint } from "../fingerprint";

const directors = ["d1", "d2"];
const advertInterval = 0.2;

export async function pairUp({ pulumi }: Stage): Promise<void> {
  heading("No single point of failure");
  say(`${pulumi.example}/index.ts: two directors with keepalived, health checks, connection sync.`);
  say();
  typed("pulumi up");
  const result = await during("changing the hosts", () =>
    pulumi.run("up", { config: { advertInterval: String(advertInterval) } }),
  );
  succeeded("up", result);
  shown(summed(result.stdout));
}

export async function cutPower({ lab, vip }: Stage): Promise<void> {
  heading("The master loses its power");
  const macs = Object.fromEntries(directors.map((name) => [name, planHost(name)!.mac]));
  const before = await visitSteadily(lab, vip, 3, macs);
  const master = before.at(-1)?.through;
  check(master !== undefined && before.every(({ answered }) => answered), "nobody answers on the VIP");
  typed(`for i in {1..60}; do curl http://${vip}/ & sleep 0.1; done`, "c1");
  say();
  const ticks = 60;
  const at = 15;
  const visits = visitSteadily(lab, vip, ticks, macs);
  await delay(at * pace);
  await lab.crash(master);
  const seen = await during(`visits, ten a second, while ${master} goes dark`, () => visits);
  const rows = [master, ...directors.filter((name) => name !== master)];
  for (const line of timeline(seen, rows, { at, called: `${master} without power` }))
    say(line.replaceAll("✗", paint("red", "✗")).replaceAll("●", paint("green", "●")));
  say();
  const lost = seen.filter(({ answered }) => !answered).length;
  check(
    seen.slice(-10).every(({ answered, through }) => answered && through === rows[1]),
    `${rows[1]} has not taken over`,
  );
  shown(
    `${rows[1]} has taken over; of ${ticks} visits ${lost} had no answer (adverts every ${advertInterval} s)`,
  );
  typed(`npm run lab -- boot ${master}`);
  await during(`${master} comes back`, () => lab.boot(master));
  const after = await visitSteadily(lab, vip, 20, macs);
  check(
    after.every(({ answered, through }) => answered && through === rows[1]),
    "something moved when it came back",
  );
  shown(`${master} is back, as backup: ${rows[1]} keeps the VIP, nothing was interrupted`);
}

export async function pairDestroy(stage: Stage, before: Record<string, Fingerprint>): Promise<void> {
  heading("Give these back, too");
  typed("pulumi destroy");
  const result = await during("giving back what was taken", () => stage.pulumi.run("destroy"));
  succeeded("destroy", result);
  shown(summed(result.stdout));
  unchangedSince(before, await fingerprints(stage));
}
