import { encodeMap, type Json, type PropertyMap } from "../wire/values.js";
import type { Vault } from "./vault.js";

/** A resource as the state keeps it. `extra` carries fields of a complete engine through unchanged. */
export interface Resource {
  urn: string;
  type: string;
  custom: boolean;
  id: string;
  inputs: PropertyMap;
  outputs: PropertyMap;
  parent: string;
  protect: boolean;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  provider: string;
  additionalSecretOutputs: string[];
  aliases: string[];
  customTimeouts: { [key: string]: Json };
  retainOnDelete: boolean;
  deletedWith: string;
  ignoreChanges: string[];
  hideDiff: string[];
  replaceOnChanges: string[];
  created: string;
  modified: string;
  sourcePosition: string;
  stackTrace: Json[];
  /** Replaced already; its own deletion is still to come. */
  delete: boolean;
  /** Deleted already; its replacement is still to come. */
  pendingReplacement: boolean;
  extra: { [key: string]: Json };
}

export function emptyResource(urn: string, type: string, custom: boolean): Resource {
  return {
    urn,
    type,
    custom,
    id: "",
    inputs: {},
    outputs: {},
    parent: "",
    protect: false,
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    additionalSecretOutputs: [],
    aliases: [],
    customTimeouts: {},
    retainOnDelete: false,
    deletedWith: "",
    ignoreChanges: [],
    hideDiff: [],
    replaceOnChanges: [],
    created: "",
    modified: "",
    sourcePosition: "",
    stackTrace: [],
    delete: false,
    pendingReplacement: false,
    extra: {},
  };
}

/** Version 3 of the deployment format, in which whatever is empty is left out. */
export function writeResource(
  resource: Resource,
  encodeProperties = (map: PropertyMap): Json => encodeMap(map),
): Json {
  const fields: { [key: string]: Json } = { urn: resource.urn, custom: resource.custom };
  const put = (name: string, value: Json): void => {
    if (!isEmpty(value)) fields[name] = value;
  };
  put("delete", resource.delete);
  put("id", resource.id);
  fields.type = resource.type;
  put("inputs", encodeProperties(resource.inputs));
  put("outputs", encodeProperties(resource.outputs));
  put("parent", resource.parent);
  put("protect", resource.protect);
  put("dependencies", resource.dependencies);
  put("provider", resource.provider);
  put("propertyDependencies", resource.propertyDependencies);
  put("pendingReplacement", resource.pendingReplacement);
  put("additionalSecretOutputs", resource.additionalSecretOutputs);
  put("aliases", resource.aliases);
  put("customTimeouts", resource.customTimeouts);
  put("retainOnDelete", resource.retainOnDelete);
  put("deletedWith", resource.deletedWith);
  put("created", resource.created);
  put("modified", resource.modified);
  put("sourcePosition", resource.sourcePosition);
  put("stackTrace", resource.stackTrace);
  put("ignoreChanges", resource.ignoreChanges);
  put("hideDiff", resource.hideDiff);
  put("replaceOnChanges", resource.replaceOnChanges);
  return { ...fields, ...resource.extra };
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === null || value === "" || value === false;
}

export function readResource(json: { [key: string]: Json }, vault: Vault): Resource {
  const resource = emptyResource(json.urn as string, json.type as string, json.custom === true);
  const target = resource as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(json)) {
    if (name === "inputs" || name === "outputs") resource[name] = vault.open(value);
    else if (name === "extra" || !(name in resource)) resource.extra[name] = value;
    else if (value !== null) target[name] = value;
  }
  if (resource.extra.external === true) {
    throw new Error(
      `${resource.urn} was read, not made, by its program: the lab's engine can not keep such a resource`,
    );
  }
  return resource;
}
