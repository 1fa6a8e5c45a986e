// The names that a component had before: by aliases, and because its stack or project was renamed. Hosts know owners by name.
import * as pulumi from "@pulumi/pulumi";
import { changeName } from "./hosts";
import { show } from "./model/shape";
import { longestOwner, ownerName } from "./render/owner";
import { stop, stopped } from "./remote/stop";

/** What is needed of Pulumi's resources beside their types: these members are the SDK's own (checked by a test). */
interface Known {
  __name?: string;
  __pulumiType?: string;
  __parentResource?: pulumi.Resource;
  __aliases?: pulumi.Output<pulumi.URN>[];
}

/** An Output's value without what it depends on; undefined where it is not known. */
interface Plain<Value> {
  promise(): Promise<Value | undefined>;
}

/** A host reads names from the first 8192 bytes of a document (names.sh). */
const mostFormerNames = 20;

/** What a URN holds of a component: `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. */
interface UrnParts {
  stack: string;
  project: string;
  /** The component's class. */
  type: string;
  name: string;
}

/**
 * The types of a resource's parents, as they stand in its URN; empty for one without a parent. Not by its URN: that is known only when everything has been
 * made that it depends on, and hosts are looked at before.
 */
function parentTypes(resource: pulumi.Resource): pulumi.Output<string> {
  const { __parentResource: parent } = resource as unknown as Known;
  return parent === undefined ? pulumi.output("") : types(parent);
}

function types(resource: pulumi.Resource): pulumi.Output<string> {
  const { __pulumiType: type = "" } = resource as unknown as Known;
  if (type === "pulumi:pulumi:Stack") return pulumi.output("");
  // (In a component plugin, the parent is in another program, and of it nothing but the URN is known.)
  if (type === "") return resource.urn.apply((urn) => split(urn)[2]);
  return parentTypes(resource).apply((parents) => (parents === "" ? type : `${parents}$${type}`));
}

/** What a document says of names. */
export interface Names {
  /** The types of the component's parents. */
  parents: string;
  /** The owners of the names that it had before. */
  formerly: string[];
}

/** A change of a host, as far as it is named. */
interface NamedChange {
  /** The component's class. */
  type: string;
  /** The component's name. */
  name: string;
  hostIdentity: string | undefined;
}

/**
 * What the document of this change says of names. It depends on no resource, as far as Pulumi knows: a Command that depended on a component that it belongs
 * to, by that one's URN, would wait for all of its children, and so for itself. An alias that a preview does not know yet names nothing.
 */
export function namesOf(component: pulumi.ComponentResource, change: NamedChange): pulumi.Output<Names> {
  const names = pulumi
    .all([parentTypes(component), formerOwners(component, change)])
    .apply(([parents, formerly]) => ({ parents, formerly }));
  const plain = (names as unknown as Plain<Names>).promise();
  return pulumi.output(plain.then((known) => known ?? { parents: "", formerly: [] }));
}

/** The owners that this change of a host had before, sorted. */
function formerOwners(component: pulumi.ComponentResource, change: NamedChange): pulumi.Output<string[]> {
  const stacks = formerStacks(component);
  const here = { stack: pulumi.getStack(), project: pulumi.getProject() };
  const nameOf = ({ stack, project, type, name }: UrnParts) =>
    ownerName(project, stack, type, changeName(name, change.hostIdentity));
  const now: UrnParts = { ...here, type: change.type, name: change.name };
  return pulumi.output(aliasesOf(component)).apply(async (aliases): Promise<string[]> => {
    const known = [now, ...aliases.flatMap((urn) => readUrn(urn))];
    const before = known.flatMap((each) => {
      const renamed = each.stack === here.stack && each.project === here.project ? stacks : [];
      return [each, ...renamed.map((stack) => ({ ...each, ...stack }))];
    });
    // (One that is too long has never been applied.)
    const owners = new Set(before.map(nameOf).filter((owner) => owner.length <= longestOwner));
    owners.delete(nameOf(now));
    if (owners.size <= mostFormerNames) return [...owners].sort();
    return stopped(
      component,
      `${change.name} has had ${owners.size} names, by its aliases and the configuration's lvs:formerly, of which ${mostFormerNames} are possible; leave out those under which nothing is on the hosts any more`,
    );
  });
}

/** How to say, on the command line, that the stack had this name. */
export function sayFormerly(project: string, stack: string): string {
  return `pulumi config set --path 'lvs:formerly[${configured().length}]' ${project}/${stack}`;
}

/** What the configuration's `lvs:formerly` holds, whatever that is. */
function configured(): unknown[] {
  const given = new pulumi.Config("lvs").getObject<unknown>("formerly") ?? [];
  return Array.isArray(given) ? (given as unknown[]) : [given];
}

/** The configuration's `lvs:formerly`: `PROJECT/STACK` for each name that this stack had. */
function formerStacks(component: pulumi.ComponentResource): { project: string; stack: string }[] {
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

/** A resource's aliases, its own and those that it has because its parents have some, as Pulumi's engine infers them. */
function aliasesOf(resource: pulumi.Resource): pulumi.Output<pulumi.URN>[] {
  const {
    __name: name = "",
    __pulumiType: type = "",
    __parentResource: parent,
    __aliases: own = [],
  } = resource as unknown as Known;
  if (parent === undefined) return own;
  const { __name: parentName = "" } = parent as unknown as Known;
  const inherited = aliasesOf(parent).flatMap((alias) =>
    [["", "", type, name].join("::"), ...own].map((mine) =>
      pulumi.all([alias, mine]).apply(([parentUrn, urn]) => inheritedUrn(parentUrn, parentName, urn, name)),
    ),
  );
  return [...own, ...inherited];
}

/** A child whose name begins with its parent's follows it to another name. */
function inheritedUrn(parentUrn: pulumi.URN, parentName: string, urn: pulumi.URN, name: string): pulumi.URN {
  const [prefix, project, types, parentWas] = split(parentUrn);
  const [, , ownTypes, nameWas] = split(urn);
  const follows = nameWas === name && parentName !== "" && name.startsWith(parentName);
  const was = follows ? parentWas + name.slice(parentName.length) : nameWas;
  return [prefix, project, `${types}$${ownTypes.split("$").at(-1)}`, was].join("::");
}

function split(urn: pulumi.URN): [string, string, string, string] {
  const [prefix = "", project = "", types = "", ...name] = urn.split("::");
  return [prefix, project, types, name.join("::")];
}

function readUrn(urn: pulumi.URN): UrnParts[] {
  const [prefix, project, types, name] = split(urn);
  const stack = prefix.replace(/^urn:pulumi:/, "");
  const type = types.split("$").at(-1)?.split(":").at(-1) ?? "";
  return [stack, project, type, name].includes("") ? [] : [{ stack, project, type, name }];
}
