// README's cluster is the same in each language: the examples of the quick start, and README's own program, which has the second director as
// one more line.
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as lvs from "../../index";
import { type Registered, program } from "./program";
import { hostKey, privateKey } from "./samples";

const root = join(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const knownHosts = `198.18.0.*,192.168.1.* ${hostKey}`;

beforeEach(() => pulumi.runtime.setAllConfig({ "web:privateKey": privateKey, "web:knownHosts": knownHosts }));
afterEach(() => pulumi.runtime.setAllConfig({}));

/** Runs a program in TypeScript or JavaScript. Returns what it exports. */
function run(source: string): { endpoints?: pulumi.Output<string[]> } {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const modules: Record<string, unknown> = {
    "@pulumi-lvs/lvs": lvs,
    "@pulumi/pulumi": pulumi,
    "node:fs": { readFileSync: () => knownHosts },
  };
  const exports = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- a program of this repository
  new Function("require", "exports", outputText)((name: string) => modules[name], exports);
  return exports;
}

interface YamlProgram {
  resources: { web: { type: string; properties: lvs.ClusterArgs } };
  outputs: Record<string, string>;
}

function runYaml(source: string): { endpoints?: pulumi.Output<string[]> } {
  const filled = source
    .replace('"${privateKey}"', JSON.stringify(privateKey))
    .replace('"${knownHosts}"', JSON.stringify(knownHosts));
  const { resources, outputs } = parse(filled) as YamlProgram;
  expect([resources.web.type, outputs]).toEqual(["lvs:index:Cluster", { endpoints: "${web.endpoints}" }]);
  return new lvs.Cluster("web", resources.web.properties);
}

async function declared(declare: () => { endpoints?: pulumi.Output<string[]> }) {
  let endpoints: string[] | undefined;
  const { commands, error } = await program(
    () => void declare().endpoints?.apply((each) => (endpoints = each)),
  );
  expect(error).toBeUndefined();
  const documents = [...commands].map(([name, { inputs }]: [string, Registered]) => [
    name,
    inputs["stdin"] as unknown,
  ]);
  return { endpoints, documents: Object.fromEntries(documents) as Record<string, string> };
}

const typescript = () => declared(() => run(read("examples/quick-start/index.ts")));

describe("the quick start", () => {
  test("is a cluster with two directors and a web server on each real server", async () => {
    const { endpoints, documents } = await typescript();
    expect(endpoints).toEqual(["198.18.0.100:80", "198.18.0.100:443"]);
    expect(Object.keys(documents).filter((name) => !name.endsWith("-release"))).toEqual([
      "web-r1",
      "web-r2",
      "web-d1",
      "web-d2",
    ]);
    expect(documents["web-r1"]).toContain("nginx");
    expect(documents["web-d1"]).toContain("HTTP_GET");
  });

  test("declares the same in JavaScript and in YAML", async () => {
    const expected = await typescript();
    expect(await declared(() => run(read("examples/quick-start-javascript/index.js")))).toEqual(expected);
    expect(await declared(() => runYaml(read("examples/quick-start-yaml/Pulumi.yaml")))).toEqual(expected);
  });
});

describe("README's program", () => {
  const [, source = ""] = /^```ts\n([^`]*new lvs\.Cluster[^`]*)^```$/m.exec(read("README.md")) ?? [];
  const [, second = ""] =
    /\*\*A second director\*\* is one more line, `([^`]*)`/.exec(read("README.md")) ?? [];

  test("is taken as it stands", async () => {
    const { endpoints, documents } = await declared(() => run(source));
    expect(endpoints).toEqual(["192.168.1.100:80", "192.168.1.100:443"]);
    expect(documents["web-d1"]).not.toContain("keepalived]");
  });

  test("takes the second director as one more line", async () => {
    const first = '{ name: "d1", address: "192.168.1.10" }';
    const { documents } = await declared(() => run(source.replace(first, `${first}, ${second}`)));
    expect(documents["web-d1"]).toContain("[keepalived]");
    expect(documents["web-d2"]).toContain("[keepalived]");
  });
});
