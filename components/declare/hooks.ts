// What Pulumi calls right before and right after a Command changes a host.
import * as pulumi from "@pulumi/pulumi";
import { keepProgram } from "../remote/probe";
import { hostLabel } from "../model/host";
import { perRun } from "./perRun";
import type { DocumentRequest } from "./request";
import { callbacksWork, transport } from "./transport";

/** How often this run has used a name for a hook. */
const hookNames = perRun<number>();

/** The option that makes Pulumi call both hooks of a Command of this verb. */
export function hooks(request: DocumentRequest, verb: string): pulumi.CustomResourceOptions {
  const before = programFirst(request, verb);
  if (before === undefined) return {};
  const after = notesAfter(request, verb);
  return {
    hooks: { beforeCreate: [before], beforeUpdate: [before], afterCreate: [after], afterUpdate: [after] },
  };
}

/**
 * Sends the program to the host right before each create and update: another removal (of a replacement, or of another stack) may just have
 * deleted it together with the last owner. A removal need not send it: as long as its owner is on the host, the program is, too.
 */
function programFirst(request: DocumentRequest, verb: string): pulumi.ResourceHook | undefined {
  const run = transport();
  if (run === undefined || !callbacksWork()) return undefined;
  const known = pulumi.all([request.place, request.access, request.timeout]);
  return hook(
    `${request.owner} ${verb}`,
    () =>
      new Promise<void>((resolve, reject) => {
        known.apply(([place, access, timeout]) =>
          keepProgram(run, hostLabel(place), access, timeout).then(resolve, reject),
        );
      }),
  );
}

/** Prints the notes of a change. (The output of a Command is secret and not logged; no note holds a secret.) */
function notesAfter(request: DocumentRequest, verb: string): pulumi.ResourceHook {
  return hook(
    `${request.owner} notes of ${verb}`,
    ({ newOutputs }) =>
      new Promise<void>((resolve) => {
        const stdout = pulumi.unsecret(pulumi.output(newOutputs?.stdout as unknown));
        pulumi.all([request.place, stdout]).apply(([place, text]) => {
          for (const note of notesIn(text))
            void pulumi.log.info(`${hostLabel(place)}: ${note}`, request.parent);
          resolve();
        });
      }),
  );
}

/** The program prints each note as one line (components/host/base/report.sh). */
function notesIn(text: unknown): string[] {
  if (typeof text !== "string") return [];
  return text.split("\n").flatMap((line) => (line.startsWith("note: ") ? [line.slice("note: ".length)] : []));
}

function hook(name: string, callback: pulumi.ResourceHookFunction): pulumi.ResourceHook {
  const used = (hookNames().get(name) ?? 0) + 1;
  hookNames().set(name, used);
  return new pulumi.ResourceHook(used === 1 ? name : `${name} ${used}`, callback);
}
