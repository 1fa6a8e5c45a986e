// Random walks on one host: owners are added, change, get other names and parents, are killed and replaced; somebody changes things by
// hand; the power is cut. After each step the host is as declared. At the end it is as it was, with the foreign things.
import { expect } from "vitest";
import { readFinding } from "../../components/remote/probe";
import {
  documentOf,
  hands,
  type Owner,
  page,
  rulesOf,
  type Step,
  theirAddress,
  theirRules,
  theirs,
  vip,
} from "./steps";

export interface Ran {
  code: number;
  stdout: string;
  /** Both its outputs. */
  said: string;
}

/** The host of the walk. */
export interface Ground {
  /** The folder that stands for the host's. */
  root: string;
  /** Runs a look of the host's program. */
  look(document: string): Promise<Ran>;
  /** Runs the host's program as Pulumi calls it. */
  run(verb: "apply" | "update" | "remove", stdin: string): Promise<Ran>;
  /** The same, and kills it in the middle; `after`, from 0 to 1500, says when. */
  kill(verb: "apply" | "update", stdin: string, after: number): Promise<unknown>;
  /** Runs lines of shell, and returns their output. */
  shell(lines: string): Promise<string>;
  /** A power cut, and a boot. */
  power(): Promise<void>;
  /** The differences from the state before the walk, one a line. */
  differences(): Promise<string[]>;
}

/** Call it once, before walks. */
export async function prepare(ground: Ground): Promise<void> {
  const own = page(ground.root, 8000);
  await ground.shell(`${theirs}; echo theirs >${own}; chmod 0600 ${own}`);
}

export async function walk(ground: Ground, path: Step[]): Promise<void> {
  const slots: (Owner | undefined)[] = [undefined, undefined, undefined];
  let renames = 0;
  const there = () => slots.filter((each) => each !== undefined);
  for (const [index, each] of path.entries()) {
    await walkStep(each).catch((error: unknown) => {
      throw new Error(`step ${index}, ${JSON.stringify(each)}`, { cause: error });
    });
  }
  for (const each of there()) await succeeds("remove", each);
  expect(await ground.differences()).toEqual([]);
  expect(await ground.shell(`cat ${page(ground.root, 8000)}`)).toBe("theirs");

  async function look(of: Owner) {
    const { code, said, stdout } = await ground.look(documentOf(of, ground.root));
    expect(code, said).toBe(0);
    return readFinding("the host", stdout);
  }

  async function run(verb: "apply" | "update" | "remove", of: Owner): Promise<Ran> {
    const { header } = await look(of);
    return ground.run(verb, `${header}\n${documentOf(of, ground.root)}`);
  }

  async function succeeds(verb: "apply" | "update" | "remove", of: Owner): Promise<string> {
    const { code, said } = await run(verb, of);
    expect(code, `${verb} ${of.name}: ${said}`).toBe(0);
    return said;
  }

  /** The updates of all owners repair any change. */
  async function heal(): Promise<void> {
    for (const each of there()) await succeeds("update", each);
  }

  async function declared(): Promise<void> {
    for (const each of there()) {
      const { drift, reasons, header, stored } = await look(each);
      expect({ drift, reasons }, each.name).toEqual({ drift: [], reasons: [] });
      expect(header, each.name).toBe(stored);
    }
    const lines = (text: string) => text.split("\n").filter((line) => line !== "");
    const folders = await ground.shell(`ls ${ground.root}/var/lib/pulumi-lvs/owners 2>/dev/null || :`);
    expect(lines(folders)).toEqual(
      there()
        .map(({ name }) => name.replaceAll("/", "="))
        .sort(),
    );
    // The looks may be wrong. This reads the host itself.
    const rules = lines(await ground.shell("ipvsadm -Sn")).map((line) => line.trim());
    expect(rules.sort()).toEqual([...theirRules, ...there().flatMap(rulesOf)].sort());
    const addresses = await ground.shell("ip -o address show | awk '$4 ~ /\\/32$/ { print $4 }'");
    const vips = there().flatMap(({ want }) => want.vips.map((number) => `${vip(number)}/32`));
    expect(lines(addresses).sort()).toEqual([...new Set([theirAddress, ...vips])].sort());
  }

  async function walkStep(each: Step): Promise<void> {
    if (each.kind === "hand") {
      const all = hands(ground.root);
      await ground.shell(all[each.hand % all.length]!);
      await heal();
    } else if (each.kind === "power") {
      await ground.power();
      await ground.shell(theirs);
    } else if (!(await ownerStep(each))) return;
    await declared();
  }

  /** Returns whether the step was possible. */
  async function ownerStep(each: Exclude<Step, { kind: "hand" | "power" }>): Promise<boolean> {
    const slot = each.owner;
    const now = slots[slot];
    const fresh: Owner = {
      name: `walk/dev/Director/o${slot}`,
      port: 8000 + slot,
      parents: "",
      formerly: [],
      want: each.want,
    };
    const next: Owner = { ...(now ?? fresh), want: each.want };
    const create = now === undefined ? "apply" : "update";
    if (each.kind === "kill") {
      const { header } = await look(next);
      await ground.kill(create, `${header}\n${documentOf(next, ground.root)}`, each.after);
      slots[slot] = next;
      await heal();
      return true;
    }
    if (each.kind === "declare") {
      await succeeds(create, next);
      slots[slot] = next;
      return true;
    }
    if (now === undefined) return false;
    if (each.kind === "remove") {
      await succeeds("remove", now);
      slots[slot] = undefined;
    } else if (each.kind === "replace") {
      for (const verb of ["remove", "apply"] as const) await succeeds(verb, now);
    } else if (each.kind === "rename") {
      next.name = `walk/dev/Director/o${slot}-${++renames}`;
      next.formerly = [...now.formerly, now.name];
      await succeeds("update", next);
      slots[slot] = next;
    } else {
      // Another parent is another resource for Pulumi, which removes the old one afterwards.
      next.parents = now.parents === "" ? "acme:index:Shop" : "";
      await succeeds("apply", next);
      expect(await succeeds("remove", now)).toContain("nothing is given back");
      slots[slot] = next;
    }
    return true;
  }
}
