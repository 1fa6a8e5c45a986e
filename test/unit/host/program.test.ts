// The host's program, as it is joined from its parts.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { awkParts, shellParts } from "../../../components/host/program";

const folder = join(__dirname, "../../../components/host");
const files = (ending: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .sort();

it("has every part once", () => {
  expect([...shellParts].sort()).toEqual(files(".sh"));
  expect([...new Set<string>(Object.values(awkParts).flat())].sort()).toEqual(files(".awk"));
});

it("has no two parts of one name", () => {
  const names = shellParts.map((part) => basename(part));
  expect(new Set(names).size).toBe(names.length);
});
