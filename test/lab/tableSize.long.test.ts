// The size of the table of connections, an option of the module ip_vs: in force where the module was not loaded before, announced where it was,
// there after a power cut, and gone after destroy.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fingerprint, fingerprint, leftBehind, withoutNewPackages } from "../../lab/fingerprint";
import { resetClusterHosts } from "./support/leftovers";
import { service, Services } from "./support/services";
import { on, shell, theLab } from "./support/stack";
import { vip } from "./support/traffic";

const file = "/etc/modprobe.d/pulumi-lvs.conf";
const inFile = () => shell("d1", `cat ${file} 2>/dev/null || echo none`);
const inForce = async () => Number(await on("d1", "cat", "/sys/module/ip_vs/parameters/conn_tab_bits"));
const director = (connTabBits: number) => ({ services: [service(vip, 80)], ipvs: { connTabBits } });
const sentence = (now: number, wanted: number) =>
  `module ip_vs is loaded with conn_tab_bits ${now}: ${wanted} counts from its next load, usually the next boot`;

async function powerCut(): Promise<void> {
  await theLab().crash("d1");
  await theLab().boot("d1");
}

describe("the size of the table of connections", () => {
  let stack: Services;
  let before: Fingerprint;

  beforeAll(async () => {
    await resetClusterHosts(["d1"]);
    before = await fingerprint(theLab(), "d1");
    expect(await shell("d1", "[ ! -d /sys/module/ip_vs ] || echo loaded")).toBe("");
    stack = new Services({ director: director(14) });
  });

  afterAll(() => stack.forget());

  it("is in force at once where the module was not loaded, and the next preview shows nothing", async () => {
    expect(await stack.told("preview")).not.toContain("counts from its next load");
    expect(await stack.told("up")).not.toContain("counts from its next load");
    expect([await inForce(), await inFile()]).toEqual([14, "options ip_vs conn_tab_bits=14"]);
    await stack.unchanged();
    expect(await stack.told("preview")).not.toContain("counts from its next load");
  });

  it("is there after a power cut", async () => {
    await powerCut();
    expect(await inForce()).toBe(14);
    await stack.unchanged();
  });

  it("is put right where somebody has edited or removed the file", async () => {
    for (const [line, found] of [
      [`echo '# mine' >>${file}`, `found module option ip_vs.conn_tab_bits = unknown: ${file} was edited`],
      [`rm ${file}`, "lost  module option ip_vs.conn_tab_bits = 14"],
    ] as const) {
      await shell("d1", line);
      expect(await stack.told("preview")).toContain(found);
      await stack.up();
      expect(await inFile()).toBe("options ip_vs conn_tab_bits=14");
      await stack.unchanged();
    }
  });

  it("changes at the next boot, as previews and the update say in one line", async () => {
    stack.declare({ director: director(15) });
    const preview = await stack.told("preview");
    expect(preview).toContain(`d1 (198.18.0.11): ${sentence(14, 15)}`);
    const lines = preview.split("\n").map((line) => line.trim());
    expect(lines.filter((line) => /^[-+] ip_vs/.test(line))).toEqual([
      "- ip_vs.conn_tab_bits = 14",
      "+ ip_vs.conn_tab_bits = 15",
    ]);
    expect(await stack.told("up")).toContain(`d1 (198.18.0.11): ${sentence(14, 15)}`);
    expect([await inForce(), await inFile()]).toEqual([14, "options ip_vs conn_tab_bits=15"]);
    await stack.unchanged();
    expect(await stack.told("preview")).toContain(sentence(14, 15));
    await powerCut();
    expect(await inForce()).toBe(15);
    await stack.unchanged();
    expect(await stack.told("preview")).not.toContain("counts from its next load");
  });

  it("is one on a host: another stack's other size is refused", async () => {
    const other = new Services(
      { director: { services: [service("198.18.0.150", 80)], ipvs: { connTabBits: 9 } } },
      "other",
    );
    for (const operation of ["preview", "up"] as const) {
      expect(await other.refusal(operation)).toContain(
        '[options] "ip_vs.conn_tab_bits = 9" is wanted by services/other/Director/d1, but services/dev/Director/d1 has "ip_vs.conn_tab_bits = 15" there; ',
      );
    }
    other.forget();
  });

  it("goes with the module", async () => {
    await stack.destroy();
    expect(await inFile()).toBe("none");
    expect(leftBehind(before, await withoutNewPackages(theLab(), "d1", before))).toEqual([]);
  });
});

describe("the size of the table where the module is loaded already", () => {
  const stack = new Services({ director: director(14) });

  afterAll(async () => {
    stack.forget();
    await resetClusterHosts(["d1"]);
  });

  it("counts from the next load, as the first preview and the update say, and destroy leaves no file", async () => {
    await on("d1", "modprobe", "ip_vs");
    const now = await inForce();
    expect(now).not.toBe(14);
    expect(await stack.told("preview")).toContain(`d1 (198.18.0.11): ${sentence(now, 14)}`);
    expect(await stack.told("up")).toContain(`d1 (198.18.0.11): ${sentence(now, 14)}`);
    expect(await inForce()).toBe(now);
    await stack.destroy();
    expect([await inForce(), await inFile()]).toEqual([now, "none"]);
  });

  it("is refused where a file of the host's own sets it", async () => {
    await shell("d1", "echo 'options ip_vs conn_tab_bits=13' >/etc/modprobe.d/lvs.conf");
    for (const operation of ["preview", "up"] as const) {
      expect(await stack.refusal(operation)).toBe(
        '/etc/modprobe.d/lvs.conf of this host has "options ip_vs conn_tab_bits=13", and conn_tab_bits of module ip_vs is to be 14: remove it there, or leave it out here',
      );
    }
    expect(await inFile()).toBe("none");
  });
});
