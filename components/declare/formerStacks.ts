// The names that a stack had before, by the configuration: Pulumi's own renames of stacks and projects leave no alias.
import * as pulumi from "@pulumi/pulumi";
import { show } from "../model/shape";
import { stop } from "./stop";

/** The configuration's `lvs:formerly`: `PROJECT/STACK` for each name that this stack had. */
export function formerStacks(component: pulumi.ComponentResource): { project: string; stack: string }[] {
  return configured().map((each, index) => {
    const parts = typeof each === "string" ? /^([^/\s]+)\/([^/\s]+)$/.exec(each) : null;
    if (parts === null)
      throw stop(
        component,
        `the configuration's lvs:formerly[${index}] is ${show(each)}, and is to be PROJECT/STACK, such as "web/prod": pulumi config set --path 'lvs:formerly[${index}]' PROJECT/STACK`,
      );
    return { project: parts[1]!, stack: parts[2]! };
  });
}

/**
 * The warning of a preview if another owner on the host has the same document: it may be a former name of this owner that has not been
 * declared.
 */
export function twinNote(who: string, owner: string, twin: string): string {
  const [project = "", stack = "", ...rest] = twin.split("/");
  const sameComponent = owner.split("/").slice(2).join("/") === rest.join("/");
  const mend = sameComponent ? formerlyCommand(project, stack) : "give the component's options aliases";
  return `${who}: ${twin} has the same there, word for word. If that is a former name of ${owner}, say so first (${mend}); otherwise the claims of that name stay on the host until that owner is destroyed`;
}

/** The command that declares a former name of the stack. */
function formerlyCommand(project: string, stack: string): string {
  return `pulumi config set --path 'lvs:formerly[${configured().length}]' ${project}/${stack}`;
}

/** The elements of the configuration's `lvs:formerly`, of any type. */
function configured(): unknown[] {
  const given = new pulumi.Config("lvs").getObject<unknown>("formerly") ?? [];
  return Array.isArray(given) ? (given as unknown[]) : [given];
}
