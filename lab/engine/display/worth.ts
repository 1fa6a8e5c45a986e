import { isArray, isObject, type Value } from "../wire/values.js";

/** Nothing is said of values that are as good as absent. */
export function worthShowing(value: Value): boolean {
  if (value === null || value === "") return false;
  if (isArray(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}
