// The inputs of the command provider: their properties and types, and the defaults that it adds.
import { Refused } from "../serve";
import { isArray, isObject, provider, reveal, Secret, unknown, type PropertyMap, type Value } from "./values";

export const remoteCommand = "command:remote:Command";
export const localCommand = "command:local:Command";

type Kind =
  | "string"
  | "bool"
  | "float64"
  | "[]string"
  | "[]interface {}"
  | "map[string]string"
  | "local.Logging"
  | "remote.Connection"
  | "remote.ProxyConnection";

/** The required type of a value, by the field's kind. */
const bases: Partial<Record<Kind, string>> = {
  "[]string": "[]interface {}",
  "map[string]string": "map[string]interface {}",
  "local.Logging": "string",
  "remote.Connection": "map[string]interface {}",
  "remote.ProxyConnection": "map[string]interface {}",
};
interface Shape {
  /** Its name in the provider's messages: Go's name. */
  name: string;
  holder: string;
  fields: Record<string, Kind>;
  required: string[];
}
/** The name of a property that cannot be used, and the reason. */
interface Failure {
  property: string;
  reason: string;
}

const shared: Record<string, Kind> = {
  stdin: "string",
  logging: "local.Logging",
  addPreviousOutputInEnv: "bool",
  triggers: "[]interface {}",
  create: "string",
  delete: "string",
  update: "string",
  environment: "map[string]string",
};
const connectionFields: Record<string, Kind> = {
  user: "string",
  password: "string",
  host: "string",
  port: "float64",
  privateKey: "string",
  privateKeyPassword: "string",
  agentSocketPath: "string",
  dialErrorLimit: "float64",
  perDialTimeout: "float64",
  hostKey: "string",
};
const localFields: Record<string, Kind> = { ...shared, interpreter: "[]string", dir: "string" };

const shapes = {
  [localCommand]: { name: "local.CommandInputs", holder: "CommandInputs", fields: localFields, required: [] },
  [remoteCommand]: {
    name: "remote.CommandInputs",
    holder: "CommandInputs",
    fields: { ...shared, connection: "remote.Connection" },
    required: ["connection"],
  },
  connection: {
    name: "remote.Connection",
    holder: "Connection",
    fields: { ...connectionFields, proxy: "remote.ProxyConnection" },
    required: ["host"],
  },
  proxy: {
    name: "remote.ProxyConnection",
    holder: "ProxyConnection",
    fields: connectionFields,
    required: ["host"],
  },
  run: {
    name: "local.RunInputs",
    holder: "RunInputs",
    fields: { ...localFields, command: "string" },
    required: ["command"],
  },
} satisfies Record<string, Shape>;

export const isSupported = (type: string): type is keyof typeof shapes =>
  type === remoteCommand || type === localCommand;

/** Pulumi's own provider supports them. This one reports them as an error, instead of doing half of the work. */
const unsupportedProperties: Record<string, string[]> = {
  [localCommand]: ["assetPaths", "archivePaths"],
  [remoteCommand]: ["environment"],
  run: ["assetPaths", "archivePaths"],
};

export function failures(type: keyof typeof shapes, inputs: PropertyMap): Failure[] {
  for (const property of unsupportedProperties[type] ?? []) {
    if (isAbsent(inputs[property])) continue;
    throw new Refused(provider, `the property ${property} of ${type}`);
  }
  return failuresOf(shapes[type], inputs);
}

const isAbsent = (value: Value | undefined): boolean => value === undefined || value === null;

function failuresOf(shape: Shape, inputs: PropertyMap): Failure[] {
  const found: Failure[] = [];
  const wrong = (property: string, reason: string): unknown => found.push({ property, reason });
  for (const [property, kind] of Object.entries(shape.fields)) {
    const value = reveal(inputs[property] ?? null);
    if (value === null) {
      if (shape.required.includes(property))
        wrong(property, `Missing required field '${property}' on '${shape.name}'`);
    } else if (value !== unknown && kindOf(value) !== (bases[kind] ?? kind))
      wrong(
        property,
        `Field '${property}' on '${shape.name}' must be a '${kind}'; got '${kindOf(value)}' instead`,
      );
    else if (kind === "[]string" || kind === "map[string]string") {
      for (const [key, element] of Object.entries(value as PropertyMap)) {
        const field = kind === "[]string" ? `${property}[${key}]` : `${property}[${key}] value`;
        const found = reveal(element);
        if (found !== unknown && found !== null && kindOf(found) !== "string")
          wrong(
            field,
            `Field '${field}' on '${shape.name}' must be a 'string'; got '${kindOf(found)}' instead`,
          );
      }
    } else if ((property === "connection" || property === "proxy") && isObject(value)) {
      const inner = failuresOf(shapes[property], value);
      const lines = inner.map((each) => `\n\t${each.property}: ${each.reason}`).join("");
      if (inner.length > 0)
        wrong(
          property,
          `An error occurred decoding '${shape.holder}.${property}': ${inner.length} failures decoding:${lines}`,
        );
    }
  }
  for (const property of Object.keys(inputs)) {
    if (!(property in shape.fields)) wrong(property, `Unrecognized field '${property}' on '${shape.name}'`);
  }
  return found;
}

function kindOf(value: Value): string {
  if (isArray(value)) return "[]interface {}";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "float64";
  return typeof value === "string" ? "string" : "map[string]interface {}";
}

/** The inputs with the provider's defaults, and with its secrets marked. */
export function completed(type: string, inputs: PropertyMap): PropertyMap {
  if (type !== remoteCommand || isAbsent(inputs.connection)) return inputs;
  return { ...inputs, connection: new Secret(completedConnection(reveal(inputs.connection ?? null))) };
}

const defaults: PropertyMap = { user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 };
const secrets = ["password", "privateKey", "privateKeyPassword"];

/** Keys and passwords are secrets of their own inside the secret connection; the state has them as secrets, too. */
function completedConnection(connection: Value): Value {
  if (!isObject(connection)) return connection;
  const entries = Object.entries(connection).map(([key, value]): [string, Value] => {
    if (secrets.includes(key)) return [key, new Secret(reveal(value))];
    return [key, key === "proxy" ? completedConnection(reveal(value)) : value];
  });
  return { ...defaults, ...Object.fromEntries(entries) };
}
