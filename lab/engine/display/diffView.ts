import { providerTypePrefix, isStackUrn } from "../wire/urn.js";
import { diffMaps, Hidden, undetail, type MemberDiffs } from "../wire/diff.js";
import {
  equal,
  isArray,
  isInternal,
  isObject,
  Secret,
  unknown,
  type PropertyMap,
  type Value,
} from "../wire/values.js";
import type { Resource } from "../state/resource.js";
import { resourceOf, type Operation, type Step } from "../steps/step.js";
import { PropertyPrinter } from "./propertyPrinter.js";
import { worthShowing } from "./worth.js";
import type { Style } from "./style.js";

const replacements: Operation[] = [
  "replace",
  "create-replacement",
  "delete-replaced",
  "remove-pending-replace",
];
const ownColour: Operation[] = ["create", "delete", "delete-replaced"];

/** Whether a step is shown: what stays the same is not, nor are a replacement's physical steps. */
export function isShown(step: Step): boolean {
  if (step.operation === "same") return step.old?.protect !== step.next?.protect;
  return step.logical || !replacements.includes(step.operation);
}

/** The default provider is the engine's own affair. */
export const isInternalStep = (step: Step): boolean => resourceOf(step).type.startsWith(providerTypePrefix);

/** The rich view: each step with its properties, in the CLI's form. */
export class DiffView {
  private readonly shown = new Map<string, Step>();
  private readonly printer: PropertyPrinter;

  constructor(
    private readonly style: Style,
    private readonly options: { planning: boolean; truncate: boolean },
  ) {
    this.printer = new PropertyPrinter(style, options);
  }

  /** What is printed when a step starts; nothing for one that is not shown. */
  step(step: Step): string {
    this.shown.set(step.urn, step);
    if (!isShown(step) && !isStackUrn(step.urn)) return "";
    const indent = this.indent(step);
    return this.header(step, indent) + (step.operation === "same" ? "" : this.details(step, indent + 1));
  }

  private indent(step: Step): number {
    let indent = 0;
    for (let urn = resourceOf(step).parent; urn !== "";) {
      const parent = this.shown.get(urn);
      if (!parent) break;
      if (isStackUrn(urn) || isShown(parent)) indent++;
      urn = resourceOf(parent).parent;
    }
    return indent;
  }

  private header(step: Step, indent: number): string {
    const { operation, old, next } = step;
    const margin = "    ".repeat(indent);
    const retained = old?.retainOnDelete && ["delete", ...replacements].includes(operation) ? "[retain]" : "";
    const lock = next?.protect || (old?.protect && !next) ? " 🔒" : old?.protect ? " 🔓" : "";
    const title = `${resourceOf(step).type}: (${operation}${retained})${lock}\n`;
    const plain = ownColour.includes(operation) ? operation : "same";
    const detail = (text: string): string => this.style.operation(plain, `${margin}    [${text}]\n`);
    return (
      margin +
      this.style.prefix(operation) +
      this.style.operation(operation, title) +
      (old?.id ? detail(`id=${old.id}`) : "") +
      detail(`urn=${step.urn}`) +
      providerLine(old, next, detail)
    );
  }

  private details(step: Step, indent: number): string {
    const { operation, old, next } = step;
    const where = { indent, operation, signed: false };
    const hidden = new Hidden((next ?? old)?.hideDiff ?? []);
    if (!old && next) this.printer.object(worth(next), where);
    else if (old && !next) this.printer.object(old.inputs, where);
    else if (old && next) {
      const diff = step.detailed
        ? undetail(step.detailed, mask(old.outputs), mask(next.inputs), hidden)
        : diffMaps(mask(old.inputs), mask(next.inputs), hidden);
      // A custom resource whose every change is hidden is shown whole, as the CLI does it.
      const nothingLeft = !diff && (step.detailed !== undefined || hidden.seen.size === 0);
      if (nothingLeft) {
        const { inputs } = step.detailed ? old : next;
        this.printer.object(inputs, { indent, operation: "same", signed: true });
      } else this.printer.hidden([...hidden.seen].sort(), indent);
      if (diff) this.printer.members(diff, { ...where, signed: true });
    }
    return this.printer.take();
  }

  /** The outputs of a step that is done: the stack's always, others' only once they are real. */
  outputs(step: Step): string {
    const stack = isStackUrn(step.urn);
    if (!stack && (this.options.planning || !isShown(step) || !step.next)) return "";
    const indent = this.indent(step) + 1;
    const text = this.outputProperties(step, indent);
    return text && this.style.operation(step.operation, `${"    ".repeat(indent)}--outputs:--\n`) + text;
  }

  outputProperties(step: Step, indent: number): string {
    const { old, next, operation } = step;
    const outputs = next?.outputs ?? {};
    const showSames = !this.options.planning && isStackUrn(step.urn);
    const where = { indent, operation, signed: false };
    const had = old && Object.keys(old.outputs).length > 0;
    const hidden = new Hidden(next?.hideDiff ?? []);
    const diff = had ? diffMaps(mask(old.outputs), mask(outputs), hidden) : undefined;
    if (diff && this.options.planning) dropUnknownUpdates(diff);
    if (had && !diff && hidden.seen.size === 0 && !showSames) return "";
    const keys = Object.keys(diff ? { ...old?.outputs, ...outputs } : outputs).filter(
      (key) => !isInternal(key),
    );
    const width = Math.max(0, ...keys.map((key) => key.length));
    for (const key of keys.sort()) {
      const value = outputs[key];
      const input = next?.inputs[key];
      if (input !== undefined && value !== undefined && equal(value, input)) continue;
      if (diff) {
        if (!showSames && diff.sames.has(key)) continue;
        if (isIn(diff, key)) this.printer.member(key, width, diff, where);
      } else if (value !== undefined && worthShowing(value)) {
        this.printer.object({ [key.padEnd(width)]: value }, where);
      }
    }
    return this.printer.take();
  }
}

const worth = (next: Resource): PropertyMap =>
  Object.keys(next.outputs).length > 0 ? next.outputs : next.inputs;

/** Secrets all look the same here: one that changed is told only where the provider says that it did. */
function mask(map: PropertyMap): PropertyMap {
  const masked = (value: Value): Value => {
    if (value instanceof Secret) return new Secret("");
    if (isArray(value)) return value.map(masked);
    return isObject(value) ? mask(value) : value;
  };
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, masked(value)]));
}

const isIn = (diff: MemberDiffs, key: string): boolean =>
  diff.adds.has(key) || diff.deletes.has(key) || diff.updates.has(key) || diff.sames.has(key);

function dropUnknownUpdates(diff: MemberDiffs): void {
  for (const [key, update] of diff.updates) if (update.new === unknown) diff.updates.delete(key);
}

function providerLine(
  old: Resource | undefined,
  next: Resource | undefined,
  detail: (text: string) => string,
): string {
  const provider = (next ?? old)?.provider;
  if (!provider) return "";
  if (!old?.provider || !next || old.provider === next.provider) return detail(`provider=${provider}`);
  const unknownSuffix = `::${unknown}`;
  const shown = provider.endsWith(unknownSuffix)
    ? `${provider.slice(0, -unknownSuffix.length)}::[unknown]`
    : provider;
  return detail(`provider: ${old.provider} => ${shown}`);
}
