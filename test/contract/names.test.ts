// The names in a document: the resource that sends it, and its owner's former names.
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, test } from "vitest";
import { Cluster, Director, RealServer } from "../../index";
import { program, type Result } from "./program";
import { d1, d2, r1, service, vip } from "./samples";

class Shop extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("acme:index:Shop", name, {}, opts);
  }
}

const director = (opts?: pulumi.ComponentResourceOptions, name = "d1") =>
  new Director(name, { host: d1, services: [service] }, opts);

/** The lines about names in a Command's document. */
function names({ commands, error }: Result, command = "d1"): string[] {
  expect(error).toBeUndefined();
  const lines = String(commands.get(command)?.inputs["stdin"]).split("\n");
  return lines.filter((line) => /^(parents|formerly) = /.test(line));
}

afterEach(() => pulumi.runtime.setAllConfig({}));

describe("the setting parents", () => {
  test("is not named for a component without a parent", async () => {
    expect(names(await program(() => void director()))).toEqual([]);
  });

  test("is named by the types of its parents", async () => {
    const cluster = () =>
      void new Cluster("web", { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] });
    expect(names(await program(cluster), "web-r1")).toEqual(["parents = lvs:index:Cluster"]);
    const inShop = await program(() => {
      const shop = new Shop("shop", { parent: new Shop("town") });
      director({ parent: shop });
    });
    expect(names(inShop)).toEqual(["parents = acme:index:Shop$acme:index:Shop"]);
  });

  test("is named by what its parent's URN says, where the parent is in another program", async () => {
    const elsewhere = new pulumi.DependencyResource(
      "urn:pulumi:prod::web::acme:index:Town$acme:index:Shop::shop",
    );
    expect(names(await program(() => void director({ parent: elsewhere })))).toEqual([
      "parents = acme:index:Town$acme:index:Shop",
    ]);
  });

  test("is not named where all that is known of the parent is that it is the stack", async () => {
    const stack = new pulumi.DependencyResource("urn:pulumi:prod::web::pulumi:pulumi:Stack::web-prod");
    expect(names(await program(() => void director({ parent: stack })))).toEqual([]);
  });

  test("does not make a look wait for what the component depends on", async () => {
    const { events } = await program(() => {
      const first = director({}, "first");
      new Director("second", { host: d2, services: [service] }, { dependsOn: first });
    });
    // With the component's URN, the second look would wait for the first Command.
    expect(events.map((event) => event.split(" ")[0])).toEqual(["look", "look", "command", "command"]);
  });
});

describe("the settings formerly", () => {
  const formerly = async (opts: pulumi.ComponentResourceOptions, name?: string) =>
    names(await program(() => void director(opts, name)));
  const former = (...owners: string[]) => owners.map((owner) => `formerly = ${owner}`);

  test.each<[string, pulumi.ComponentResourceOptions["aliases"], string[]]>([
    ["a name", [{ name: "old" }], former("web/prod/Director/old-d1")],
    ["a stack", [{ stack: "dev" }], former("web/dev/Director/d1")],
    ["a project", [{ project: "shop" }], former("shop/prod/Director/d1")],
    [
      "a URN",
      ["urn:pulumi:dev::shop::acme:index:Shop$lvs:index:Director::old"],
      former("shop/dev/Director/old-d1"),
    ],
    ["a parent, which hosts do not know", [{ parent: pulumi.rootStackResource }], []],
    ["no URN at all", ["nonsense"], []],
    ["several", [{ name: "b" }, { name: "a" }], former("web/prod/Director/a-d1", "web/prod/Director/b-d1")],
  ])("come from aliases: %s", async (_what, aliases, expected) => {
    expect(await formerly({ aliases })).toEqual(expected);
  });

  test("follow those of a parent, as Pulumi's own aliases of children do", async () => {
    const parent = () => new Shop("shop", { aliases: [{ name: "store" }] });
    const child = async (name: string, aliases: pulumi.Alias[] = []) => {
      const host = { ...r1, name: "r1" };
      const result = await program(
        () => void new RealServer(name, { host, vips: [vip] }, { parent: parent(), aliases }),
      );
      return names(result, name === "r1" ? name : `${name}-r1`).filter((line) => line.startsWith("formerly"));
    };
    expect(await child("shop-r1")).toEqual(former("web/prod/RealServer/store-r1-r1"));
    expect(await child("r1")).toEqual([]);
    expect(await child("shop-r1", [{ name: "x" }])).toEqual(
      former("web/prod/RealServer/store-r1-r1", "web/prod/RealServer/x-r1"),
    );
  });

  test("come from the configuration, for stacks and projects, and go together with aliases", async () => {
    pulumi.runtime.setAllConfig({ "lvs:formerly": '["web/dev","shop/prod"]' });
    expect(await formerly({})).toEqual(former("shop/prod/Director/d1", "web/dev/Director/d1"));
    expect(await formerly({ aliases: [{ name: "old" }] })).toEqual(
      former(
        ...["shop/prod/Director/d1", "shop/prod/Director/old-d1"],
        ...["web/dev/Director/d1", "web/dev/Director/old-d1"],
        "web/prod/Director/old-d1",
      ),
    );
  });

  test.each(['"web"', '["web/prod/d1"]', "[7]"])(
    "are refused where the configuration holds %s",
    async (given) => {
      pulumi.runtime.setAllConfig({ "lvs:formerly": given });
      const { error, runs } = await program(() => void director());
      expect(error?.message).toMatch(
        /^the configuration's lvs:formerly\[0\] is .*, and is to be PROJECT\/STACK/,
      );
      expect(runs).toEqual([]);
    },
  );
});

test("more names than a host reads are refused", async () => {
  const aliases = Array.from({ length: 21 }, (_, index) => ({ name: `old${index}` }));
  const { error } = await program(() => void director({ aliases }));
  expect(error?.message).toMatch(/d1 has had 21 names, .* of which 20 are possible/);
});

describe("another owner whose document is the same", () => {
  const said = async (twin: string) =>
    (
      await program(() => void director(), {
        preview: true,
        answer: () => ({ stdout: `H # generation 1\nR ${twin}\n` }),
      })
    ).logs.filter((log) => log.startsWith("warning"));

  test("of another stack is told of with the configuration that says so", async () => {
    expect(await said("web/dev/Director/d1")).toEqual([
      "warning: [runtime] d1 (198.18.0.11): web/dev/Director/d1 has the same there, word for word. If that is a former name of web/prod/Director/d1, say so first (pulumi config set --path 'lvs:formerly[0]' web/dev); otherwise the claims of that name stay on the host until that owner is destroyed",
    ]);
  });

  test("of another name is told of with the option that says so", async () => {
    expect(await said("web/prod/Director/old-d1")).toEqual([
      expect.stringContaining("say so first (give the component's options aliases)"),
    ]);
  });
});
