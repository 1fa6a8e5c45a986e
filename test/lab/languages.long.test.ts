// README's cluster with two directors, in each language that the lab can run; and a service by itself on a pair, through the component plugin.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resetClusterHosts } from "./support/leftovers";
import { type Stack, stackWithKnownHosts, theLab } from "./support/stack";
import { rules } from "./support/table";
import { tally, vip, visits } from "./support/traffic";

const outputs = async (stack: Stack) =>
  JSON.parse((await stack.pulumi("stack", "output", "--json")).stdout) as Record<string, unknown>;

const resetAll = () => Promise.all([resetClusterHosts(), theLab().reset("d2")]);

// A machine that is busy with other things takes several times as long.
describe.each(["quick-start", "quick-start-javascript", "quick-start-yaml"])(
  "the cluster of examples/%s",
  { timeout: 600_000 },
  (name) => {
    let stack: Stack;

    beforeAll(async () => {
      await resetAll();
      stack = await stackWithKnownHosts(`examples/${name}`);
    });
    afterAll(async () => {
      await stack.destroy();
      stack.forget();
    });

    it("comes up and answers, two of r1 for one of r2", async () => {
      await stack.up();
      expect(await outputs(stack)).toEqual({ endpoints: [`${vip}:80`, `${vip}:443`] });
      expect(tally(await visits(9))).toEqual({ "<h1>r1</h1>": 6, "<h1>r2</h1>": 3 });
      expect(await rules("d2")).toEqual(await rules("d1"));
    });

    it("has nothing to do a second time", async () => {
      await stack.unchanged();
    });
  },
);

describe("a service by itself on a pair, in yaml", { timeout: 600_000 }, () => {
  let stack: Stack;

  beforeAll(async () => {
    await resetAll();
    stack = await stackWithKnownHosts("test/lab/programs/yamlPair");
  });
  afterAll(async () => {
    await stack.destroy();
    stack.forget();
    await resetAll();
  });

  it("comes up on each VIP of the pair, by the pair's ref", async () => {
    await stack.up();
    expect(await outputs(stack)).toEqual({
      endpoints: [`${vip}:80`],
      ref: {
        vips: [vip],
        directors: [
          { name: "d1", address: "198.18.0.11" },
          { name: "d2", address: "198.18.0.12" },
        ],
      },
    });
    expect(tally(await visits(4))).toEqual({ "<h1>r1</h1>": 4 });
  });

  it("has nothing to do a second time, and is removed as a whole", async () => {
    await stack.unchanged();
    await stack.destroy();
    expect(await rules("d1")).toEqual([]);
    expect((await stack.pulumi("stack", "export")).stdout).not.toContain("command:remote:Command");
  });
});
