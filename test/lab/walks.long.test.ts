// Random walks on one real host: owners that come, change, get other names and parents, are killed and replaced, hands that change what is ours, power
// cuts. After each step the host is as declared, and at the end it is as it was, with what is somebody else's.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completeService } from "../../components/model/service";
import { hostProgram } from "../../components/host/program";
import { type HostDocument, renderDocument } from "../../components/render/document";
import { readFinding, sendingCommand } from "../../components/remote/probe";
import { differences, fingerprint, type Fingerprint } from "../../lab/fingerprint";
import { on, shell, theLab } from "./stack";

const host = "d1";
const program = "/var/lib/pulumi-lvs/program";

/** How many walks, and steps in each. */
const walks = Number(process.env["LVS_WALKS"] ?? 20);
const steps = 50;

/** What an owner may want. Owners share the VIPs and a setting, and have ports of their own. */
interface Want {
  vips: number[];
  scheduler: "rr" | "wlc" | "sh";
  weights: number[];
  page: string;
}

interface Owner {
  /** As hosts know it. */
  name: string;
  port: number;
  parents: string;
  formerly: string[];
  want: Want;
}

type Step =
  | { kind: "declare" | "move" | "rename" | "replace" | "remove"; owner: number; want: Want }
  | { kind: "hand"; hand: number }
  | { kind: "kill"; owner: number; want: Want; after: number }
  | { kind: "power" };

const want: fc.Arbitrary<Want> = fc.record({
  vips: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
  scheduler: fc.constantFrom("rr", "wlc", "sh"),
  weights: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 }),
  page: fc.constantFrom("one\n", "two\nlines\n", "  \\n %s\n"),
});
const owner = fc.integer({ min: 0, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("declare" as const), owner, want }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("move" as const, "rename" as const, "replace" as const, "remove" as const),
      owner,
      want,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("hand" as const), hand: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("kill" as const),
      owner,
      want,
      after: fc.integer({ min: 0, max: 1500 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("power" as const) }) },
);

const vip = (number: number) => `198.18.0.${130 + number}`;

function documentOf({ name, port, parents, formerly, want }: Owner): string {
  const document: HostDocument = {
    parents,
    formerly,
    drain: 0,
    packages: [{ name: "ipvsadm", removeOnDestroy: false }],
    modules: ["ip_vs", `ip_vs_${want.scheduler}`],
    sysctls: { "net.ipv4.vs.conn_reuse_mode": "2", [`net.ipv4.conf.@198.18.0.11.rp_filter`]: "2" },
    services: want.vips.map((number) =>
      completeService({
        vip: vip(number),
        port,
        scheduler: want.scheduler,
        realServers: want.weights.map((weight, index) => ({ address: `198.18.0.${21 + index}`, weight })),
      }),
    ),
    addresses: want.vips.map((number) => ({ address: vip(number), device: "@198.18.0.11" })),
    files: [{ path: `/srv/walk-${port}`, content: want.page }],
  };
  return renderDocument(name, document);
}

/** What somebody may do to what is ours; whether it is there does not matter. */
const hands = [
  "ipvsadm -C; THEIRS",
  `ipvsadm -D -t ${vip(1)}:8000 || :`,
  `ipvsadm -e -t ${vip(2)}:8001 -r 198.18.0.21:8001 -g -w 9 || :`,
  `ip address del ${vip(1)}/32 dev eth0 || :`,
  "rm -f /etc/pulumi-lvs/rules",
  "if [ -e /etc/sysctl.d/99-pulumi-lvs.conf ]; then echo '# mine' >>/etc/sysctl.d/99-pulumi-lvs.conf; fi",
  "if [ -e /srv/walk-8000 ]; then echo mine >>/srv/walk-8000; fi",
  "rm -f /srv/walk-8001",
  "sysctl -qw net.ipv4.conf.eth0.rp_filter=0",
];

const theirRules =
  "ipvsadm -A -t 198.18.0.139:80 -s wrr; ipvsadm -a -t 198.18.0.139:80 -r 198.18.0.22:80 -g -w 7";

