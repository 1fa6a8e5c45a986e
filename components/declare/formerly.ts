// The names in a document: the resource that sends it, and the former names of its owner. Hosts identify owners by name.
import * as pulumi from "@pulumi/pulumi";
import { formerStacks } from "./formerStacks";
import { plainly } from "./plainly";
import { inheritedUrn, lastOf, readUrn, stackType, typePathOf, type UrnParts } from "../model/urn";
import { stopped } from "./stop";
import { longestOwner, ownerName } from "../render/owner";

/** Members of Pulumi's resources that their types do not have. The SDK itself defines them (test/contract/sdk.test.ts). */
export interface SdkMembers {
  __name?: string;
  __pulumiType?: string;
  __parentResource?: pulumi.Resource;
  __aliases?: pulumi.Output<pulumi.URN>[];
}

const mostFormerNames = 20;

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
  /** What the change is called, by the component's name. */
  called: (component: string) => string;
}

/**
 * The names in the document of this change. An alias that a preview does not know yet names nothing.
 *
 * For Pulumi this Output depends on no resource. A Command must not depend on its own component, because Pulumi would make it wait for all
 * children of the component, itself included.
 */
export function namesOf(component: pulumi.ComponentResource, change: NamedChange): pulumi.Output<Names> {
  const parents = plainly(parentTypes(component), "");
  const formerly = plainly(formerOwners(component, change), []);
  return pulumi.all([parents, formerly]).apply(([types, owners]) => ({ parents: types, formerly: owners }));
}

/**
 * The types of a resource's parents, as in its URN; empty for a resource without a parent. It does not read the URN, because Pulumi
 * resolves that only when all dependencies exist, and the look at the host must not wait for them.
 */
function parentTypes(resource: pulumi.Resource): pulumi.Output<string> {
  const { __parentResource: parent } = resource as unknown as SdkMembers;
  return parent === undefined ? pulumi.output("") : typePath(parent);
}

function typePath(resource: pulumi.Resource): pulumi.Output<string> {
  const { __pulumiType: type = "" } = resource as unknown as SdkMembers;
  if (type === stackType) return pulumi.output("");
  // (In a component plugin, the parent is in another program, and only its URN is known.)
  if (type === "") return resource.urn.apply(typePathOf);
  return parentTypes(resource).apply((parents) => (parents === "" ? type : `${parents}$${type}`));
}

/** The former owners of this change of a host, sorted. */
function formerOwners(component: pulumi.ComponentResource, change: NamedChange): pulumi.Output<string[]> {
  const stacks = formerStacks(component);
  const here = { stack: pulumi.getStack(), project: pulumi.getProject() };
  const ownerOf = ({ stack, project, type, name }: UrnParts) =>
    ownerName(project, stack, type, change.called(name));
  const now: UrnParts = { ...here, type: change.type, name: change.name };
  return pulumi.output(aliasesOf(component)).apply(async (aliases): Promise<string[]> => {
    const known = [now, ...aliases.flatMap((urn) => readUrn(urn) ?? [])];
    const before = known.flatMap((each) => {
      const renamed = each.stack === here.stack && each.project === here.project ? stacks : [];
      return [each, ...renamed.map((stack) => ({ ...each, ...stack }))];
    });
    // (An owner that is too long has never been applied.)
    const owners = new Set(before.map(ownerOf).filter((owner) => owner.length <= longestOwner));
    owners.delete(ownerOf(now));
    if (owners.size <= mostFormerNames) return [...owners].sort();
    return stopped(
      component,
      `${change.name} has had ${owners.size} names, by its aliases and the configuration's lvs:formerly, of which ${mostFormerNames} are possible; leave out those under which nothing is on the hosts any more`,
    );
  });
}

/** A resource's own aliases, and those that it inherits from its parents' aliases, as Pulumi's engine infers them. */
function aliasesOf(resource: pulumi.Resource): pulumi.Output<pulumi.URN>[] {
  const {
    __name: name = "",
    __pulumiType: type = "",
    __parentResource: parent,
    __aliases: own = [],
  } = resource as unknown as SdkMembers;
  if (parent === undefined) return own;
  const { __name: parentName = "" } = parent as unknown as SdkMembers;
  const inherited = aliasesOf(parent).flatMap((alias) => [
    alias.apply((urn) => inheritedUrn({ urn, name: parentName }, { type, name, nameWas: name })),
    ...own.map((mine) =>
      pulumi.all([alias, mine]).apply(([urn, before]) => {
        const last = lastOf(before);
        return inheritedUrn({ urn, name: parentName }, { type: last.type, name, nameWas: last.name });
      }),
    ),
  ]);
  return [...own, ...inherited];
}
