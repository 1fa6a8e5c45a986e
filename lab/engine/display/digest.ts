import { writeResource, type Resource } from "../state/resource.js";
import type { Diagnostic } from "../steps/listener.js";
import { resourceOf, type Step } from "../steps/step.js";
import { encodeMap, type Json } from "../wire/values.js";
import { isStackUrn } from "../wire/urn.js";
import { isShown } from "./diffView.js";

/** How the resource stood when its step began: a preview's digest does not hold what came of it. */
export interface RecordedStep {
  step: Step;
  old?: Json;
  next?: Json;
}

export function recordStep(step: Step): RecordedStep {
  const write = (resource: Resource | undefined): Json | undefined =>
    resource && writeResource(resource, (map) => encodeMap(map, () => "[secret]"));
  return { step, old: write(step.old), next: write(step.next) };
}

interface DigestParts {
  config: Record<string, string>;
  steps: RecordedStep[];
  diagnostics: (Diagnostic & { prefix: string })[];
  milliseconds: number;
  changeSummary: Record<string, number>;
}

/** The one JSON object of `preview --json`. */
export function digest(parts: DigestParts): string {
  const document: { [key: string]: Json } = {};
  if (Object.keys(parts.config).length > 0) document.config = parts.config;
  document.steps = parts.steps.filter(({ step }) => isShown(step) || isStackUrn(step.urn)).map(digestStep);
  if (parts.diagnostics.length > 0) {
    document.diagnostics = parts.diagnostics.map(({ urn, prefix, message, severity }) => ({
      ...(urn ? { urn } : {}),
      message: prefix + message,
      severity,
    }));
  }
  document.duration = Math.round(parts.milliseconds * 1e6);
  document.changeSummary = parts.changeSummary;
  return JSON.stringify(document, null, 4);
}

export function digestStep({ step, old, next }: RecordedStep): Json {
  const fields: { [key: string]: Json } = { op: step.operation, urn: step.urn };
  const provider = resourceOf(step).provider;
  if (provider) fields.provider = provider;
  if (old !== undefined) fields.oldState = old;
  if (next !== undefined) fields.newState = next;
  if (step.changed.length > 0) fields.diffReasons = [...step.changed].sort();
  if (step.replaceKeys.length > 0) fields.replaceReasons = [...step.replaceKeys].sort();
  fields.detailedDiff = null;
  if (step.detailed) {
    const entries = [...step.detailed].sort(([a], [b]) => (a < b ? -1 : 1));
    fields.detailedDiff = Object.fromEntries(
      entries.map(([path, { kind, replace }]) => [
        path,
        { kind: replace ? `${kind}-replace` : kind, inputDiff: false },
      ]),
    );
  }
  return fields;
}
