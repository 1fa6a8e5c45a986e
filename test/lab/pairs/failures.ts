// The ways in which a master fails, on the lab's hosts.
import { shell, theLab } from "../stack";

export interface Failure {
  what: string;
  strike: (master: string) => Promise<unknown>;
  /** Brings it back. What mends itself has nothing to do here. */
  mend: (master: string) => Promise<unknown>;
  /** Whether it can be asked in between. */
  mute: boolean;
}

export const failures: Failure[] = [
  {
    what: "loses its power",
    strike: (master) => theLab().crash(master),
    mend: (master) => theLab().boot(master),
    mute: true,
  },
  {
    what: "is stopped",
    strike: (master) => shell(master, "systemctl stop keepalived"),
    mend: (master) => shell(master, "systemctl start keepalived"),
    mute: false,
  },
  {
    what: "loses its interface",
    // Nobody can reach it then, so it is told beforehand to come up again.
    strike: (master) =>
      shell(master, "(sleep 0.3; ip link set eth0 down; sleep 12; ip link set eth0 up) >/dev/null 2>&1 &"),
    mend: (master) => theLab().waitFor(master),
    mute: true,
  },
  {
    what: "has its keepalived killed",
    strike: (master) => shell(master, "systemctl kill -s KILL keepalived"),
    mend: () => Promise.resolve(),
    mute: false,
  },
  {
    what: "hangs",
    strike: (master) => Promise.resolve(theLab().suspend(master)),
    mend: (master) => Promise.resolve(theLab().resume(master)),
    mute: true,
  },
];
