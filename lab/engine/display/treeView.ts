import { stripVTControlCharacters } from "node:util";
import { isStackUrn, displayType, urnName, urnType } from "../wire/urn.js";
import { diffMaps, Hidden, undetail } from "../wire/diff.js";
import { resourceOf, type Step } from "../steps/step.js";
import { isShown } from "./diffView.js";
import type { Style } from "./style.js";

const planned: Record<Step["operation"], [plan: string, done: string]> = {
  same: ["", ""],
  create: ["create", "created"],
  update: ["update", "updated"],
  delete: ["delete", "deleted"],
  replace: ["replace", "replaced"],
  "create-replacement": ["create replacement", "created replacement"],
  "delete-replaced": ["delete original", "deleted original"],
  "remove-pending-replace": ["", ""],
  refresh: ["refreshing", "refreshed"],
};

interface Node {
  step: Step;
  children: Node[];
}

/** The table that the CLI ends a preview with: what changes, as a tree under the stack. */
export function treeView(steps: Step[], failed: Set<string>, planning: boolean, style: Style): string {
  const rows: string[][] = [["", "Type", "Name", planning ? "Plan" : "Status", "Info"]];
  const walk = (nodes: Node[], root: boolean, margin: string): void =>
    nodes.forEach((node, index) => {
      const last = index === nodes.length - 1;
      const branch = root ? "" : last ? "└─ " : "├─ ";
      rows.push(row(node.step, margin + branch, failed, planning, style));
      walk(node.children, false, root ? margin : margin + (last ? "   " : "│  "));
    });
  walk(arrange(steps), true, "");
  const plain = (text: string): string => stripVTControlCharacters(text);
  const used = rows.slice(1).some((cells) => cells[4] !== "") ? 5 : 4;
  const widths = [...Array(used).keys()].map((at) =>
    Math.max(...rows.map((cells) => plain(cells[at] ?? "").length)),
  );
  return rows
    .map((cells) => {
      const padded = cells
        .slice(0, used)
        .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - plain(cell).length));
      return ` ${padded.join("  ")}`.trimEnd();
    })
    .join("\n");
}

/** Steps to show and their ancestors, children under parents. */
function arrange(steps: Step[]): Node[] {
  const known = new Map(steps.map((step) => [step.urn, step]));
  const nodes = new Map<string, Node>();
  const roots: Node[] = [];
  const place = (step: Step): Node => {
    const existing = nodes.get(step.urn);
    if (existing) return existing;
    const node = { step, children: [] };
    nodes.set(step.urn, node);
    const parent = known.get(resourceOf(step).parent);
    (parent ? place(parent).children : roots).push(node);
    return node;
  };
  for (const step of known.values()) if (isShown(step) || isStackUrn(step.urn)) place(step);
  return roots;
}

function row(step: Step, branch: string, failed: Set<string>, planning: boolean, style: Style): string[] {
  const [plan, done] = planned[step.operation];
  const status = failed.has(step.urn)
    ? `**${step.operation.replace(/e$/, "")}ing failed**`
    : planning
      ? plan
      : done;
  const retained =
    step.old?.retainOnDelete && ["delete", "replace"].includes(step.operation) ? "[retain]" : "";
  return [
    style.prefix(step.operation),
    branch + displayType(urnType(step.urn)),
    urnName(step.urn),
    style.operation(step.operation, status + retained),
    changedKeys(step),
  ];
}

/** `[diff: +added-deleted~updated]`, which says what, but not how. */
function changedKeys(step: Step): string {
  const { old, next } = step;
  if (!old || !next) return "";
  const parts: [string, string[]][] = [
    ["+", []],
    ["-", []],
    ["~", []],
  ];
  if (step.operation !== "same") {
    const nothingHidden = new Hidden([]);
    const diff = step.detailed
      ? undetail(step.detailed, old.outputs, next.inputs, nothingHidden)
      : diffMaps(old.inputs, next.inputs);
    parts[0]?.[1].push(...(diff?.adds.keys() ?? []));
    parts[1]?.[1].push(...(diff?.deletes.keys() ?? []));
    parts[2]?.[1].push(...(diff?.updates.keys() ?? []));
  }
  if (old.provider !== next.provider) parts[2]?.[1].push("provider");
  if (old.protect !== next.protect) parts[2]?.[1].push("protect");
  const text = parts.map(([sign, keys]) => (keys.length > 0 ? sign + keys.sort().join(",") : "")).join("");
  return text && `[diff: ${text}]`;
}
