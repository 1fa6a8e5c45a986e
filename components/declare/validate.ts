import * as pulumi from "@pulumi/pulumi";
import { stop, stopped } from "./stop";
import { later, type Problem, type Shape } from "../model/shape";

/**
 * Checks a component's arguments with one shape: at once as far as they are known, and again when all Outputs in them are known. The result
 * resolves only if there is no problem, so everything that changes a host waits for it. `more` has the problems that the component itself
 * has found before.
 */
export function validate(
  component: pulumi.ComponentResource,
  args: object | undefined,
  shape: Shape,
  more: Problem[] = [],
): pulumi.Output<boolean> {
  const open = { outputs: 0 };
  const atOnce = refusal([...shape(known(args, open), ""), ...more]);
  if (atOnce !== undefined) throw stop(component, atOnce);
  if (open.outputs === 0) return pulumi.output(true);
  const whole = pulumi.output(args).apply((all): Promise<boolean> => {
    const late = refusal(shape(all, ""));
    return late === undefined ? Promise.resolve(true) : stopped(component, late);
  });
  return pulumi.unsecret(whole);
}

function refusal(found: Problem[]): string | undefined {
  const problems = withoutRepeats(found);
  if (problems.length === 0) return undefined;
  const list = problems.map(({ path, reason }) => `\n  ${path === "" ? "" : `${path}: `}${reason}`).join("");
  const count = problems.length === 1 ? "an argument" : `${problems.length} arguments`;
  return `${count} cannot be used:${list}`;
}

/** The arguments, with `later` in place of each value that is not known yet; `open` counts these. */
function known(value: unknown, open: { outputs: number }): unknown {
  if (isLater(value)) {
    open.outputs += 1;
    return later;
  }
  if (Array.isArray(value)) return value.map((each) => known(each, open));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, known(member, open)]));
}

/** A problem of the shared connection is a problem of each host, too. It is reported once. */
function withoutRepeats(problems: Problem[]): Problem[] {
  const shared = problems.filter(({ path }) => path.startsWith("connection."));
  return problems.filter(
    (each) => !shared.some(({ path, reason }) => reason === each.reason && each.path.endsWith(`.${path}`)),
  );
}

/** Whether a value of the arguments is known only later. */
export function isLater(value: unknown): value is pulumi.Output<unknown> | Promise<unknown> {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
