// What programs can import: each component, and each type of an argument, once. And what their users can read.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(__dirname, "../..");
const modules = [...readFileSync(join(root, "index.ts"), "utf8").matchAll(/ from "(.*)";$/gm)].map(
  ([, path]) => path,
);

/** The TypeScript files of a folder, as index.ts names them. */
const filesOf = (folder: string) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `./${folder}/${file.replace(/\.ts$/, "")}`);

test("index.ts exports every component and all arguments, each file once and in order", () => {
  // (Arguments with their Outputs known are not written by anybody.)
  const args = filesOf("components/args").filter((path) => !path.endsWith("/known"));
  expect(modules).toEqual([...args.sort(), ...filesOf("components").sort()]);
});

test("the pages that errors name are in the package", () => {
  const sources = readdirSync(join(root, "components"), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|sh|awk)$/.test(file))
    .map((file) => readFileSync(join(root, "components", file), "utf8"));
  const pages = [...new Set(sources.flatMap((text) => text.match(/docs\/[a-z-]+\.md/g) ?? []))];
  expect(pages).toContain("docs/lost-host.md");
  expect(pages.filter((page) => !existsSync(join(root, page)))).toEqual([]);
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: string[] };
  expect(files).toContain("docs");
});
