// Property values of the command provider's stand-in, as they are received and sent, and how two sets of them differ.
import fc from "fast-check";
import { expect, test } from "vitest";
import { diffMaps } from "../../../../lab/pulumi/plugins/command/diff";
import {
  decodeMap,
  encodeMap,
  equal,
  Secret,
  unknown,
  type PropertyMap,
} from "../../../../lab/pulumi/plugins/command/values";
import { Refused } from "../../../../lab/pulumi/plugins/serve";

const secretOf = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("what comes over the wire goes back as it came, secrets within secrets too", () => {
  const wire = { a: [1, null, "z"], b: secretOf({ c: secretOf("x"), d: unknown }), e: { f: true } };
  expect(decodeMap(wire).b).toBeInstanceOf(Secret);
  expect(encodeMap(decodeMap(wire))).toEqual(wire);
});

test("plain JSON survives, but for members that are null", () => {
  const noNulls = (value: unknown): boolean => !JSON.stringify(value).includes("null");
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue().filter(noNulls)), (map) => {
      expect(encodeMap(decodeMap(map))).toEqual(map);
    }),
  );
  expect(decodeMap({ a: null, b: [null], c: { d: null } })).toEqual({ b: [null], c: {} });
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

const differences = (old: PropertyMap, next: PropertyMap) =>
  Object.fromEntries([...diffMaps(old, next)].map(([path, { kind }]) => [path, kind]));

test("a difference is named by its path: members by key, elements by place, a secret as a whole", () => {
  const old: PropertyMap = {
    ...{ triggers: ["a", "b"], gone: 1, tree: { x: 1, "a-b": 1 }, __internal: 1 },
    connection: new Secret({ host: "h", port: 1 }),
  };
  const next: PropertyMap = {
    ...{ triggers: ["a", "c", "d"], tree: { x: unknown, "a-b": 2 }, added: "y", __internal: 2 },
    connection: new Secret({ host: "h", port: 2 }),
  };
  expect(differences(old, next)).toEqual({
    "triggers[1]": "update",
    "triggers[2]": "add",
    gone: "delete",
    "tree.x": "update",
    'tree["a-b"]': "update",
    added: "add",
    connection: "update",
  });
});

test("nothing differs from itself", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (map) => {
      const [one, other] = [decodeMap(map), decodeMap(structuredClone(map))];
      expect(differences(one, other)).toEqual({});
    }),
  );
});
