// Members of the SDK's resources that are not part of its types, from which names are read (components/declare/formerly.ts).
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { SdkMembers } from "../../components/declare/formerly";
import type { Plain } from "../../components/declare/plainly";
import { program } from "./program";

class Shop extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("acme:index:Shop", name, {}, opts);
  }
}

test("a resource knows its name, its type, its parent and its aliases before it is registered", async () => {
  const seen: SdkMembers[] = [];
  await program(() => {
    const parent = new Shop("town");
    const child = new Shop("shop", { parent, aliases: [{ name: "store" }] }) as unknown as SdkMembers;
    expect(child.__parentResource).toBe(parent);
    seen.push({ ...child });
  });
  expect(seen[0]).toMatchObject({ __name: "shop", __pulumiType: "acme:index:Shop" });
  expect(seen[0]?.__aliases).toHaveLength(1);
});

test("an Output gives its value without what it depends on, and nothing where it is not known", async () => {
  const plain = (output: unknown) => (output as Plain<string>).promise();
  expect(await plain(pulumi.output("x"))).toBe("x");
  const unknown = new (pulumi.Output as unknown as new (...args: unknown[]) => unknown)(
    [],
    Promise.resolve(undefined),
    Promise.resolve(false),
    Promise.resolve(false),
    Promise.resolve([]),
  );
  expect(await plain(unknown)).toBeUndefined();
});
