// A real server loses its power: for a while, and for good.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resetClusterHosts } from "./support/leftovers";
import { Stack, theLab } from "./support/stack";
import { rules } from "./support/table";
import { vip, visits } from "./support/traffic";

interface Machine {
  name: string;
  weight?: number;
  whenUnreachable?: "fail" | "skip";
}

// A machine that is busy with other things takes several times as long.
describe("a cluster of which a real server is off", { timeout: 600_000 }, () => {
  let stack: Stack;
  let all: Machine[];

  const rule = (last: number, weight: number) => `-a -t ${vip}:80 -r 198.18.0.${last}:80 -g -w ${weight}`;
  /** The URN of r2's component. */
  const urn = async () => {
    const { stdout } = await stack.pulumi("stack", "--show-urns");
    return /urn:\S+lvs:index:RealServer::web-r2$/m.exec(stdout)?.[0] ?? "";
  };
  const declare = (weight: number, ...servers: Machine[]) => {
    stack.config.realServers = JSON.stringify(servers.map((each) => ({ ...each, weight })));
  };

  beforeAll(async () => {
    await resetClusterHosts();
    stack = new Stack(undefined, { scheduler: "wrr" });
    all = JSON.parse(stack.config.realServers!) as Machine[];
    await stack.up();
    await theLab().crash("r2");
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
    await resetClusterHosts();
  });

  it("fails, and names the host and what to do", async () => {
    const { code, stdout, stderr } = await stack.try("preview", { diff: true });
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(
      /cannot reach r2 \(198\.18\.0\.22\), port 22: .*check that the host is up/,
    );
  });

  it("is changed but for that host, which is named, where it may be skipped", async () => {
    declare(
      2,
      ...all.map((each): Machine => (each.name === "r2" ? { ...each, whenUnreachable: "skip" } : each)),
    );
    stack.config.page = "another page";
    const { code, stdout: text, stderr } = await stack.try("preview", { diff: true });
    expect(code, text + stderr).toBe(0);
    expect(text + stderr).toContain(
      "r2 (198.18.0.22) IS SKIPPED: nothing of lvs-dr-cluster/dev/RealServer/web-r2",
    );
    const changed = text.match(/command:remote:Command: \(update\)[^\]]*\][^\]]*::(\S+)\]/g) ?? [];
    expect(changed.map((each) => /::([\w-]+)\]$/.exec(each)?.[1]).sort()).toEqual([
      "web-d1",
      "web-r1",
      "web-r3",
    ]);
    await stack.up();
    expect(await rules("d1")).toEqual(expect.arrayContaining([rule(21, 2), rule(22, 2), rule(23, 2)]));
    await stack.unchanged();
  });

  it("gives the host what it has missed as soon as it is back", async () => {
    await theLab().boot("r2");
    await stack.up();
    await stack.unchanged();
    expect([...new Set(await visits(12))]).toEqual(["another page"]);
  });

  it("may be changed beside a host that is off, by up --exclude", async () => {
    await theLab().crash("r2");
    declare(3, ...all.filter(({ name }) => name !== "r2"));
    const excluded = ["--exclude", await urn(), "--exclude-dependents"];
    const { code, stdout, stderr } = await stack.try("up", { more: excluded });
    expect(code, stdout + stderr).toBe(0);
    expect((await rules("d1")).filter((line) => line.startsWith("-a"))).toEqual([rule(21, 3), rule(23, 3)]);
    // The host's resources are still in the state, and the next update would delete them.
    expect(await urn()).not.toBe("");
  });

  it("is rid of the host, once its resources are out of the state", async () => {
    const deleted = await stack.pulumi("state", "delete", await urn(), "--target-dependents", "--yes");
    expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0);
    await stack.up();
    await stack.unchanged();
    expect((await rules("d1")).filter((line) => line.includes("198.18.0.22"))).toEqual([]);
    expect(await visits(4)).toEqual(Array(4).fill("another page"));
  });
});