// A machine that is busy with other things takes several times as long.
describe("a host", { timeout: 6_000_000 }, () => {
  let before: Fingerprint;

  beforeAll(async () => {
    await theLab().reset(host);
    // With a page of somebody's, rules, and what a power cut must not take: it is asked for again at each boot.
    await shell(
      host,
      `dnf -y -q install ipvsadm; modprobe ip_vs_wrr; echo theirs >/srv/walk-8000; chmod 0600 /srv/walk-8000
      ${theirRules}; ip address add 198.18.0.138/32 dev eth0; sync`,
    );
    before = await fingerprint(theLab(), host);
  });

  afterAll(() => theLab().reset(host));

  async function send(argv: string[], stdin: string) {
    const { code, stdout, stderr } = await theLab().exec(host, argv, { stdin });
    return { code, said: `${stdout}${stderr}`, stdout };
  }

  /** The program at work, as Pulumi has it called: sent, then called with the header that a look has brought. */
  async function run(verb: "apply" | "update" | "remove", of: Owner, header?: string) {
    const text = hostProgram();
    if (verb !== "remove") {
      const keep = sendingCommand("keep-program", Buffer.byteLength(text), "none", 600);
      const { code, said } = await send(["sh", "-c", keep], text);
      expect(code, said).toBe(0);
    }
    const first = header ?? (await look(of)).header;
    return send(["bash", program, verb], `${first}\n${documentOf(of)}`);
  }

  async function look(of: Owner) {
    const text = hostProgram();
    const observe = sendingCommand("observe", Buffer.byteLength(text), "none", 600);
    const { code, said, stdout } = await send(["sh", "-c", observe], text + documentOf(of));
    expect(code, said).toBe(0);
    return readFinding(host, stdout);
  }

  /** Whatever it was, all owners' updates put it right. */
  async function heal(owners: Owner[]): Promise<void> {
    for (const each of owners) {
      const { code, said } = await run("update", each);
      expect(code, `${each.name}: ${said}`).toBe(0);
    }
  }

  async function declared(owners: Owner[]): Promise<void> {
    for (const each of owners) {
      const { drift, reasons, header, stored } = await look(each);
      expect({ drift, reasons }, each.name).toEqual({ drift: [], reasons: [] });
      expect(header, each.name).toBe(stored);
    }
    const folders = await shell(host, "ls /var/lib/pulumi-lvs/owners 2>/dev/null || :");
    const names = owners.map(({ name }) => name.replaceAll("/", "="));
    expect(folders.split("\n").filter((name) => name !== "")).toEqual(names.sort());
  }

  async function walk(path: Step[]): Promise<void> {
    const slots: (Owner | undefined)[] = [undefined, undefined, undefined];
    let renames = 0;
    const there = () => slots.filter((each) => each !== undefined);
    for (const [index, each] of path.entries()) {
      await walkStep(each).catch((error: unknown) => {
        throw new Error(`step ${index}, ${JSON.stringify(each)}`, { cause: error });
      });
    }
    for (const each of there()) {
      const { code, said } = await run("remove", each);
      expect(code, said).toBe(0);
    }
    expect(differences(before, await fingerprint(theLab(), host))).toEqual([]);
    expect(await on(host, "cat", "/srv/walk-8000")).toBe("theirs");

    async function walkStep(each: Step): Promise<void> {
      if (each.kind === "hand") {
        await shell(host, hands[each.hand % hands.length]!.replace("THEIRS", theirRules));
        await heal(there());
      } else if (each.kind === "power") {
        await theLab().crash(host);
        await theLab().boot(host);
        await shell(host, `modprobe ip_vs_wrr; ${theirRules}; ip address add 198.18.0.138/32 dev eth0`);
      } else {
        const slot = each.owner;
        const now = slots[slot];
        const fresh: Owner = {
          name: `walk/dev/Director/o${slot}`,
          port: 8000 + slot,
          parents: "",
          formerly: [],
          want: each.want,
        };
        if (each.kind === "kill") {
          const next: Owner = { ...(now ?? fresh), want: each.want };
          const header = (await look(next)).header;
          const running = run(now === undefined ? "apply" : "update", next, header);
          await new Promise((resolve) => setTimeout(resolve, each.after));
          await shell(host, `pkill -KILL -f '^bash ${program}' || :`);
          await running;
          slots[slot] = next;
          await heal(there());
        } else if (each.kind === "declare" || now === undefined) {
          if (each.kind !== "declare") return;
          const next: Owner = { ...(now ?? fresh), want: each.want };
          const { code, said } = await run(now === undefined ? "apply" : "update", next);
          expect(code, said).toBe(0);
          slots[slot] = next;
        } else if (each.kind === "remove") {
          const { code, said } = await run("remove", now);
          expect(code, said).toBe(0);
          slots[slot] = undefined;
        } else if (each.kind === "replace") {
          for (const verb of ["remove", "apply"] as const) {
            const { code, said } = await run(verb, now);
            expect(code, said).toBe(0);
          }
        } else {
          const next: Owner =
            each.kind === "move"
              ? { ...now, parents: now.parents === "" ? "acme:index:Shop" : "", want: each.want }
              : {
                  ...now,
                  name: `walk/dev/Director/o${slot}-${++renames}`,
                  formerly: [...now.formerly, now.name],
                  want: each.want,
                };
          // Another parent is another resource for Pulumi, which removes the old one afterwards.
          const { code, said } = await run(each.kind === "move" ? "apply" : "update", next);
          expect(code, said).toBe(0);
          if (each.kind === "move") {
            const removal = await run("remove", now);
            expect(removal.said).toContain("nothing is given back");
          }
          slots[slot] = next;
        }
      }
      await declared(there());
    }
  }

  it("is as declared after each step of a walk, and as it was before at its end", async () => {
    const seed = Number(process.env["LVS_SEED"] ?? Date.now() % 1_000_000);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: steps, maxLength: steps }), walk),
      // (A shorter walk that fails is not looked for: each takes minutes.)
      { numRuns: walks, seed, endOnFailure: true },
    );
  });
});
