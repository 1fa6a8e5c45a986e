// A pair of directors on the lab, and functions for its scenarios.
import { join } from "node:path";
import { expect } from "vitest";
import type * as lvs from "@pulumi-lvs/lvs";
import { holdersOf, masterOf } from "../../../lab";
import { gained } from "../support/previewed";
import { bothDirectors, on, repository, shell, Stack, theLab } from "../support/stack";
import { tally, vip, visits } from "../support/traffic";

export const directors = ["d1", "d2"];

export const head = `-A -t ${vip}:80 -s rr`;
export const rule = (last: number, weight = 1) => `-a -t ${vip}:80 -r 198.18.0.${last}:80 -g -w ${weight}`;
/** The rules of a pair with healthy real servers. */
export const table = [head, rule(21), rule(22), rule(23)];
/** The answers to six visits. */
export const all = { "<h1>r1</h1>": 2, "<h1>r2</h1>": 2, "<h1>r3</h1>": 2 };

/** The name that a preview gives to the main file. */
export const mainFile = "file /etc/keepalived/keepalived.conf mode=0640 owner=root group=root";

/** The real servers from r1 on, with these weights. */
export const realServers = (...weights: number[]): lvs.PairDestinationArgs[] =>
  weights.map((weight, index) => ({ address: `198.18.0.${21 + index}`, weight }));

/** A quick health check: a real server that fails soon leaves the table, and soon comes back. */
export const quick = { interval: 1, retries: 1, retryDelay: 1, timeout: 1 };

/** A machine that is busy with other things takes several times as long. */
export const patience = { timeout: 60_000, interval: 500 };

/** The config of test/lab/programs/pair, beyond the hosts. */
export interface Declared {
  pair?: Partial<Omit<lvs.KeepalivedPairArgs, "directors" | "password">>;
  service?: Partial<lvs.PairServiceArgs>;
  /** The VIPs of the real servers, if they are more than the one VIP. */
  vips?: string[];
  /** The weight of each real server. */
  weight?: number;
  /** The port of a service by itself on the same pair. 0: there is none. */
  beside?: number;
  password?: string;
}

export class Pair extends Stack {
  master = "";
  backup = "";

  constructor(declared: Declared = {}) {
    super(join(repository, "test/lab/programs/pair"), bothDirectors());
    this.declare(declared);
  }

  /** Changes the config for the next operations. Values that are left out stay as they were. */
  declare({ password, ...declared }: Declared): void {
    for (const [key, value] of Object.entries(declared)) this.config[key] = JSON.stringify(value);
    if (password !== undefined) this.config.password = password;
  }

  /** Runs `up`, clears what the client remembers of MACs, and finds `master` and `backup`. */
  override async up(): Promise<string> {
    const said = await super.up();
    await this.who();
    return said;
  }

  /** Waits until exactly one director has the VIP. */
  async who(): Promise<void> {
    this.master = await masterOf(theLab(), vip, directors);
    this.backup = directors.find((host) => host !== this.master)!;
  }

  /** What a preview shows for each director. */
  async shown(): Promise<Record<string, string[]>> {
    const { stdout } = await this.try("preview", { diff: true });
    return gained(stdout);
  }

  /** The same, without generations and titles, sorted. */
  async drift(): Promise<Record<string, string[]>> {
    const said = Object.entries(await this.shown()).map(([host, lines]) => [
      host,
      lines
        .slice(1)
        .map((line) => line.replace(/^# \d+ /, ""))
        .sort(),
    ]);
    return Object.fromEntries(said) as Record<string, string[]>;
  }
}

/** The directors that have the VIP. Do not ask a director without power, or one that hangs. */
export const holders = (hosts = directors) => holdersOf(theLab(), vip, hosts);

/** Waits until visits give these answers and no others. */
export async function answers(wanted: Record<string, number>): Promise<void> {
  const count = Object.values(wanted).reduce((sum, each) => sum + each, 0);
  await expect.poll(async () => tally(await visits(count)), patience).toEqual(wanted);
}

/** Removes one director from the pair as a destroy does. */
export const leave = (host: string) =>
  shell(
    host,
    "cd /var/lib/pulumi-lvs; document=$(ls owners/*KeepalivedPair*/document); bash program remove <$document",
  );

const notices = "/run/lvs-notices";

/** A script's line that writes a notice, with the script's arguments. */
export const notice = (what: string) => `echo "${what} $*" >>${notices}`;

/** The notices left on a host, sorted. */
export async function noticed(host: string): Promise<string[]> {
  const text = await shell(host, `[ ! -e ${notices} ] || sort ${notices}`);
  return text.split("\n").filter((line) => line !== "");
}

export async function forgetNotices(): Promise<void> {
  for (const host of directors) await on(host, "rm", "-f", notices);
}

/** keepalived's process, which a reload keeps and a restart does not. */
export const processOf = (host: string) => on(host, "systemctl", "show", "-p", "MainPID", "keepalived");
