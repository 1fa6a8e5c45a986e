// A change that is killed: the CLI, the host's program or the host's power, at many moments. The next operation completes it, and
// nothing of the killed one is left.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fingerprint } from "../../lab/fingerprint";
import { Client, type Held } from "../../lab/client";
import { identify, isAlive, type ProcessIdentity } from "../../lab/process";
import { inWords, lives, type Killed } from "./support/killedMoments";
import { fingerprints, leftBesidesPackages, nothing, ofEach } from "./support/leftovers";
import { realServers, service, Services, type Declared } from "./support/services";
import { shell, theLab } from "./support/stack";
import { killProgram, letGo, reached, stopAt } from "./support/stops";
import { answersInTurn, vip } from "./support/traffic";

const otherVip = "198.18.0.101";
const nginx = { kind: "nginx" as const };
const common = { webServers: { r1: nginx, r2: nginx, r3: nginx }, common: { drain: 400 } };

const created: Declared = { ...common, vips: [vip], director: { services: [service(vip, 80)] } };

/** A changed weight, a removed real server, a new service and a new VIP: a change for every host. */
const changed: Declared = {
  ...common,
  vips: [vip, otherVip],
  director: {
    services: [
      service(vip, 80, {
        realServers: [{ address: realServers[0]!, weight: 3 }, { address: realServers[1]! }],
      }),
      service(otherVip, 80),
    ],
  },
};

// A machine that is busy with other things takes several times as long.
describe("killed", { timeout: 600_000 }, () => {
  const stack = new Services({});
  let client: Client;
  /** What a killed engine had started. */
  let orphans: ProcessIdentity[] = [];
  let before: Record<string, Fingerprint>;

  beforeAll(async () => {
    await ofEach((host) =>
      shell(host, "for name in nginx ipvsadm; do ! rpm -q $name || dnf -y -q remove $name; done"),
    );
    before = await fingerprints();
    client = new Client(theLab());
  });

  afterAll(async () => {
    await client.end();
    await ofEach(letGo);
    await stack.destroy();
    stack.forget();
  });

  /** A connection through the real server that will be removed, and no other one. */
  async function open(): Promise<Held> {
    const held = await client.hold(3, vip);
    const leaving = held.find(({ answered }) => answered === "<h1>r3</h1>")!;
    for (const each of held) if (each !== leaving) await each.close();
    return leaving;
  }

  /** Runs an operation until a moment, and kills it there. Processes that it has started may still run. */
  async function killed(operation: "up" | "destroy", { what, moments, draining }: Killed): Promise<void> {
    const held = draining ? await open() : undefined;
    const there = Object.keys(moments);
    await ofEach((host) => stopAt(host, moments[host]!), there);
    const engine = await stack.start(operation);
    const early = engine.ended.then(({ code, stdout, stderr }) => {
      throw new Error(`${operation} ended with status ${code}, before it was killed:\n${stdout}${stderr}`);
    });
    early.catch(() => undefined);
    try {
      const taken = expect.poll(locks, { timeout: 120_000, interval: 20 });
      const moment = there.length === 0 ? taken.toHaveLength(1) : ofEach(reached, there);
      await Promise.race([moment, early]);
    } catch (error) {
      engine.kill("SIGKILL");
      throw error;
    }
    const children = descendants(engine.pid);
    if (what === "program") await ofEach(killProgram, there);
    if (what === "engine") engine.kill("SIGKILL");
    if (what === "power") await ofEach((host) => theLab().crash(host), there);
    // The CLI would wait for a host without power for ever, so its user interrupts it.
    if (what === "power") engine.kill("SIGINT");
    expect((await engine.ended).code).not.toBe(0);
    orphans = children;
    await held?.close();
    if (what === "power") await ofEach((host) => theLab().boot(host), there);
  }

  /** Runs the next operation while the commands that a killed CLI has started on hosts still run. */
  async function finished(operation: "up" | "destroy", { what, moments }: Killed): Promise<void> {
    if (what === "engine") await cancelled(operation);
    const next = stack[operation]();
    await Promise.all([next, ofEach(letGo, Object.keys(moments))]);
    await expect.poll(() => orphans.filter(isAlive), { timeout: 60_000 }).toEqual([]);
    expect(locks()).toEqual([]);
    if (what === "engine") await clearPendingCreates();
    expect(pendingOperations()).toEqual([]);
    const left = () =>
      ofEach((host) =>
        shell(
          host,
          `find /etc /var/lib /usr/share/nginx \\( -name '*.new' -o -name '*.pulumi-lvs-*' -o -name pending \\) 2>/dev/null
        pgrep -a -f '[p]ulumi-lvs/program|[L]VS_PROGRAM'
        flock -n /var/lib true || echo locked`,
        ),
      );
    // (A director announces a new VIP for some seconds after its change has ended.)
    await expect.poll(left, { timeout: 30_000, interval: 500 }).toEqual({ d1: "", r1: "", r2: "", r3: "" });
  }

  /** A creation that was under way stays in the state's list of pending operations until a user clears that list. */
  async function clearPendingCreates(): Promise<void> {
    const { code, stdout, stderr } = await stack.try("refresh", { more: ["--clear-pending-creates"] });
    expect(code, stdout + stderr).toBe(0);
  }

  /** A killed CLI leaves its lock. The next operation prints how to remove it. */
  async function cancelled(operation: "up" | "destroy"): Promise<void> {
    const refused = await stack.try(operation);
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain("pulumi cancel");
    const { code, stdout, stderr } = await stack.pulumi("cancel", "--yes");
    expect(code, stdout + stderr).toBe(0);
    expect(locks()).toEqual([]);
  }

  const folder = (...names: string[]) => join(stack.state, ".pulumi", ...names);

  function locks(): string[] {
    const place = folder("locks", "organization", "services", stack.name);
    // (Each has a file of attributes beside it.)
    return existsSync(place) ? readdirSync(place).filter((name) => name.endsWith(".json")) : [];
  }

  function pendingOperations(): unknown[] {
    const file = readFileSync(folder("stacks", "services", `${stack.name}.json`), "utf8");
    const { checkpoint } = JSON.parse(file) as { checkpoint: { latest: { pending_operations?: unknown[] } } };
    return checkpoint.latest.pending_operations ?? [];
  }

  for (const { creation, change, destroy } of lives) {
    it(`first up: ${inWords(creation)}`, async () => {
      stack.declare(created);
      await killed("up", creation);
      await finished("up", creation);
      await stack.unchanged();
      await answersInTurn();
    });

    it(`change: ${inWords(change)}`, async () => {
      stack.declare(changed);
      await killed("up", change);
      await finished("up", change);
      await stack.unchanged();
      await answersInTurn(undefined, ["r1", "r2"]);
      await answersInTurn(`http://${otherVip}/`);
    });

    it(`destroy: ${inWords(destroy)}`, async () => {
      await killed("destroy", destroy);
      await finished("destroy", destroy);
      expect(await leftBesidesPackages(before)).toEqual(nothing);
    });
  }

  it("at more than twenty different moments", () => {
    const all = lives.flatMap(({ creation, change, destroy }) =>
      Object.entries({ creation, change, destroy }).flatMap(([phase, { what, moments }]) =>
        Object.keys(moments).length === 0
          ? [phase + what]
          : Object.values(moments).map((moment) => phase + what + JSON.stringify(moment)),
      ),
    );
    expect(new Set(all).size).toBeGreaterThanOrEqual(20);
  });
});

/** All processes that a process has started, directly or indirectly. */
function descendants(pid: number): ProcessIdentity[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.map(Number).flatMap((child) => [identify(child) ?? [], descendants(child)].flat());
}
