import { childAt, formatPath, parsePath, pathContains, type Path } from "./paths.js";
import {
  equal,
  isArray,
  isInternal,
  isObject,
  Secret,
  unknown,
  type PropertyMap,
  type Value,
} from "./values.js";

/** How two values differ, with the members of objects and arrays told apart. */
export interface ValueDiff {
  old: Value;
  new: Value;
  members?: MemberDiffs;
  isArray?: boolean;
}
export interface MemberDiffs {
  adds: Map<string, Value>;
  deletes: Map<string, Value>;
  updates: Map<string, ValueDiff>;
  sames: Map<string, Value>;
}

export type ChangeKind = "add" | "delete" | "update";
export interface PropertyChange {
  kind: ChangeKind;
  replace: boolean;
}
/** What a provider says about a difference: the kind of change at each property path. */
export type DetailedDiff = Map<string, PropertyChange>;

const emptyDiffs = (): MemberDiffs => ({
  adds: new Map(),
  deletes: new Map(),
  updates: new Map(),
  sames: new Map(),
});

export function diffMaps(
  old: PropertyMap,
  next: PropertyMap,
  hidden?: Hidden,
  at: Path = [],
): MemberDiffs | undefined {
  return diffMembers(Object.entries(old), next, (key) => key, hidden, at);
}

function diffMembers(
  oldEntries: [string, Value][],
  next: PropertyMap | Value[],
  pathKey: (key: string) => string | number,
  hidden: Hidden | undefined,
  at: Path,
): MemberDiffs | undefined {
  const diffs = emptyDiffs();
  // A member that is null is as good as absent; an element that is null still takes its place.
  const isThere = (value: Value | undefined): value is Value =>
    value !== undefined && (value !== null || Array.isArray(next));
  const oldKeys = new Set(oldEntries.map(([key]) => key));
  const pairs: [string, Value | undefined, Value | undefined][] = [
    ...oldEntries.map(([key, value]): [string, Value, Value | undefined] => [
      key,
      value,
      childAt(next, pathKey(key)),
    ]),
    ...Object.keys(next)
      .filter((key) => !oldKeys.has(key))
      .map((key): [string, undefined, Value | undefined] => [key, undefined, childAt(next, pathKey(key))]),
  ];
  for (const [key, before, after] of pairs) {
    if (isInternal(key)) continue;
    const path = [...at, pathKey(key)];
    if (hidden?.covers(path)) continue;
    const had = isThere(before);
    const has = isThere(after);
    if (had && has) {
      const diff = diffValues(before, after, hidden, path);
      if (diff) diffs.updates.set(key, diff);
      else diffs.sames.set(key, before);
    } else if (had) diffs.deletes.set(key, before);
    else if (has) diffs.adds.set(key, after);
  }
  return diffs.adds.size + diffs.deletes.size + diffs.updates.size > 0 ? diffs : undefined;
}

export function diffValues(old: Value, next: Value, hidden?: Hidden, at: Path = []): ValueDiff | undefined {
  if (isArray(old) && isArray(next)) {
    const members = diffMembers(Object.entries(old), next, Number, hidden, at);
    return members && { old, new: next, members, isArray: true };
  }
  if (isObject(old) && isObject(next)) {
    const members = diffMaps(old, next, hidden, at);
    return members && { old, new: next, members };
  }
  return equal(old, next) ? undefined : { old, new: next };
}

/** Differences that the user asked not to see, and which of them there were. */
export class Hidden {
  readonly seen = new Set<string>();
  private readonly patterns: Path[];
  constructor(patterns: string[]) {
    this.patterns = patterns.map((text) => parsePath(text) ?? [text]);
  }
  covers(path: Path): boolean {
    const pattern = this.patterns.find((candidate) => pathContains(candidate, path));
    if (pattern) this.seen.add(formatPath(pattern));
    return pattern !== undefined;
  }
}

export function detail(diffs: MemberDiffs | undefined): DetailedDiff {
  const result: DetailedDiff = new Map();
  const walk = (members: MemberDiffs, prefix: Path, array: boolean): void => {
    const path = (key: string): Path => [...prefix, array ? Number(key) : key];
    const note = (key: string, kind: ChangeKind): unknown =>
      result.set(formatPath(path(key)), { kind, replace: false });
    for (const [key, diff] of members.updates) {
      if (diff.members) walk(diff.members, path(key), diff.isArray === true);
      else note(key, "update");
    }
    for (const key of members.adds.keys()) note(key, "add");
    for (const key of members.deletes.keys()) note(key, "delete");
  };
  if (diffs) walk(diffs, [], false);
  return result;
}

/** A detailed diff back as member diffs, for display: old values are the outputs, new ones the inputs. */
export function undetail(
  detailed: DetailedDiff,
  old: PropertyMap,
  next: PropertyMap,
  hidden: Hidden,
): MemberDiffs | undefined {
  const root: ValueDiff = { old, new: next };
  for (const [text, change] of detailed) {
    const path = parsePath(text) ?? [text];
    if (!hidden.covers(path)) addChange(root, path, change.kind, old, next);
  }
  return root.members;
}

/** An opaque value may hold anything: whatever is asked of it is itself. */
function look(parent: Value | undefined, key: string | number): Value | undefined {
  return parent === unknown || parent instanceof Secret ? parent : childAt(parent, key);
}

function addChange(
  into: ValueDiff,
  path: Path,
  kind: ChangeKind,
  oldParent: Value | undefined,
  newParent: Value | undefined,
): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  const before = look(oldParent, head);
  const after = look(newParent, head);
  const members = (into.members ??= emptyDiffs());
  if (typeof head === "number") into.isArray = true;
  const key = String(head);
  const added = rest.length > 0 ? before == null && after != null : kind === "add";
  const deleted = rest.length > 0 ? before != null && after == null : kind === "delete";
  if (added) members.adds.set(key, after ?? unknown);
  else if (deleted) members.deletes.set(key, before ?? unknown);
  else if (rest.length === 0) {
    const leaf = { old: before ?? null, new: after ?? null };
    members.updates.set(key, diffValues(leaf.old, leaf.new) ?? leaf);
  } else {
    const child = members.updates.get(key) ?? { old: before ?? null, new: after ?? null };
    addChange(child, rest, kind, before, after);
    members.updates.set(key, child);
  }
}
