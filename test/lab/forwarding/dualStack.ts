// A cluster with VIPs of both families, and who answers its clients.
import { expect } from "vitest";
import { leftBehind, type Fingerprint, fingerprint } from "../../../lab/fingerprint";
import { planHost } from "../../../lab/layout";
import { bothDirectors, on, repository, shell, Stack, theLab } from "../support/stack";

const hosts = ["d1", "d2", "r1", "r2", "f1"];
export const vips = ["198.18.0.160", "fd18::160"] as const;

const own = (names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { address6: planHost(name)!.address6 }]));

/** The pages that a client gets in so many visits, sorted, each once; what failed says so. */
export async function seen(client: string, vip: string, port = 80, times = 6): Promise<string[]> {
  const place = vip.includes(":") ? `[${vip}]` : vip;
  const pages = await shell(
    client,
    `for i in $(seq ${times}); do curl -s -m 3 http://${place}:${port}/ || echo failed $?; done`,
  );
  return [...new Set(pages.split("\n"))].sort();
}

export const pages = (...names: string[]) => names.map((name) => `<h1>${name}</h1>`);

export function cluster(names: string[], wish: object, more: Record<string, object> = {}): Stack {
  return new Stack(`${repository}/test/lab/programs/cluster`, {
    ...bothDirectors(),
    hosts: JSON.stringify(names),
    own: JSON.stringify({ ...own(names), ...more }),
    cluster: JSON.stringify({
      vips,
      services: [{ port: 80, scheduler: "rr" }],
      webServer: { kind: "nginx" },
      removePackages: true,
      ...wish,
    }),
  });
}

/** One cluster after the other on the same hosts, each of which leaves them as they were. */
export class DualStack {
  private stack: Stack | undefined;

  private constructor(private readonly clean: Record<string, Fingerprint>) {}

  static async begin(): Promise<DualStack> {
    return new DualStack(await fingerprints());
  }

  /** Sets it up, and sees that a second run changes nothing. */
  async up(next: Stack): Promise<void> {
    this.stack = next;
    await next.up();
    await on("x1", "ip", "-6", "neigh", "flush", "dev", "eth0");
    await next.unchanged();
  }

  /** Gives it back, and sees that nothing is left. */
  async down(): Promise<void> {
    await this.stack!.destroy();
    this.stack!.forget();
    this.stack = undefined;
    const after = await fingerprints();
    for (const host of hosts) expect([host, leftBehind(this.clean[host]!, after[host]!)]).toEqual([host, []]);
  }

  /** After a scenario, so that the next one finds clean hosts. */
  async end(): Promise<void> {
    if (this.stack === undefined) return;
    await this.stack.try("destroy");
    this.stack.forget();
    this.stack = undefined;
  }
}

async function fingerprints(): Promise<Record<string, Fingerprint>> {
  const all = await Promise.all(hosts.map((host) => fingerprint(theLab(), host)));
  return Object.fromEntries(hosts.map((host, index) => [host, all[index]!]));
}
