// Random walks on one real host (walks/walk.ts).
import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { hostProgram } from "../../components/host/program";
import { sendingCommand } from "../../components/remote/probe";
import { differences, fingerprint, type Fingerprint } from "../../lab/fingerprint";
import { paths } from "../walks/steps";
import { type Ground, prepare, type Ran, walk } from "../walks/walk";
import { shell, theLab } from "./support/stack";

const host = "d1";
const program = "/var/lib/pulumi-lvs/program";

/** How many walks, and steps in each. */
const walks = Number(process.env["LVS_WALKS"] ?? 20);
const steps = Number(process.env["LVS_STEPS"] ?? 50);

async function send(argv: string[], stdin: string): Promise<Ran> {
  const { code, stdout, stderr } = await theLab().exec(host, argv, { stdin });
  return { code, said: `${stdout}${stderr}`, stdout };
}

/** The host's program, which is sent first. */
function sent(verb: "observe" | "keep-program", document: string): Promise<Ran> {
  const text = hostProgram();
  return send(["sh", "-c", sendingCommand(verb, Buffer.byteLength(text), "none", 600)], text + document);
}

let before: Fingerprint;

const ground: Ground = {
  root: "",
  look: (document) => sent("observe", document),
  async run(verb, stdin) {
    if (verb !== "remove") {
      const kept = await sent("keep-program", "");
      if (kept.code !== 0) return kept;
    }
    return send(["bash", program, verb], stdin);
  },
  async kill(verb, stdin, after) {
    const running = this.run(verb, stdin);
    await new Promise((resolve) => setTimeout(resolve, after));
    await shell(host, `pkill -KILL -f '^bash ${program}' || :`);
    await running;
  },
  shell: (lines) => shell(host, lines),
  async power() {
    await theLab().crash(host);
    await theLab().boot(host);
  },
  differences: async () => differences(before, await fingerprint(theLab(), host)),
};

// A machine that is busy with other things takes several times as long.
describe("a host", { timeout: 6_000_000 }, () => {
  beforeAll(async () => {
    await theLab().reset(host);
    await shell(host, "dnf -y -q install ipvsadm nftables");
    await prepare(ground);
    // (A power cut must not remove it.)
    await shell(host, "sync");
    before = await fingerprint(theLab(), host);
  });

  afterAll(() => theLab().reset(host));

  it("is as declared after each step of a walk, and as it was before at its end", async () => {
    const seed = Number(process.env["LVS_SEED"] ?? Date.now() % 1_000_000);
    await fc.assert(
      fc.asyncProperty(paths(steps), (path) => walk(ground, path)),
      // (The test does not search for a shorter walk that fails, because each walk takes minutes.)
      { numRuns: walks, seed, endOnFailure: true },
    );
  });
});
