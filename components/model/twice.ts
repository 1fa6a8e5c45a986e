import { elements, isRecord, type Problem, show } from "./shape";

/** Names that are given a second time. Values that are no texts are accepted. */
export function twice(entries: { name: unknown; path: string }[]): Problem[] {
  const seen = new Map<string, string>();
  return entries.flatMap(({ name, path }): Problem[] => {
    if (typeof name !== "string") return [];
    const first = seen.get(name);
    seen.set(name, first ?? path);
    return first === undefined ? [] : [{ path, reason: `${show(name)} is already there, at ${first}` }];
  });
}

/** The same for the `name` of each element of a list. */
export function sameNameTwice(given: unknown, path: string): Problem[] {
  return twice(
    elements(given).map((each, index) => ({
      name: isRecord(each) ? each["name"] : undefined,
      path: `${path}[${index}].name`,
    })),
  );
}
