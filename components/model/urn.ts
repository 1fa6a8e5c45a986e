/** The parts of a component's URN: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
export interface UrnParts {
  stack: string;
  project: string;
  /** The component's class, without its package. */
  type: string;
  name: string;
}

/** The type of a stack. A resource without a parent is a child of the stack. */
export const stackType = "pulumi:pulumi:Stack";

/** The types of the parents and of the resource itself, as in its URN; empty for a stack. */
export function typePathOf(urn: string): string {
  const [, , types] = split(urn);
  return types === stackType ? "" : types;
}

/** The parts of a URN of a component; undefined for a text that is no URN. */
export function readUrn(urn: string): UrnParts | undefined {
  const [prefix, project, types, name] = split(urn);
  const stack = prefix.replace(/^urn:pulumi:/, "");
  const type = types.split("$").at(-1)?.split(":").at(-1) ?? "";
  return [stack, project, type, name].includes("") ? undefined : { stack, project, type, name };
}

/**
 * The URN that a child had when its parent had another one, as Pulumi's engine infers it: if a child's name begins with its parent's name,
 * it changes with that name.
 */
export function inheritedUrn(
  parent: { urn: string; name: string },
  child: { type: string; name: string; nameWas: string },
): string {
  const [prefix, project, types, parentWas] = split(parent.urn);
  const follows = child.nameWas === child.name && parent.name !== "" && child.name.startsWith(parent.name);
  const was = follows ? parentWas + child.name.slice(parent.name.length) : child.nameWas;
  return [prefix, project, `${types}$${child.type}`, was].join("::");
}

/** The last type and the name in a URN. */
export function lastOf(urn: string): { type: string; name: string } {
  const [, , types, name] = split(urn);
  return { type: types.split("$").at(-1) ?? "", name };
}

function split(urn: string): [string, string, string, string] {
  const [prefix = "", project = "", types = "", ...name] = urn.split("::");
  return [prefix, project, types, name.join("::")];
}
