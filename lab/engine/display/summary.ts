import type { Operation } from "../steps/step.js";
import type { Style } from "./style.js";

const order: [Operation, string][] = [
  ["create", "created"],
  ["update", "updated"],
  ["delete", "deleted"],
  ["replace", "replaced"],
];

/** The closing lines: how many of what, and how long it took. */
export function summary(
  changes: Record<string, number>,
  errored: number,
  planning: boolean,
  milliseconds: number,
  style: Style,
): string {
  const lines = [style.mark("headline", "Resources:")];
  const made = order.filter(([operation]) => (changes[operation] ?? 0) > 0);
  for (const [operation, past] of made) {
    const count = changes[operation] ?? 0;
    const text = planning ? `${count} to ${operation}` : `${count} ${past}`;
    lines.push(`    ${style.prefix(operation)}${style.operation(operation, text)}`);
  }
  const total = made.reduce((sum, [operation]) => sum + (changes[operation] ?? 0), 0);
  const pieces = made.length > 1 ? [`${total} changes`] : [];
  if (changes.same) pieces.push(`${changes.same} unchanged`);
  if (pieces.length > 0) lines.push(`    ${pieces.join(". ")}`);
  if (errored > 0) lines.push(`    ${style.mark("error", `${errored} errored`)}`);
  if (!planning)
    lines.push("", `${style.mark("headline", "Duration:")} ${duration(Math.ceil(milliseconds / 1000))}`);
  return `${lines.join("\n")}\n`;
}

function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const parts = [hours ? `${hours}h` : "", hours || minutes ? `${minutes}m` : "", `${seconds % 60}s`];
  return parts.join("");
}
