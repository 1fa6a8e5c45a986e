import * as grpc from "@grpc/grpc-js";
import engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineMessages from "@pulumi/pulumi/proto/engine_pb.js";
import resourceRpc from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import resourceMessages from "@pulumi/pulumi/proto/resource_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages from "google-protobuf/google/protobuf/struct_pb.js";
import { decodeMap, encodeMap, Refused, type PropertyMap } from "./wire/values.js";
import type { Diagnostic } from "./steps/listener.js";

export type RegisterRequest = InstanceType<typeof resourceMessages.RegisterResourceRequest>;
type Struct = InstanceType<typeof structMessages.Struct>;

/** What a running program can ask of its engine. A promise that never resolves keeps the program waiting. */
export interface ProgramCalls {
  register(request: RegisterRequest): Promise<{ urn: string; id: string; outputs: PropertyMap }>;
  registerOutputs(urn: string, outputs: PropertyMap): void;
  invoke(token: string, args: PropertyMap): Promise<PropertyMap>;
  ended(): Promise<void>;
  log(diagnostic: Diagnostic, ephemeral: boolean): void;
}

export interface DeploymentFacts {
  project: string;
  stack: string;
  organization: string;
  dryRun: boolean;
  parallel: number;
  config: Record<string, string>;
  secretKeys: string[];
}

// Secrets, resource references, alias specs, deletedWith. The SDK refuses options of other features itself.
const features = [0, 1, 3, 5];
const receiveLimit = 400 * 1024 * 1024;

/** The one gRPC server that is both the program's resource monitor and its engine. */
export class Monitor {
  private readonly server = new grpc.Server({ "grpc.max_receive_message_length": receiveLimit });

  constructor(
    private readonly calls: ProgramCalls,
    private readonly facts: DeploymentFacts,
  ) {
    this.server.addService(resourceRpc.ResourceMonitorService, {
      getDeploymentInfo: answer(() => this.deploymentInfo()),
      supportsFeature: answer((request: InstanceType<typeof resourceMessages.SupportsFeatureRequest>) => {
        const known = ["secrets", "resourceReferences", "aliasSpecs", "deletedWith"].includes(
          request.getId(),
        );
        return new resourceMessages.SupportsFeatureResponse().setHassupport(known);
      }),
      registerResource: answer((request: RegisterRequest) => this.register(request)),
      registerResourceOutputs: answer(
        (request: InstanceType<typeof resourceMessages.RegisterResourceOutputsRequest>) => {
          this.calls.registerOutputs(request.getUrn(), fromStruct(request.getOutputs()));
          return new emptyMessages.Empty();
        },
      ),
      invoke: answer(async (request: InstanceType<typeof resourceMessages.ResourceInvokeRequest>) => {
        const result = await this.calls.invoke(request.getTok(), fromStruct(request.getArgs()));
        return new resourceMessages.ResourceInvokeResponse().setReturn(toStruct(result));
      }),
      signalAndWaitForShutdown: answer(async () => {
        await this.calls.ended();
        return new emptyMessages.Empty();
      }),
      call: refuse("methods of remote components (Call)"),
      readResource: refuse("reading existing resources (.get, StackReference)"),
      existsResource: refuse("ExistsResource"),
      registerStackTransform: refuse("stack transforms"),
      registerStackInvokeTransform: refuse("invoke transforms"),
      registerResourceHook: refuse("resource hooks"),
      registerErrorHook: refuse("error hooks"),
      registerPackage: refuse("parameterized packages"),
    });
    this.server.addService(engineRpc.EngineService, {
      log: answer((request: InstanceType<typeof engineMessages.LogRequest>) => {
        this.log(request);
        return new emptyMessages.Empty();
      }),
      getRootResource: answer(() => new engineMessages.GetRootResourceResponse()),
      setRootResource: answer(() => new engineMessages.SetRootResourceResponse()),
      startDebugging: refuse("debugging"),
      requirePulumiVersion: refuse("requirePulumiVersion"),
    });
  }

  async listen(): Promise<string> {
    const port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return `127.0.0.1:${port}`;
  }

  close(): void {
    this.server.forceShutdown();
  }

  private async register(request: RegisterRequest): Promise<unknown> {
    const { urn, id, outputs } = await this.calls.register(request);
    return new resourceMessages.RegisterResourceResponse().setUrn(urn).setId(id).setObject(toStruct(outputs));
  }

  private deploymentInfo(): unknown {
    const info = new resourceMessages.DeploymentInfo()
      .setProject(this.facts.project)
      .setStack(this.facts.stack)
      .setOrganization(this.facts.organization)
      .setDryrun(this.facts.dryRun)
      .setParallel(this.facts.parallel)
      .setConfigsecretkeysList(this.facts.secretKeys)
      .setSupportedfeaturesList(features);
    for (const [key, value] of Object.entries(this.facts.config)) info.getConfigMap().set(key, value);
    return info;
  }

  private log(request: InstanceType<typeof engineMessages.LogRequest>): void {
    const severity = (["debug", "info", "warning", "error"] as const)[request.getSeverity()];
    if (severity === undefined || severity === "debug") return;
    this.calls.log(
      { urn: request.getUrn(), severity, message: request.getMessage() },
      request.getEphemeral(),
    );
  }
}

type Handler<Request> = (call: { request: Request }, callback: grpc.sendUnaryData<unknown>) => void;

function answer<Request>(handle: (request: Request) => unknown): Handler<Request> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handle(call.request))
      .then(
        (response) => callback(null, response),
        (error: Error) =>
          callback({
            code: error instanceof Refused ? grpc.status.UNIMPLEMENTED : grpc.status.UNKNOWN,
            details: error.message,
          }),
      );
  };
}

const refuse = (what: string): Handler<unknown> =>
  answer(() => {
    throw new Refused(what);
  });

const fromStruct = (struct: Struct | undefined): PropertyMap => decodeMap(struct?.toJavaScript() ?? {});
const toStruct = (map: PropertyMap): Struct => structMessages.Struct.fromJavaScript(encodeMap(map));
