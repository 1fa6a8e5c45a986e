// What programs can import: each component, and each type of an argument, once.
import { readdirSync, readFileSync } from "node:fs";
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
