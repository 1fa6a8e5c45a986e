/** URNs: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`, where only the first three `::` separate. */

export const stackType = "pulumi:pulumi:Stack";
export const providerTypePrefix = "pulumi:providers:";

export interface UrnParts {
  stack: string;
  project: string;
  qualifiedType: string;
  type: string;
  name: string;
}

export function parseUrn(urn: string): UrnParts {
  const [stack = "", project = "", qualifiedType = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
  const type = qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1);
  return { stack, project, qualifiedType, type, name: name.join("::") };
}

export function makeUrn(
  stack: string,
  project: string,
  parent: string | undefined,
  type: string,
  name: string,
): string {
  const parentType = parent ? parseUrn(parent).qualifiedType : "";
  // The stack is everybody's parent in the end, so it is left out of the chain.
  const chain = parentType === "" || parentType === stackType ? type : `${parentType}$${type}`;
  return `urn:pulumi:${stack}::${project}::${chain}::${name}`;
}

export const urnName = (urn: string): string => parseUrn(urn).name;
export const urnType = (urn: string): string => parseUrn(urn).type;
export const isStackUrn = (urn: string): boolean => urnType(urn) === stackType;

/** Types as people write them: `aws:s3/bucket:Bucket` is shown as `aws:s3:Bucket`. */
export function displayType(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const slash = module.lastIndexOf("/");
  const last = module.slice(slash + 1);
  const repeats = slash >= 0 && last.toLowerCase() === name.toLowerCase();
  return repeats ? `${pkg}:${module.slice(0, slash)}:${name}` : type;
}
