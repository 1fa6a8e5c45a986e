/** Property values as the engine and a provider exchange them: plain JSON, plus secrets and unknowns. */
import { Refused } from "../serve";

/** The CLI's name for this plugin. */
export const provider = "pulumi-resource-command";

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const refusedSignatures: Record<string, string> = {
  d0e6a833031e9bbcd3f4e8bde6ca49a4: "output values",
  c44067f5952c0a294b673a41bacd8c17: "assets",
  "0def7320c3a5731c473e5ecbe6d01bc7": "archives",
};

/** The string that stands for "not known until the update runs", anywhere in a tree. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** The engine has more of them, by the type of the unknown value: a boolean, a number, an array, an asset, an archive, an object. */
const typedUnknowns = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export class Secret {
  constructor(readonly value: Value) {}
}

export type Value = null | boolean | number | string | Value[] | Secret | PropertyMap;
export interface PropertyMap {
  [key: string]: Value;
}

export const isArray = (value: Value | undefined): value is Value[] => Array.isArray(value);

export const isObject = (value: Value | undefined): value is PropertyMap =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);

/** Internal keys (`__internal`, `__provider`, …) are not compared. */
export const isInternal = (key: string): boolean => key.startsWith("__");

export const reveal = (value: Value): Value => (value instanceof Secret ? reveal(value.value) : value);

function decodeValue(wire: unknown): Value {
  if (wire === undefined || wire === null) return null;
  if (Array.isArray(wire)) return wire.map(decodeValue);
  if (typeof wire === "string") return typedUnknowns.has(wire) ? unknown : wire;
  if (typeof wire !== "object") return wire as boolean | number;
  const object = wire as Record<string, unknown>;
  const kind = object[signature];
  if (kind === secretSignature) return new Secret(decodeValue(object.value));
  if (typeof kind === "string" && refusedSignatures[kind])
    throw new Refused(provider, refusedSignatures[kind]);
  return decodeMap(object);
}

/** A member that is null counts as absent. */
export function decodeMap(wire: Record<string, unknown>): PropertyMap {
  const there = Object.entries(wire).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(there.map(([key, value]) => [key, decodeValue(value)]));
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** `encodeSecret` decides how a secret is written: in the wire's form, or as the plain value for a command. */
export function encodeValue(value: Value, encodeSecret: (secret: Secret) => Json = secretToWire): Json {
  if (value instanceof Secret) return encodeSecret(value);
  if (isArray(value)) return value.map((element) => encodeValue(element, encodeSecret));
  return isObject(value) ? encodeMap(value, encodeSecret) : value;
}

export function encodeMap(map: PropertyMap, encodeSecret = secretToWire): { [key: string]: Json } {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, encodeValue(value, encodeSecret)]),
  );
}

function secretToWire(secret: Secret): Json {
  return { [signature]: secretSignature, value: encodeValue(secret.value, secretToWire) };
}

/** Deep equality. A secret and a plain value are different; a null member is the same as an absent one. */
export function equal(left: Value, right: Value): boolean {
  if (left instanceof Secret || right instanceof Secret) {
    return left instanceof Secret && right instanceof Secret && equal(left.value, right.value);
  }
  if (isArray(left) || isArray(right)) {
    if (!isArray(left) || !isArray(right) || left.length !== right.length) return false;
    return left.every((element, index) => equal(element, right[index] ?? null));
  }
  if (isObject(left) && isObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].every((key) => equal(left[key] ?? null, right[key] ?? null));
  }
  return left === right;
}
