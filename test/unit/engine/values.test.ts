import fc from "fast-check";
import { expect, test } from "vitest";
import { formatPath, ignoreChanges, parsePath, pathContains } from "../../../lab/engine/wire/paths.js";
import { detail, diffMaps, Hidden, undetail } from "../../../lab/engine/wire/diff.js";
import { makeUrn, parseUrn } from "../../../lab/engine/wire/urn.js";
import {
  decodeMap,
  encodeMap,
  equal,
  Refused,
  Secret,
  unknown,
  type PropertyMap,
} from "../../../lab/engine/wire/values.js";

const secretOf = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("what comes over the wire goes back as it came, secrets within secrets too", () => {
  const wire = { a: [1, null, "z"], b: secretOf({ c: secretOf("x"), d: unknown }), e: { f: true } };
  expect(decodeMap(wire).b).toBeInstanceOf(Secret);
  expect(encodeMap(decodeMap(wire))).toEqual(wire);
});

test("plain JSON survives decoding and encoding", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (map) => {
      expect(encodeMap(decodeMap(map))).toEqual(map);
    }),
  );
});

test("assets are refused by their name", () => {
  const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" };
  expect(() => decodeMap({ asset })).toThrow(Refused);
  expect(() => decodeMap({ asset })).toThrow("assets");
});

test("secretness counts as a difference, a null member does not", () => {
  expect(equal("x", new Secret("x"))).toBe(false);
  expect(equal({ a: null, b: 1 }, { b: 1 })).toBe(true);
  expect(equal([null], [])).toBe(false);
});

test.each([
  ["connection.host", ["connection", "host"]],
  ["triggers[*]", ["triggers", "*"]],
  ["a[0].b", ["a", 0, "b"]],
  ['tags["x.y"].z', ["tags", "x.y", "z"]],
])("the path %s", (text, path) => {
  expect(parsePath(text)).toEqual(path);
  if (!text.includes("*")) expect(formatPath(path)).toBe(text);
});

test("a pattern covers what lies below it, not what lies above", () => {
  expect(pathContains(["triggers", "*"], ["triggers", 1])).toBe(true);
  expect(pathContains(["triggers", "*"], ["triggers"])).toBe(false);
  expect(pathContains(["connection"], ["connection", "host"])).toBe(true);
});

test("ignored changes get their old value back, or go again where there was none", () => {
  const old: PropertyMap = { stdin: "old", environment: { A: "1" } };
  const inputs: PropertyMap = { stdin: "new", environment: { A: "2", B: "2" }, added: "x" };
  expect(ignoreChanges(inputs, old, ["stdin", "environment.A", "added"])).toEqual({
    stdin: "old",
    environment: { A: "1", B: "2" },
  });
  expect(inputs.stdin).toBe("new");
});

test("a difference in detail, and back for display", () => {
  const old: PropertyMap = { triggers: ["a", "b"], gone: 1, tree: { x: 1 }, __internal: 1 };
  const next: PropertyMap = { triggers: ["a", "c", "d"], tree: { x: unknown }, added: "y", __internal: 2 };
  const detailed = detail(diffMaps(old, next));
  expect(Object.fromEntries([...detailed].map(([path, { kind }]) => [path, kind]))).toEqual({
    "triggers[1]": "update",
    "triggers[2]": "add",
    gone: "delete",
    "tree.x": "update",
    added: "add",
  });
  const shown = undetail(detailed, old, next, new Hidden(["tree"]));
  expect([...(shown?.updates.keys() ?? [])]).toEqual(["triggers"]);
  expect([...(shown?.adds ?? [])]).toEqual([["added", "y"]]);
});

test("URNs name the chain of parents' types, the stack left out", () => {
  const stack = makeUrn("dev", "web", undefined, "pulumi:pulumi:Stack", "web-dev");
  const host = makeUrn("dev", "web", stack, "lvs:index:Director", "d::1");
  const command = makeUrn("dev", "web", host, "command:remote:Command", "d1");
  expect(command).toBe("urn:pulumi:dev::web::lvs:index:Director$command:remote:Command::d1");
  expect(parseUrn(host)).toMatchObject({ type: "lvs:index:Director", name: "d::1" });
});
