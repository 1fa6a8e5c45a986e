// A shape lists the problems of a value, wherever the value comes from: TypeScript's types do not bind a user who writes JavaScript, YAML
// or a configuration file. Shapes collect all problems instead of stopping at the first.

/** One problem of the arguments, and its place. */
export interface Problem {
  path: string;
  reason: string;
}

export type Shape = (value: unknown, path: string) => Problem[];

/** Stands for a value that is not known yet (an Output): every shape accepts it, and is called again when the value is known. */
export const later: unique symbol = Symbol("not known yet");

/** The value in an error: quoted, on one line, and of at most 60 characters. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === later) return "what is not known yet";
  // JSON cannot write these values.
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "symbol")
    return String(value);
  const line = JSON.stringify(value) ?? typeof value;
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The elements of a list; none if it is no list. */
export function elements(given: unknown): unknown[] {
  return Array.isArray(given) ? given : [];
}

export const optional =
  (shape: Shape): Shape =>
  (value, path) =>
    value === undefined ? [] : shape(value, path);

/** A value that is valid if `fault` returns no reason. The reason follows the value in a message: `0 is not a port`. */
export const value =
  (fault: (value: unknown) => string | undefined): Shape =>
  (given, path) => {
    if (given === later) return [];
    const reason = fault(given);
    if (reason === undefined) return [];
    return [{ path, reason: given === undefined ? missing(reason) : `${show(given)} ${reason}` }];
  };

/** The same reason for a missing value: the words after the first colon say what to give. */
function missing(reason: string): string {
  const colon = reason.indexOf(": ");
  return colon < 0 ? "missing" : `missing: ${reason.slice(colon + 2)}`;
}

/** As `value`, but the value is a secret and never appears in the reason. */
export const hidden =
  (fault: (value: unknown) => string | undefined): Shape =>
  (given, path) => {
    if (given === later) return [];
    const reason = fault(given);
    return reason === undefined ? [] : [{ path, reason }];
  };

export const wholeNumber = (what: string, least: number, most: number): Shape =>
  value((given) =>
    typeof given === "number" && Number.isInteger(given) && given >= least && given <= most
      ? undefined
      : `is not ${what}: give a whole number from ${least} to ${most}`,
  );

export const flag: Shape = value((given) =>
  typeof given === "boolean" ? undefined : "is neither true nor false",
);

export const text = (what: string, pattern: RegExp, rule: string): Shape =>
  value((given) =>
    typeof given === "string" && pattern.test(given) ? undefined : `is not ${what}: ${rule}`,
  );

export const oneOf = (what: string, words: readonly string[]): Shape =>
  value((given) => {
    if (typeof given === "string" && words.includes(given)) return undefined;
    // With up to three words the reader sees which one is meant, and `sctp` is not a misspelt `tcp`.
    const near = typeof given === "string" && words.length > 3 ? nearest(given, words) : undefined;
    const hint = near === undefined ? "" : `; did you mean "${near}"?`;
    return `is not ${what}: give one of ${words.join(", ")}${hint}`;
  });

export const list =
  (item: Shape, least: number, what: string, most = Infinity): Shape =>
  (given, path) => {
    if (given === later) return [];
    if (given === undefined) return [{ path, reason: `missing: give a list of ${what}` }];
    if (!Array.isArray(given)) return [{ path, reason: `${show(given)} is not a list of ${what}` }];
    const found = given.length === 0 ? "the list is empty" : `there is only ${given.length}`;
    return [
      ...(given.length < least
        ? [{ path, reason: `${found}: give at least ${least === 1 ? "one" : least} of the ${what}` }]
        : []),
      ...(given.length > most
        ? [{ path, reason: `${given.length} are more than a list of ${what} may have: give at most ${most}` }]
        : []),
      ...given.flatMap((element, index) => item(element, `${path}[${index}]`)),
    ];
  };

/** An object with these members, and no others. */
export const record = (what: string, members: Record<string, Shape>, across?: Shape): Shape =>
  recordOf(what, members, across, (names) => `: there are ${names.join(", ")}`);

/** An object with these members. Members with other names are accepted, unless they look like a misspelling of one of these. */
export const openRecord = (what: string, members: Record<string, Shape>, across?: Shape): Shape =>
  recordOf(what, members, across, () => undefined);

const recordOf =
  (
    what: string,
    members: Record<string, Shape>,
    across: Shape | undefined,
    unlike: (names: string[]) => string | undefined,
  ): Shape =>
  (given, path) => {
    if (given === later) return [];
    if (given === undefined) return [{ path, reason: `missing: give ${what}` }];
    if (!isRecord(given)) return [{ path, reason: `${show(given)} is not ${what}` }];
    const names = Object.keys(members);
    const unknown = Object.keys(given)
      .filter((name) => !names.includes(name) && given[name] !== undefined)
      .flatMap((name) => {
        const near = nearest(name, names);
        const hint = near === undefined ? unlike(names) : `; did you mean "${near}"?`;
        return hint === undefined ? [] : [{ path: join(path, name), reason: `no such argument${hint}` }];
      });
    const own = names.flatMap((name) => members[name]?.(given[name], join(path, name)) ?? []);
    return [...own, ...unknown, ...(across?.(given, path) ?? [])];
  };

export function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The word that was probably meant: at most two letters differ, and more letters are equal than different. */
export function nearest(given: string, words: readonly string[]): string | undefined {
  const lower = given.toLowerCase().slice(0, 40);
  const ranked = words
    .map((word) => ({ word, distance: editDistance(lower, word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.min(2, word.length - 1))
    .sort((left, right) => left.distance - right.distance);
  return ranked[0]?.word;
}

function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
