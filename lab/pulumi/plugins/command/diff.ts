// How two sets of inputs differ, property by property: objects by key, arrays by element, a secret as a whole.
import { equal, isArray, isInternal, isObject, type PropertyMap, type Value } from "./values";

/** A property path such as `connection.host` or `triggers[0]`, taken apart. */
type Path = (string | number)[];
type ChangeKind = "add" | "delete" | "update";
/** The kind of change at each path, and whether it makes a replacement. */
export type DetailedDiff = Map<string, { kind: ChangeKind; replace: boolean }>;

export function diffMaps(old: PropertyMap, next: PropertyMap): DetailedDiff {
  const found: DetailedDiff = new Map();
  compareMaps(old, next, [], found);
  return found;
}

function compareMaps(old: PropertyMap, next: PropertyMap, at: Path, found: DetailedDiff): void {
  for (const key of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (!isInternal(key)) compare(old[key] ?? undefined, next[key] ?? undefined, [...at, key], found);
  }
}

function compare(old: Value | undefined, next: Value | undefined, at: Path, found: DetailedDiff): void {
  const note = (kind: ChangeKind): unknown => found.set(formatPath(at), { kind, replace: false });
  if (old === undefined && next === undefined) return;
  if (old === undefined) note("add");
  else if (next === undefined) note("delete");
  else if (isArray(old) && isArray(next)) {
    for (let index = 0; index < Math.max(old.length, next.length); index += 1)
      compare(old[index], next[index], [...at, index], found);
  } else if (isObject(old) && isObject(next)) compareMaps(old, next, at, found);
  else if (!equal(old, next)) note("update");
}

function formatPath(path: Path): string {
  return path
    .map((element, index) => {
      if (typeof element === "number") return `[${element}]`;
      if (!/^[a-zA-Z_$][a-zA-Z0-9_$]*$/.test(element)) return `["${element.replace(/(["\\])/g, "\\$1")}"]`;
      return index === 0 ? element : `.${element}`;
    })
    .join("");
}
