// The arguments of a component by their paths, as the schema has them (test/contract/golden/schema.json). So new arguments are tested here
// as well, without another list.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `services[].realServers[].address`; `{}` where any name may stand. */
export interface Argument {
  path: string;
  type: "string" | "number" | "boolean";
}

interface Described {
  type?: string;
  $ref?: string;
  items?: Described;
  additionalProperties?: Described;
}

interface Schema {
  resources: Record<string, { inputProperties: Record<string, Described> }>;
  types: Record<string, { type: string; enum?: unknown[]; properties?: Record<string, Described> }>;
}

const schema = JSON.parse(
  readFileSync(join(__dirname, "../../contract/golden/schema.json"), "utf8"),
) as Schema;

export function argumentsOf(component: string): Argument[] {
  const properties = schema.resources[`lvs:index:${component}`]?.inputProperties;
  if (properties === undefined) throw new Error(`no component ${component}`);
  return members(properties, "");
}

function members(properties: Record<string, Described>, path: string): Argument[] {
  return Object.entries(properties).flatMap(([name, each]) =>
    described(each, path === "" ? name : `${path}.${name}`),
  );
}

function described(each: Described, path: string): Argument[] {
  if (each.items !== undefined) return described(each.items, `${path}[]`);
  if (each.additionalProperties !== undefined) return described(each.additionalProperties, `${path}{}`);
  if (each.$ref !== undefined) {
    const type = schema.types[each.$ref.replace("#/types/", "")];
    if (type?.properties !== undefined) return members(type.properties, path);
    if (type?.enum !== undefined) return [{ path, type: "string" }];
  }
  if (each.type === "string" || each.type === "number" || each.type === "boolean")
    return [{ path, type: each.type }];
  throw new Error(`${path} is of a kind that nobody knows here: ${JSON.stringify(each)}`);
}

/** The arguments once for each place where they hold the option, without it there. (A list of plain values goes as a whole.) */
export function without<Args>(given: Args, option: string): Args[] {
  const whole = option.replace(/(\[\]|\{\})$/, "");
  return changedAt(given, whole.split("."), () => undefined) as Args[];
}

/** The same with another value there. */
export function withAnother<Args>(given: Args, option: string, another: (value: unknown) => unknown): Args[] {
  return changedAt(given, option.split("."), another) as Args[];
}

function changedAt(given: unknown, segments: string[], change: (value: unknown) => unknown): unknown[] {
  const [segment = "", ...rest] = segments;
  const [, member = "", kind] = /^(\w+)(\[\]|\{\})?$/.exec(segment) ?? [];
  const here = (given as Record<string, unknown>)[member];
  if (here === undefined) return [];
  const below = (value: unknown) => (rest.length === 0 ? [change(value)] : changedAt(value, rest, change));
  const changed =
    kind === "[]"
      ? (here as unknown[]).flatMap((each, at) =>
          below(each).map((value) => Object.assign([...(here as unknown[])], { [at]: value })),
        )
      : kind === "{}"
        ? Object.entries(here as object).flatMap(([name, each]) =>
            below(each).map((value) => ({ ...(here as object), [name]: value })),
          )
        : below(here);
  return changed.map((value) => ({ ...(given as object), [member]: value }));
}
