import { isArray, isObject, type PropertyMap, type Value } from "./values.js";

/** A property path such as `connection.host`, `triggers[*]` or `tags["a.b"]`, taken apart. */
export type Path = (string | number)[];

export function parsePath(text: string): Path | undefined {
  const path: Path = [];
  let rest = text;
  while (rest !== "") {
    const step = /^(?:\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[\*\]|\.?([^.[\]"]+))/.exec(rest);
    if (!step) return undefined;
    if (step[1] !== undefined) path.push(step[1].replace(/\\(.)/g, "$1"));
    else if (step[2] !== undefined) path.push(Number(step[2]));
    else path.push(step[3] ?? "*");
    rest = rest.slice(step[0].length);
  }
  return path;
}

export function formatPath(path: Path): string {
  return path
    .map((element, index) => {
      if (typeof element === "number") return `[${element}]`;
      if (!/^[a-zA-Z_$][a-zA-Z0-9_$]*$/.test(element)) return `["${element.replace(/(["\\])/g, "\\$1")}"]`;
      return index === 0 ? element : `.${element}`;
    })
    .join("");
}

/** Whether `pattern` (in which `*` is any one element) is `path` or an ancestor of it. */
export function pathContains(pattern: Path, path: Path): boolean {
  if (path.length < pattern.length) return false;
  return pattern.every((element, index) => element === "*" || element === path[index]);
}

/** Puts the old value at `path` back into `target`. False where the path exists on one side only. */
export function resetPath(path: Path, old: Value | undefined, target: Value | undefined): boolean {
  const [head, ...rest] = path;
  if (head === undefined) return true;
  if (head === "*") {
    const keys: Path = isArray(target) ? [...target.keys()] : isObject(target) ? Object.keys(target) : [];
    const oldKeys: Path = isArray(old) ? [...old.keys()] : isObject(old) ? Object.keys(old) : [];
    if (keys.length !== oldKeys.length) return false;
    return keys.every((key) => resetPath([key, ...rest], old, target));
  }
  const oldChild = childAt(old, head);
  if (rest.length > 0) {
    const child = childAt(target, head);
    if (oldChild === undefined && child === undefined) return true;
    return oldChild !== undefined && child !== undefined && resetPath(rest, oldChild, child);
  }
  if (isArray(target) && typeof head === "number") {
    if (oldChild === undefined || head >= target.length)
      return oldChild === undefined && head >= target.length;
    target[head] = oldChild;
    return true;
  }
  if (!isObject(target) || typeof head !== "string") return false;
  if (oldChild === undefined) delete target[head];
  else target[head] = oldChild;
  return true;
}

export function childAt(value: Value | undefined, key: string | number): Value | undefined {
  if (isArray(value)) return typeof key === "number" ? value[key] : undefined;
  return isObject(value) && typeof key === "string" ? value[key] : undefined;
}

/** The inputs with every ignored property set back to what it was. */
export function ignoreChanges(inputs: PropertyMap, old: PropertyMap, paths: string[]): PropertyMap {
  if (paths.length === 0) return inputs;
  const result = structuredCopy(inputs) as PropertyMap;
  for (const text of paths) {
    const path = parsePath(text);
    if (path) resetPath(path, old, result);
  }
  return result;
}

function structuredCopy(value: Value): Value {
  if (isArray(value)) return value.map(structuredCopy);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, structuredCopy(child)]));
}
