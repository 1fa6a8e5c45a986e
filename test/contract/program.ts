// Runs a Pulumi program against mocks that throw on everything that is not mocked, and against hosts that answer as the test says.
import * as pulumi from "@pulumi/pulumi";
import { setTransport } from "../../components/declare/transport";
import type { Outcome, Run } from "../../components/remote/run";

export interface Registered {
  type: string;
  name: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the inputs of whatever resource it is
  inputs: Record<string, any>;
  options: Options;
}

/** What the program sent to the engine beside the inputs. */
export interface Options {
  parent: string;
  dependencies: string[];
  additionalSecretOutputs: string[];
  hideDiffs: string[];
  deleteBeforeReplace: boolean;
  deletedWith: string;
}

/** The request's getters that are read: its class is not part of the SDK's types. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getDependenciesList(): string[];
  getAdditionalsecretoutputsList(): string[];
  getHidediffsList(): string[];
  getDeletebeforereplace(): boolean;
  getDeletedwith(): string;
}

export interface Result {
  resources: Registered[];
  /** By name. */
  commands: Map<string, Registered>;
  /** The logged warnings and notes. */
  logs: string[];
  runs: Run[];
  /** The events in their order: `look` of a host, `command NAME`. */
  events: string[];
  error: Error | undefined;
}

export interface World {
  preview?: boolean;
  /** What the hosts answer; "none": no transport at all, as in a user's own unit tests. */
  answer?: ((run: Run) => Partial<Outcome>) | "none";
}

/** The mark of a secret in the engine's protocol. */
const secretMark = "4dabf18193072939515e22adb298388d";

export const clean = () => ({ stdout: "H # generation 1\n" });

/** An Output that a preview does not know. */
export const notKnown = <T>(value: T): pulumi.Output<T> =>
  new (pulumi.Output as unknown as new (...parts: unknown[]) => pulumi.Output<T>)(
    [],
    ...[value, false, false, []].map((part) => Promise.resolve(part)),
  );

/** The values of Outputs, none of which is secret. */
export function inClear(...outputs: pulumi.Output<unknown>[]): Promise<unknown[]> {
  return Promise.all(
    outputs.map(async (output) => {
      const { isSecret, promise } = output as unknown as {
        isSecret: Promise<boolean>;
        promise: () => Promise<unknown>;
      };
      if (await isSecret) throw new Error("a secret");
      return promise.call(output);
    }),
  );
}

export async function program(declare: () => void, world: World = {}): Promise<Result> {
  const result: Result = {
    resources: [],
    commands: new Map(),
    logs: [],
    runs: [],
    events: [],
    error: undefined,
  };
  const { answer = clean } = world;
  setTransport(
    answer === "none"
      ? undefined
      : (run) => {
          result.runs.push(run);
          result.events.push("look");
          return Promise.resolve({ status: 0, stdout: "", stderr: "", ...answer(run) });
        },
  );
  const known = [
    "acme:index:Shop",
    "command:remote:Command",
    "lvs:index:Cluster",
    "lvs:index:Director",
    "lvs:index:KeepalivedPair",
    "lvs:index:RealServer",
    "lvs:index:VirtualService",
  ];
  const asked = new Map<string, Options>();
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        if (!known.includes(args.type)) throw new Error(`nobody mocked ${args.type}`);
        const options = asked.get(`${args.type} ${args.name}`);
        if (options === undefined) throw new Error(`nobody asked for ${args.name}`);
        const registered = {
          type: args.type,
          name: args.name,
          inputs: args.inputs as Registered["inputs"],
          options,
        };
        result.resources.push(registered);
        if (args.type === "command:remote:Command") {
          result.commands.set(args.name, registered);
          result.events.push(`command ${args.name}`);
        }
        return { id: `${args.name}-id`, state: { ...(args.inputs as object), stdout: "", stderr: "" } };
      },
      call: (args) => {
        throw new Error(`nobody mocked ${args.token}`);
      },
    },
    "web",
    "prod",
    world.preview ?? false,
  );
  overhear(asked);
  const stopNoting = note(result.logs);
  const stopListening = listen((error) => (result.error ??= error));
  try {
    declare();
  } catch (error) {
    result.error = error as Error;
  }
  await settled(result);
  stopListening();
  stopNoting();
  setTransport(undefined);
  return result;
}

function overhear(asked: Map<string, Options>): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Request, ...rest: unknown[]) => Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    asked.set(`${request.getType()} ${request.getName()}`, {
      parent: request.getParent(),
      dependencies: request.getDependenciesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      hideDiffs: request.getHidediffsList(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      deletedWith: request.getDeletedwith(),
    });
    return register(request, ...rest);
  };
}

/** Without an engine, the SDK's log is printed on the console. */
function note(logs: string[]): () => void {
  const before = { warn: console.warn, log: console.log };
  console.warn = console.log = (line: unknown) => void logs.push(String(line));
  return () => void Object.assign(console, before);
}

/** A rejected Output becomes an unhandled rejection, which is also how the real program notices it. */
function listen(hear: (error: Error) => void): () => void {
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => hear(reason as Error));
  return () => {
    process.removeAllListeners("unhandledRejection");
    for (const other of others) process.on("unhandledRejection", other);
  };
}

/** Nothing here waits for a clock or a network: after some turns of the event loop without an event, everything has ended. */
async function settled(result: Result): Promise<void> {
  const events = () => result.resources.length + result.runs.length + result.logs.length;
  let quiet = 0;
  for (let seen = events(); quiet < 100; quiet++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (events() !== seen) quiet = 0;
    seen = events();
  }
}

/** The value in a secret; fails if it is no secret. */
export function secretly(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(secretMark in value)) throw new Error("not a secret");
  return (value as { value?: unknown }).value;
}

export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && secretMark in value;
}
