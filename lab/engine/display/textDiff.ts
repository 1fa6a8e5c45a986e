import DiffMatchPatch from "diff-match-patch";
import { parseAllDocuments } from "yaml";
import { isArray, isObject, type Value } from "../wire/values.js";

export type TextChange = { kind: "delete" | "equal" | "insert"; text: string };

const kinds = { [-1]: "delete", [0]: "equal", [1]: "insert" } as const;
const named = (diffs: [number, string][]): TextChange[] =>
  diffs.map(([kind, text]) => ({ kind: kinds[kind as -1 | 0 | 1], text }));

// The CLI uses the same algorithm (Neil Fraser's, without a time limit), so that ties break alike.
function differ(): DiffMatchPatch & { Diff_Timeout: number } {
  const instance = new DiffMatchPatch() as DiffMatchPatch & { Diff_Timeout: number };
  instance.Diff_Timeout = 0;
  return instance;
}

export function diffLines(old: string, next: string): TextChange[] {
  const instance = differ();
  const { chars1, chars2, lineArray } = instance.diff_linesToChars_(old, next);
  const diffs = instance.diff_main(chars1, chars2, false);
  instance.diff_charsToLines_(diffs, lineArray);
  return named(diffs);
}

export function diffCharacters(old: string, next: string): TextChange[] {
  const instance = differ();
  const diffs = instance.diff_main(old, next, false);
  instance.diff_cleanupEfficiency(diffs);
  return named(diffs);
}

/** Text that holds a JSON (or, over several lines, YAML) object or list is shown as what it holds. */
export function decodeText(text: string): { value: Value; kind: "json" | "yaml" } | undefined {
  const trimmed = text.trim();
  try {
    const value = JSON.parse(trimmed) as Value;
    return isArray(value) || isObject(value) ? { value, kind: "json" } : undefined;
  } catch {
    return /[\r\n]/.test(trimmed) ? decodeYaml(trimmed) : undefined;
  }
}

function decodeYaml(text: string): { value: Value; kind: "yaml" } | undefined {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents) || documents.length !== 1) return undefined;
  const [document] = documents;
  if (!document || document.errors.length > 0) return undefined;
  const value = document.toJS() as Value;
  return isArray(value) || isObject(value) ? { value, kind: "yaml" } : undefined;
}

/** More than three lines, or lines longer than 150 characters, are cut. */
export function truncate(text: string): string {
  const lines = text.split("\n");
  const kept = lines.slice(0, 3).map((line) => (line.length > 150 ? `${line.slice(0, 150)}...` : line));
  return lines.length > 3 ? `${kept.join("\n")}\n...` : kept.join("\n");
}

const contextLines = 2;

/** Unchanged lines: two of them beside each change, dots for the rest. */
export function abridge(lines: string[], first: boolean, last: boolean): string[] {
  const [head, tail] = [lines.slice(0, contextLines), lines.slice(-contextLines)];
  if (first) return lines.length > contextLines + 1 ? ["...", ...tail] : lines;
  if (last) return lines.length > contextLines + 1 ? [...head, "..."] : lines;
  return lines.length > 2 * contextLines + 1 ? [...head, "...", ...tail] : lines;
}
