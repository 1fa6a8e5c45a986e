// The directors of a pair on the lab: which of them is master, and the ways in which a master can fail.
import { setTimeout as delay } from "node:timers/promises";
import { LabError } from "./errors";
import type { Lab } from "./lab";
import { shell } from "./succeed";

/** The directors that have the VIP. Do not ask a director without power, or one that hangs: the call would fail. */
export async function holdersOf(lab: Lab, vip: string, directors: readonly string[]): Promise<string[]> {
  const held = await Promise.all(
    directors.map((host) => shell(lab, host, `ip -o address show dev eth0 to ${vip}`)),
  );
  return directors.filter((_, index) => held[index] !== "");
}

/** Waits up to a minute until exactly one director has the VIP, and returns its name. */
export async function masterOf(lab: Lab, vip: string, directors: readonly string[]): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const [master, ...others] = await holdersOf(lab, vip, directors);
    if (master !== undefined && others.length === 0) return master;
    if (Date.now() > deadline) {
      throw new LabError(
        `${vip} should be on one director; it is on ${[master, ...others].join(" and ") || "none"}`,
      );
    }
    await delay(200);
  }
}

export interface MasterFailure {
  /** What it does, as in "the master loses its power". */
  what: string;
  /** Ends the master. Returns at once, or when that is done. */
  strike: (lab: Lab, master: string) => Promise<unknown>;
  /** Restores it. Does nothing if the master is restored by itself. */
  mend: (lab: Lab, master: string) => Promise<unknown>;
  /** Whether no command can be run on the master between `strike` and `mend`. */
  mute: boolean;
}

export const masterFailures: readonly MasterFailure[] = [
  {
    what: "loses its power",
    strike: (lab, master) => lab.crash(master),
    mend: (lab, master) => lab.boot(master),
    mute: true,
  },
  {
    what: "is stopped",
    strike: (lab, master) => shell(lab, master, "systemctl stop keepalived"),
    mend: (lab, master) => shell(lab, master, "systemctl start keepalived"),
    mute: false,
  },
  {
    what: "loses its interface",
    // The lab cannot reach the master then, so the command itself brings the interface up again, with the routes and the IPv6 address
    // that it has lost.
    strike: (lab, master) =>
      shell(
        lab,
        master,
        "(sleep 0.3; ip link set eth0 down; sleep 8; /usr/libexec/lab-host) >/dev/null 2>&1 &",
      ),
    mend: (lab, master) => lab.waitFor(master),
    mute: true,
  },
  {
    what: "has its keepalived killed",
    strike: (lab, master) => shell(lab, master, "systemctl kill -s KILL keepalived"),
    mend: () => Promise.resolve(),
    mute: false,
  },
  {
    what: "hangs",
    strike: (lab, master) => Promise.resolve(lab.suspend(master)),
    mend: (lab, master) => Promise.resolve(lab.resume(master)),
    mute: true,
  },
];
