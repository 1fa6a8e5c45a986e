import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as lvs from "../../index";

/** The folder that the CLI loads as the plugin. */
const plugin = join(__dirname, "../../plugin");
const manifest = JSON.parse(readFileSync(join(plugin, "package.json"), "utf8")) as { description: string };

type Members = Record<string, { description?: string }>;

/** The schema as `pulumi package get-schema` makes it, for users of other languages. A change of it is a change of the API. */
const schema = (() => {
  const components = new Set(
    Object.entries(lvs).flatMap(([name, each]) => (typeof each === "function" ? [name] : [])),
  );
  const {
    components: found,
    typeDefinitions,
    dependencies,
  } = new Analyzer(plugin, "lvs", manifest, components).analyze();
  return generateSchema(
    "lvs",
    "0.0.0",
    manifest.description,
    found,
    typeDefinitions,
    dependencies,
    "pulumi-lvs",
  );
})();

test("the plugin is of the package's version, and described alike", () => {
  const main = JSON.parse(readFileSync(join(plugin, "../package.json"), "utf8")) as Record<string, unknown>;
  const { name, version, description } = main;
  expect(manifest).toMatchObject({ name, version, description });
});

test("the schema", async () => {
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot("golden/schema.json");
});

test("every component, every output and every argument is described", () => {
  const { resources, types } = schema as unknown as {
    resources: Record<string, Record<"properties" | "inputProperties", Members> & { description?: string }>;
    types: Record<string, { properties?: Members }>;
  };
  expect(Object.keys(resources)).toEqual([
    "lvs:index:Cluster",
    "lvs:index:Director",
    "lvs:index:KeepalivedPair",
    "lvs:index:RealServer",
    "lvs:index:VirtualService",
  ]);
  const undescribed = [
    ...Object.entries(resources).flatMap(([name, { inputProperties, properties, description }]) => [
      { name, key: "", each: { description } },
      ...Object.entries(inputProperties).map(([key, each]) => ({ name, key, each })),
      ...Object.entries(properties).map(([key, each]) => ({ name, key, each })),
    ]),
    ...Object.entries(types).flatMap(([name, { properties }]) =>
      Object.entries(properties ?? {}).map(([key, each]) => ({ name, key, each })),
    ),
  ].filter(({ each }) => each.description === undefined);
  expect(undescribed.map(({ name, key }) => `${name}.${key}`)).toEqual([]);
});
