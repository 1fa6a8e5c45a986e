// The moments at which a change is killed, and its kinds: for each kind, a whole life of a stack, from its creation to its end.
import type { Moment } from "./stops";

export interface Killed {
  /** What is killed. `engine`: the CLI, which runs `up`. `program`: the program on hosts. `power`: the hosts' power. */
  what: "engine" | "program" | "power";
  /** The moment that each host has reached. Without one, the engine has only just taken the stack's lock. */
  moments: Record<string, Moment>;
  /** Whether a connection is open through the real server that is removed. */
  draining?: boolean;
}

export interface Life {
  creation: Killed;
  change: Killed;
  destroy: Killed;
}

const owners = "/var/lib/pulumi-lvs/owners/";

/** The first life begins on hosts without packages. */
export const lives: Life[] = [
  {
    creation: {
      what: "program",
      moments: {
        d1: { program: "dnf", matching: "install" },
        r1: { program: "dnf", matching: "install", after: true },
        r2: { program: "mv", matching: "../index.html" },
        r3: { program: "systemctl", matching: "^start" },
      },
    },
    change: {
      what: "program",
      draining: true,
      moments: {
        d1: { program: "sleep", matching: "^1$" },
        r1: { program: "mv", matching: `${owners}.*/claims.new` },
        r2: { program: "sync" },
        r3: { program: "ip", matching: "^address.replace" },
      },
    },
    destroy: {
      what: "program",
      moments: {
        d1: { program: "rmmod" },
        r1: { program: "systemctl", matching: "disable" },
        r2: { program: "mv", matching: "../index.html" },
        r3: { program: "rm", matching: `${owners}.*/document` },
      },
    },
  },
  {
    creation: { what: "engine", moments: {} },
    change: { what: "engine", draining: true, moments: { d1: { program: "sleep", matching: "^1$" } } },
    destroy: { what: "engine", moments: { d1: { program: "ipvsadm", matching: "-R", earlier: 1 } } },
  },
  {
    creation: { what: "engine", moments: { r1: { program: "mv", matching: `${owners}.*/claims.new` } } },
    change: { what: "engine", moments: { d1: { program: "flock" } } },
    destroy: { what: "engine", moments: { r2: { program: "rm", matching: "/owners.*/boot" } } },
  },
  {
    creation: {
      what: "power",
      moments: {
        d1: { program: "ip", matching: "^address.replace" },
        r1: { program: "rm", matching: "/pending$" },
      },
    },
    change: {
      what: "power",
      moments: {
        d1: { program: "mv", matching: "/etc/pulumi-lvs/rules.new" },
        r2: { program: "mv", matching: "/origins.new" },
      },
    },
    destroy: {
      what: "power",
      moments: {
        d1: { program: "ip", matching: "^address.del" },
        r3: { program: "rm", matching: "/owners.*/boot" },
      },
    },
  },
];

/** In words, for the test's name. */
export function inWords({ what, moments }: Killed): string {
  const where = Object.entries(moments).map(([host, { program, matching, after }]) => {
    const words = [program, matching?.replaceAll(/[\^$]/g, "").replaceAll(/\.\*?/g, " ").trim()];
    return `${host} ${after ? "after" : "before"} ${words.filter(Boolean).join(" ")}`;
  });
  return `${what}, ${where.length === 0 ? "the lock just taken" : where.join(", ")}`;
}
