// A pair of directors on the lab, and what scenarios ask of it.
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
/** The rules of a pair that is well. */
export const table = [head, rule(21), rule(22), rule(23)];
/** What six visits to it see. */
export const all = { "<h1>r1</h1>": 2, "<h1>r2</h1>": 2, "<h1>r3</h1>": 2 };

/** As previews call it. */
export const mainFile = "file /etc/keepalived/keepalived.conf mode=0640 owner=root group=root";

/** The real servers from r1 on, with these weights. */
export const realServers = (...weights: number[]): lvs.PairDestinationArgs[] =>
  weights.map((weight, index) => ({ address: `198.18.0.${21 + index}`, weight }));

/** Of a health check: a real server that fails is soon out of the table, and soon back. */
export const quick = { interval: 1, retries: 1, retryDelay: 1, timeout: 1 };

/** A machine that is busy with other things takes several times as long. */
export const patience = { timeout: 60_000, interval: 500 };

/** What test/lab/programs/pair declares beyond what it must. */
export interface Declared {
  pair?: Partial<Omit<lvs.KeepalivedPairArgs, "directors" | "password">>;
  service?: Partial<lvs.PairServiceArgs>;
  /** What the real servers have on lo, where that is more than the one VIP. */
  vips?: string[];
  /** Of each real server. */
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

  /** From the next operation on, with what was said before where nothing else is said now. */
  declare({ password, ...declared }: Declared): void {
    for (const [key, value] of Object.entries(declared)) this.config[key] = JSON.stringify(value);
    if (password !== undefined) this.config.password = password;
  }

  /** Up, with a client that has no idea where the VIP is, and `master` and `backup` known. */
  override async up(): Promise<string> {
    const said = await super.up();
    await this.who();
    return said;
  }

  /** Waits until one director, and one alone, has the VIP. */
  async who(): Promise<void> {
    this.master = await masterOf(theLab(), vip, directors);
    this.backup = directors.find((host) => host !== this.master)!;
  }

  /** What a preview says of each director, whose resources are called by their addresses. */
  async shown(): Promise<Record<string, string[]>> {
    const { stdout } = await this.try("preview", { diff: true });
    return gained(stdout.replaceAll(/::lb-198\.18\.0\.1(\d)/g, "::lb-d$1-"));
  }

  /** The same of one director, without generations and titles. */
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

/** The directors that have the VIP. One without power, or that hangs, is not to be asked. */
export const holders = (hosts = directors) => holdersOf(theLab(), vip, hosts);

/** Waits until visits see just this: how long checks and adverts take is another matter. */
export async function answers(wanted: Record<string, number>): Promise<void> {
  const count = Object.values(wanted).reduce((sum, each) => sum + each, 0);
  await expect.poll(async () => tally(await visits(count)), patience).toEqual(wanted);
}

/** One director leaves the pair, as its destroy does it. */
export const leave = (host: string) =>
  shell(
    host,
    "cd /var/lib/pulumi-lvs; document=$(ls owners/*KeepalivedPair*/document); bash program remove <$document",
  );

const notices = "/run/lvs-notices";

/** A script's line that leaves a notice, with what it was called with. */
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
