// The end of a lab, as other commands see it: on a lab that only has records.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, expect, it, vi } from "vitest";
import { openLab } from "../../../lab";
import { withLock } from "../../../lab/lock";
import { identify } from "../../../lab/process";
import { abandonedLabs, LabFolder, machineBoot, stateRoot, type LabRecord } from "../../../lab/state";

/** Before lab/state is loaded, which reads it once. */
const root = vi.hoisted(() => {
  const folder = process.getBuiltinModule("node:fs").mkdtempSync("/tmp/lvs-labs-");
  process.env.PULUMI_LVS_LAB_STATE = `${folder}/state`;
  return folder;
});
const name = `unit-${process.pid}`;
const lab = openLab(name);

afterAll(() => {
  delete process.env.PULUMI_LVS_LAB_STATE;
  rmSync(root, { recursive: true });
});

/** Works on the host d1 until it is released. */
function busy(): { release: () => void; worked: Promise<void> } {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  return { release, worked: withLock(`${name}/d1`, 0, () => held) };
}

function writtenDown(lab = name, owner?: LabRecord["owner"]) {
  const folder = new LabFolder(lab);
  folder.create();
  const kernel = { name: "ready", version: "", folder: "" } as const;
  folder.writeRecord({
    lab,
    owner,
    machineBoot: machineBoot(),
    selinux: "off",
    services: "few",
    release: 9,
    kernel,
    disk: "",
  });
  folder.writeHostRecord({ name: "d1", ready: true });
  return folder;
}

it.runIf(spawnSync("ip", ["netns", "list"]).status === 0)(
  "down waits for whoever works on a host",
  async () => {
    const { path } = writtenDown();
    const { release, worked } = busy();
    const down = lab.down();
    await delay(500);
    expect(existsSync(path)).toBe(true);
    release();
    await Promise.all([worked, down]);
    expect(existsSync(stateRoot)).toBe(false);
  },
);

it("a reset that has waited for the lab's end makes nothing anew", async () => {
  const folder = writtenDown();
  const { release, worked } = busy();
  const reset = lab.reset("d1");
  folder.remove();
  release();
  await Promise.all([worked, expect(reset).rejects.toThrow("is not up")]);
  expect(existsSync(stateRoot)).toBe(false);
});

it("a lab is abandoned when its owner has ended, even where another process has its id now", () => {
  const own = identify(process.pid)!;
  const { pid } = spawnSync("true");
  const labs = [
    writtenDown("nobodys"),
    writtenDown("living", own),
    writtenDown("dead", { pid, startTime: own.startTime }),
    writtenDown("other", { ...own, startTime: "1" }),
  ];
  expect(abandonedLabs().sort()).toEqual(["dead", "other"]);
  for (const folder of labs) folder.remove();
  expect(abandonedLabs()).toEqual([]);
});
