// The host's program, as it is joined from its parts.
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { awkParts, shellParts } from "../../../components/host/program";
import { sections } from "../../../components/host/sections";

const folder = join(__dirname, "../../../components/host");
const files = (ending: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .sort();

it("has every part once", () => {
  expect([...shellParts].sort()).toEqual(files(".sh"));
  expect([...new Set<string>(Object.values(awkParts).flat())].sort()).toEqual(files(".awk"));
});

it("has rooms of which none calls a function of a later one", () => {
  const rooms = [...new Set(shellParts.map((part) => part.split("/")[0]!))];
  // (Text after a # is for readers. Texts in quotes are for users, except those that begin with a name.)
  const texts = shellParts.map((part) => ({
    part,
    room: rooms.indexOf(part.split("/")[0]!),
    text: readFileSync(join(folder, part), "utf8").replaceAll(/(^|\s)#.*$/gm, ""),
  }));
  const defined = new Map(
    texts.flatMap(({ room, text }) =>
      [...text.matchAll(/^([a-z_]+)\(\) \{/gm)].map(([, name]) => [name!, room] as const),
    ),
  );
  expect(defined.size).toBeGreaterThan(150);
  const upwards = texts.flatMap(({ part, room, text }) => {
    const called = [
      ...(text.match(/\b[a-z]+(_[a-z]+)+\b/g) ?? []),
      ...[...text.matchAll(/(?:^|[;&|({!]|\b(?:then|do|else|if|while))\s*([a-z]+)\b/gm)].map(
        ([, name]) => name!,
      ),
    ];
    return [...new Set(called)]
      .filter((word) => (defined.get(word) ?? 0) > room)
      .map((word) => `${part} calls ${word}`);
  });
  expect(upwards).toEqual([]);
});

describe("has for each section of a host's facts", () => {
  const all = shellParts.map((part) => readFileSync(join(folder, part), "utf8")).join("\n");
  // (The rules are read, set and removed all at once: ipvs_read, ipvs_feed.)
  const ofHost = sections.filter(({ name, key }) => key !== undefined && name !== "ipvs");
  const verbs = [...all.matchAll(/"\$\{section\}_([a-z]+)"/g)].map(([, verb]) => verb!);
  const main = /^apply_main\(\) \{\n[^]*?^\}/m.exec(all)?.[0] ?? "";
  const listed = (verb: string) =>
    [...main.matchAll(new RegExp(`apply_each ${verb} ([a-z ]+)`, "g"))].flatMap(([, names]) =>
      names!.split(" "),
    );

  it("the functions that are called by its name", () => {
    expect([...new Set(verbs)].sort()).toEqual(["live", "set", "unset"]);
  });

  describe.each(ofHost.map(({ name }) => name))("[%s]", (section) => {
    it.each(["live", "set", "unset"])(`${section}_%s`, (verb) => {
      expect(all).toMatch(new RegExp(`^${section}_${verb}\\(\\) \\{`, "m"));
    });

    // (keepalived's own files are set in verbs/pair.sh.)
    it.each(["set", "unset"])("a step of a change: %s", (verb) => {
      expect(listed(verb).includes(section) || (section === "keepalived" && verb === "set")).toBe(true);
    });
  });
});

it("refuses before a change what a look has said, by the same functions", () => {
  const text = (part: string) => readFileSync(join(folder, part), "utf8");
  const lists = [...text("verbs/refusals.sh").matchAll(/^(REFUSALS\w*)=\((.*)\)$/gm)];
  expect(lists).toHaveLength(2);
  const all = shellParts.map(text).join("\n");
  for (const [, list, names] of lists) {
    for (const name of names!.split(" ")) expect(all).toContain(`\n${name}() {`);
    for (const part of ["verbs/apply.sh", "verbs/observe.sh"])
      expect(text(part)).toContain(`"\${${list}[@]}"`);
  }
});

it("has no two parts of one name", () => {
  const names = shellParts.map((part) => basename(part));
  expect(new Set(names).size).toBe(names.length);
});
