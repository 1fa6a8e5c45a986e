import { pathToFileURL } from "node:url";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { SourcePosition } from "@pulumi/pulumi/proto/source_pb.js";
import { isSupported, localCommand, remoteCommand } from "../command/provider.js";
import { emptyResource, type Resource } from "../state/resource.js";
import { stackType } from "../wire/urn.js";
import { decodeMap, Refused, type Json, type PropertyMap } from "../wire/values.js";
import type { AliasSpec } from "./aliases.js";

/** What a program asked for: one RegisterResource request, understood and found to be supported. */
export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  parent: string;
  inputs: PropertyMap;
  version: string;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  protect?: boolean;
  retainOnDelete?: boolean;
  deleteBeforeReplace?: boolean;
  deletedWith: string;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  hideDiff: string[];
  additionalSecretOutputs: string[];
  aliases: AliasSpec[];
  customTimeouts: { [key: string]: Json };
  sourcePosition: string;
  stackTrace: Json[];
}

export function readGoal(request: RegisterResourceRequest, projectDirectory: string): Goal {
  refuseUnsupported(request);
  const position = (source?: SourcePosition): string => projectPosition(source, projectDirectory);
  const propertyDependencies: Record<string, string[]> = {};
  request
    .getPropertydependenciesMap()
    .forEach((urns, key) => (propertyDependencies[key] = urns.getUrnsList()));
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    parent: request.getParent(),
    inputs: decodeMap(request.getObject()?.toJavaScript() ?? {}),
    version: request.getVersion(),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    deleteBeforeReplace: request.getDeletebeforereplacedefined()
      ? request.getDeletebeforereplace()
      : undefined,
    deletedWith: request.getDeletedwith(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    hideDiff: request.getHidediffsList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    aliases: readAliases(request),
    customTimeouts: readTimeouts(request),
    sourcePosition: position(request.getSourceposition()),
    stackTrace: (request.getStacktrace()?.getFramesList() ?? [])
      .map((frame) => position(frame.getPc()))
      .filter(Boolean)
      .map((sourcePosition) => ({ sourcePosition })),
  };
}

function refuseUnsupported(request: RegisterResourceRequest): void {
  const type = request.getType();
  if (request.getCustom() && !isSupported(type)) {
    throw new Refused(`resources of type ${type} (only ${remoteCommand}, ${localCommand} and components)`);
  }
  const options: [string, boolean][] = [
    ["remote components", request.getRemote()],
    ["the option import", request.getImportid() !== ""],
    ["explicit providers", request.getProvider() !== "" || request.getProvidersMap().getLength() > 0],
    ["the option pluginDownloadURL", request.getPlugindownloadurl() !== ""],
    ["parameterized packages", request.getPackageref() !== ""],
    ["the option replaceWith", request.getReplaceWithList().length > 0],
    ["the option replacementTrigger", request.hasReplacementTrigger()],
    ["the option transforms", request.getTransformsList().length > 0],
    ["the option stateMigrations", request.getStateMigrationsList().length > 0],
  ];
  const used = options.find(([, present]) => present);
  if (used) throw new Refused(`${used[0]} (asked for by ${type} ${request.getName()})`);
}

function readAliases(request: RegisterResourceRequest): AliasSpec[] {
  return request.getAliasesList().map((alias) => {
    const spec = alias.getSpec();
    if (!spec) return { urn: alias.getUrn() };
    return {
      name: spec.getName(),
      type: spec.getType(),
      stack: spec.getStack(),
      project: spec.getProject(),
      parent: spec.getParenturn(),
      noParent: spec.getNoparent(),
    };
  });
}

function readTimeouts(request: RegisterResourceRequest): { [key: string]: Json } {
  const timeouts = request.getCustomtimeouts();
  const given = {
    create: timeouts?.getCreate(),
    update: timeouts?.getUpdate(),
    delete: timeouts?.getDelete(),
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([verb, text]) => (text ? [[verb, durationSeconds(text)] as const] : [])),
  );
}

/** Go's durations: `1h30m`, `90s`. */
function durationSeconds(text: string): number {
  const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  return Array.from(text.matchAll(/([\d.]+)(ms|h|m|s)/g)).reduce(
    (sum, [, number = "0", unit = "s"]) => sum + Number(number) * (units[unit] ?? 0),
    0,
  );
}

/** The program sends file:///…; the state holds project:///…, so that it means the same elsewhere. */
function projectPosition(source: SourcePosition | undefined, directory: string): string {
  const uri = source?.getUri() ?? "";
  const root = `${pathToFileURL(directory).href}/`;
  if (!source || !uri.startsWith(root)) return "";
  return `project:///${uri.slice(root.length)}#${source.getLine()},${source.getColumn()}`;
}

/** Options that a child takes over where it has none of its own. */
export function inherit(goal: Goal, parent: Goal | undefined): Goal {
  if (!parent) return goal;
  return {
    ...goal,
    deletedWith: goal.deletedWith || parent.deletedWith,
    protect: goal.protect ?? parent.protect,
    retainOnDelete: goal.retainOnDelete ?? parent.retainOnDelete,
  };
}

/** The state that the goal leads to, before its inputs are checked and its outputs known. */
export function plannedResource(
  urn: string,
  goal: Goal,
  provider: string,
  old: Resource | undefined,
): Resource {
  return {
    ...emptyResource(urn, goal.type, goal.custom),
    inputs: goal.inputs,
    parent: goal.parent,
    protect: goal.protect ?? false,
    dependencies: goal.dependencies,
    propertyDependencies: goal.type === stackType ? {} : goal.propertyDependencies,
    provider,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    customTimeouts: goal.customTimeouts,
    retainOnDelete: goal.retainOnDelete ?? false,
    deletedWith: goal.deletedWith,
    ignoreChanges: goal.ignoreChanges,
    hideDiff: goal.hideDiff,
    replaceOnChanges: goal.replaceOnChanges,
    created: old?.created ?? "",
    modified: old?.modified ?? "",
    sourcePosition: goal.sourcePosition,
    stackTrace: goal.stackTrace,
  };
}
