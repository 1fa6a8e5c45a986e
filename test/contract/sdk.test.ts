// Members of the SDK's resources that are not part of its types, from which names are read (components/formerly.ts).
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { program } from "./program";

class Shop extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("acme:index:Shop", name, {}, opts);
  }
}

interface Known {
  __name?: string;
  __pulumiType?: string;
  __parentResource?: pulumi.Resource;
  __aliases?: pulumi.Output<pulumi.URN>[];
}

test("a resource knows its name, its type, its parent and its aliases before it is registered", async () => {
  const seen: Known[] = [];
  await program(() => {
    const parent = new Shop("town");
    const child = new Shop("shop", { parent, aliases: [{ name: "store" }] }) as unknown as Known;
    expect(child.__parentResource).toBe(parent);
    seen.push({ ...child });
  });
  expect(seen[0]).toMatchObject({ __name: "shop", __pulumiType: "acme:index:Shop" });
  expect(seen[0]?.__aliases).toHaveLength(1);
});
