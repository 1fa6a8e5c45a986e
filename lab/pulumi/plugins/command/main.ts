// Stands in for pulumi-resource-command 1.2.1 if that is not installed: remote.Command, local.Command and local.run.
import * as grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { answer, engineAddress, Refused, serve } from "../serve";
import { completed, failures, isSupported } from "./inputs";
import { diff, invokeRun, newId, perform, previewOutputs, type Verb } from "./resources";
import type { RunContext } from "./run";
import { decodeMap, encodeMap, provider as plugin, type PropertyMap } from "./values";

type Message<Kind extends keyof typeof provider> = InstanceType<(typeof provider)[Kind]>;
type Struct = InstanceType<typeof structMessages.Struct>;

/** The version of the provider that it replaces. The bundler inserts it. */
declare const COMMAND_VERSION: string;
const cancelled = new AbortController();
const log = new engineRpc.EngineClient(engineAddress(), grpc.credentials.createInsecure());

const fromStruct = (struct: Struct | undefined): PropertyMap => decodeMap(struct?.toJavaScript() ?? {});
const toStruct = (map: PropertyMap): Struct => structMessages.Struct.fromJavaScript(encodeMap(map));

/** The type and the name at the end of a URN; a name may itself contain `::`. */
function typeAndName(urn: string): { type: string; name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}

function known(urn: string): { type: Parameters<typeof failures>[0]; name: string } {
  const { type, name } = typeAndName(urn);
  if (!isSupported(type)) throw new Refused(plugin, type);
  return { type, name };
}

/** The context of a command, and the lines that are on their way to the CLI: all of them must arrive before the answer. */
function contextOf(urn: string, seconds = 0): { context: RunContext; told: Promise<void>[] } {
  const told: Promise<void>[] = [];
  const say = (severity: "INFO" | "WARNING", text: string): void => {
    const request = new engine.LogRequest()
      .setSeverity(engine.LogSeverity[severity])
      .setMessage(text)
      .setUrn(urn)
      .setEphemeral(severity === "INFO");
    // If a line does not arrive, it is only missing on the screen.
    told.push(new Promise((resolve) => log.log(request, () => resolve())));
  };
  const context = {
    signal:
      seconds > 0
        ? AbortSignal.any([cancelled.signal, AbortSignal.timeout(seconds * 1000)])
        : cancelled.signal,
    directory: process.cwd(),
    line: (text: string) => say("INFO", text),
    warn: (text: string) => say("WARNING", text),
  };
  return { context, told };
}

async function run(type: string, verb: Verb, request: Timed, inputs: PropertyMap, old?: PropertyMap) {
  const { context, told } = contextOf(request.getUrn(), request.getTimeout());
  try {
    return await perform(type, verb, inputs, old, context);
  } finally {
    await Promise.all(told);
  }
}

interface Timed {
  getUrn(): string;
  /** In seconds; 0 for none. */
  getTimeout(): number;
}

const kinds = provider.PropertyDiff.Kind;
const kindOf = {
  add: [kinds.ADD, kinds.ADD_REPLACE],
  delete: [kinds.DELETE, kinds.DELETE_REPLACE],
  update: [kinds.UPDATE, kinds.UPDATE_REPLACE],
} as const;
const head = (path: string): string => /^[^.[]*/.exec(path)?.[0] ?? path;

function failed(found: ReturnType<typeof failures>): InstanceType<typeof provider.CheckFailure>[] {
  return found.map(({ property, reason }) =>
    new provider.CheckFailure().setProperty(property).setReason(reason),
  );
}

function check(request: Message<"CheckRequest">): Message<"CheckResponse"> {
  const { type } = known(request.getUrn());
  const inputs = fromStruct(request.getNews());
  const found = failures(type, inputs);
  const checked = found.length > 0 ? inputs : completed(type, inputs);
  return new provider.CheckResponse().setInputs(toStruct(checked)).setFailuresList(failed(found));
}

function compare(request: Message<"DiffRequest">): Message<"DiffResponse"> {
  known(request.getUrn());
  const changes = diff(fromStruct(request.getOldInputs()), fromStruct(request.getNews()));
  const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
  const response = new provider.DiffResponse()
    .setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE)
    .setHasdetaileddiff(true)
    .setDiffsList([...new Set([...changes.keys()].map(head))]);
  for (const [path, { kind, replace }] of changes) {
    const change = new provider.PropertyDiff().setKind(kindOf[kind][replace ? 1 : 0]);
    response.getDetaileddiffMap().set(path, change);
    if (replace) response.addReplaces(head(path));
  }
  return response;
}

async function create(request: Message<"CreateRequest">): Promise<Message<"CreateResponse">> {
  const { type, name } = known(request.getUrn());
  const inputs = fromStruct(request.getProperties());
  const outputs = request.getPreview() ? previewOutputs(inputs) : await run(type, "create", request, inputs);
  return new provider.CreateResponse().setId(newId(name)).setProperties(toStruct(outputs));
}

async function update(request: Message<"UpdateRequest">): Promise<Message<"UpdateResponse">> {
  const { type } = known(request.getUrn());
  const [old, inputs] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
  const outputs = request.getPreview()
    ? previewOutputs(inputs, old)
    : await run(type, "update", request, inputs, old);
  return new provider.UpdateResponse().setProperties(toStruct(outputs));
}

async function remove(request: Message<"DeleteRequest">): Promise<InstanceType<typeof emptyMessages.Empty>> {
  const { type } = known(request.getUrn());
  const state = fromStruct(request.getProperties());
  await run(type, "delete", request, state, state);
  return new emptyMessages.Empty();
}

async function invoke(request: Message<"InvokeRequest">): Promise<Message<"InvokeResponse">> {
  if (request.getTok() !== "command:local:run") throw new Refused(plugin, request.getTok());
  const args = fromStruct(request.getArgs());
  const found = failures("run", args);
  if (found.length > 0) return new provider.InvokeResponse().setFailuresList(failed(found));
  const { context, told } = contextOf("");
  try {
    return new provider.InvokeResponse().setReturn(toStruct(await invokeRun(args, context)));
  } finally {
    await Promise.all(told);
  }
}

serve(plugin, {
  service: providerRpc.ResourceProviderService,
  methods: {
    getPluginInfo: answer(() => new pluginMessages.PluginInfo().setVersion(COMMAND_VERSION)),
    attach: answer(() => new emptyMessages.Empty()),
    checkConfig: answer((request: Message<"CheckRequest">) => {
      // The provider's own library writes its version into the state.
      const inputs = { ...fromStruct(request.getNews()), "__pulumi-go-provider-version": "1.2.0" };
      return new provider.CheckResponse().setInputs(toStruct(inputs));
    }),
    configure: answer(() =>
      new provider.ConfigureResponse()
        .setAcceptsecrets(true)
        .setAcceptresources(true)
        .setSupportspreview(true),
    ),
    check: answer(check),
    diff: answer(compare),
    create: answer(create),
    read: answer((request: Message<"ReadRequest">) =>
      new provider.ReadResponse()
        .setId(request.getId())
        .setProperties(request.getProperties())
        .setInputs(request.getInputs()),
    ),
    update: answer(update),
    delete: answer(remove),
    invoke: answer(invoke),
    cancel: answer(() => {
      cancelled.abort();
      return new emptyMessages.Empty();
    }),
  },
  end: () => cancelled.abort(),
});
