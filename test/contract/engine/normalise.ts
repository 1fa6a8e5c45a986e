/** What two runs of the same thing may differ in is made the same: ids, times, places. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Fields = { [key: string]: Json };

const droppedFields = ["created", "modified", "sourcePosition", "stackTrace", "__pulumi-go-provider-version"];

export function normaliseText(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex
      .replace(/\x1b\[[\d;]*m/g, "")
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, "UUID")
      .replace(/\[id=([^\]]*?)[0-9a-f]{8}\]/g, "[id=$1ID]")
      .replace(/\/[^\s"]*\/programs\//g, "PROGRAMS/")
      .replace(/:\d+:\d+\)?$/gm, ":LINE")
  );
}

/** The text of a diff view without what frames it: greeting, links, durations. */
export function normaliseDiff(text: string): string[] {
  const framed = /^(@ |Previewing|Updating|Destroying|View |Duration:|This is the lab|\s*$)/;
  return normaliseText(text)
    .split("\n")
    .filter((line) => !framed.test(line))
    .map((line) => line.trimEnd());
}

export function normaliseResource(resource: Json): Json {
  return tidy(resource);
}

function tidy(value: Json, key = ""): Json {
  if (typeof value === "string")
    return key === "id" ? normaliseText(value).replace(/[0-9a-f]{8}$/, "ID") : normaliseText(value);
  if (Array.isArray(value)) return value.map((element) => tidy(element));
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([name]) => !droppedFields.includes(name));
  const sorted = kept.sort(([a], [b]) => (a < b ? -1 : 1));
  const entries = sorted.map(([name, child]): [string, Json] => [name, tidy(child, name)]);
  return Object.fromEntries(entries);
}

/** Messages without the stack traces below them, which name lines of the SDK. */
export const normaliseMessage = (message: string): string =>
  normaliseText(message)
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join("\n")
    .trim();

export interface StepSummary {
  [key: string]: Json;
}

/** A step of a preview's digest, with its states. */
export function normaliseDigestStep(step: Fields): StepSummary {
  return tidy({
    ...step,
    diffReasons: sortedStrings(step.diffReasons),
    replaceReasons: sortedStrings(step.replaceReasons),
  }) as StepSummary;
}

/** A step as `up --json` tells it. */
export function normaliseEventStep(metadata: Fields): StepSummary {
  return {
    op: metadata.op ?? null,
    urn: metadata.urn ?? null,
    diffs: sortedStrings(metadata.diffs),
    keys: sortedStrings(metadata.keys),
    detailedDiff: tidy(metadata.detailedDiff ?? null),
    logical: metadata.logical ?? false,
  };
}

const sortedStrings = (value: Json | undefined): Json => (Array.isArray(value) ? [...value].sort() : []);
