// The CLI's other operations on a stack, and what each of them does on the hosts.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execLocal } from "../../lab/process";
import { on, repository, Stack, theLab } from "./support/stack";
import { rules } from "./support/table";
import { touched, traces } from "./support/traces";
import { tally, vip, visits } from "./support/traffic";

interface Deployment {
  deployment: { resources: { urn: string }[] };
}

const hosts = ["d1", "r1", "r2", "r3"];

describe("a stack", { timeout: 600_000 }, () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = new Stack(undefined, { scheduler: "wrr" });
    await stack.up();
  });

  afterAll(async () => {
    await stack.destroy();
    stack.forget();
  });

  const states = async () =>
    Object.fromEntries(await Promise.all(hosts.map(async (host) => [host, await traces(host)] as const)));

  async function deployment(): Promise<Deployment> {
    const { code, stdout, stderr } = await stack.pulumi("stack", "export");
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Deployment;
  }

  /** The one resource whose URN ends so. */
  async function urn(end: string): Promise<string> {
    const found = (await deployment()).deployment.resources.filter((each) => each.urn.endsWith(end));
    expect(found).toHaveLength(1);
    return found[0]!.urn;
  }

  const weights = (...all: number[]) => {
    const machines = JSON.parse(stack.config.realServers!) as { weight?: number }[];
    all.forEach((weight, index) => (machines[index]!.weight = weight));
    stack.config.realServers = JSON.stringify(machines);
  };

  /** Visits get these pages and no others, for any weights. */
  const serves = async (...pages: string[]) =>
    expect(Object.keys(tally(await visits(12))).sort()).toEqual(pages);

  it("refresh finds nothing to change, and writes nothing on a host", async () => {
    const before = await states();
    const { code, stdout, stderr } = await stack.try("refresh", { expectNoChanges: true });
    expect(code, stdout + stderr).toBe(0);
    expect(await states()).toEqual(before);
  });

  it("up --target changes that host alone, and the next up the others", async () => {
    const [before, director] = [await states(), await urn("Command::web-d1")];
    weights(4);
    stack.config.page = "another page";
    const { code, stdout, stderr } = await stack.try("up", { more: ["--target", director] });
    expect(code, stdout + stderr).toBe(0);
    expect(await rules("d1")).toContain(`-a -t ${vip}:80 -r 198.18.0.21:80 -g -w 4`);
    const after = await states();
    for (const host of ["r1", "r2", "r3"]) expect(touched(before[host]!, after[host]!), host).toEqual([]);
    await serves("<h1>r1</h1>", "<h1>r2</h1>", "<h1>r3</h1>");
    await stack.up();
    await serves("another page");
  });

  it("up --replace gives the host back, which takes the program along, and makes it again", async () => {
    const server = await urn("Command::web-r2");
    const before = await traces("r2");
    const { code, stdout, stderr } = await stack.try("up", { more: ["--replace", server] });
    expect(code, stdout + stderr).toBe(0);
    expect(touched(before, await traces("r2"))).toContain("/var/lib/pulumi-lvs/program");
    expect(await on("r2", "ip", "-br", "address", "show", "lo")).toContain(vip);
    await serves("another page");
    await stack.unchanged();
  });

  it("stack export and import bring the same state back", async () => {
    const before = await deployment();
    await stack.pulumi("stack", "export", "--file", `${stack.state}/exported.json`);
    const { code, stdout, stderr } = await stack.pulumi(
      "stack",
      "import",
      "--file",
      `${stack.state}/exported.json`,
    );
    expect(code, stdout + stderr).toBe(0);
    expect((await deployment()).deployment.resources.map(({ urn }) => urn)).toEqual(
      before.deployment.resources.map(({ urn }) => urn),
    );
    await stack.unchanged();
  });

  it("the lab's verb runs the same CLI on the same state, and passes on its exit status", async () => {
    const cli = [process.execPath, "--import", "tsx", join(repository, "lab/cli.ts"), "pulumi"];
    const place = ["--lab", theLab().name, "--cwd", stack.project, "--state", stack.state];
    const { code, stdout, stderr } = await execLocal([...cli, "stack", "output", "vips", ...place]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toEqual([vip]);
    expect((await execLocal([...cli, "stack", "output", "nothing", ...place])).code).not.toBe(0);
  });

  it("an unknown flag is refused by the CLI, in the CLI's words", async () => {
    const { code, stderr } = await stack.pulumi("up", "--no-such-flag");
    expect(code).not.toBe(0);
    expect(stderr).toContain("unknown flag: --no-such-flag");
  });

  it("destroy --remove gives the hosts back and takes the stack along", async () => {
    const own = new Stack(undefined, { vip: "198.18.0.105", page: "another page" }, "brief");
    await own.up();
    const { code, stdout, stderr } = await own.try("destroy", { more: ["--remove"] });
    expect(code, stdout + stderr).toBe(0);
    expect(own.place().exists()).toBe(false);
    expect(await rules("d1")).not.toContain("-A -t 198.18.0.105:80 -s rr");
    own.forget();
    await serves("another page");
  });
});
