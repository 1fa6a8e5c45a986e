// Stands in for pulumi-language-nodejs if that is not installed: starts programs and components by the SDK's own cmd/run and
// cmd/run-plugin. It installs nothing and generates nothing.
import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import languageRpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import type { ServerWritableStream } from "@grpc/grpc-js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import { answer, engineAddress, fail, serve } from "./serve";

type Message<Kind extends keyof typeof language> = InstanceType<(typeof language)[Kind]>;
type RunRequest = Message<"RunRequest">;
type RunPluginRequest = Message<"RunPluginRequest">;

/** The version of the CLI that it was made for. The bundler inserts it. */
declare const LANGUAGE_VERSION: string;
/** The exit status by which the SDK says that it has reported the error itself. */
const reported = 32;
/** How long a program may take to end after it was told to, in milliseconds: the same as in Pulumi's own host. */
const patience = 5000;

const running = new Set<ChildProcess>();

function start(words: string[], directory: string, env: NodeJS.ProcessEnv, stdio: StdioOptions) {
  const child = spawn(process.execPath, words, { cwd: directory, env, stdio });
  running.add(child);
  child.on("close", () => running.delete(child));
  return child;
}

/** A file of the SDK that the program itself uses. */
function sdk(directory: string, file: string): string {
  try {
    const found = createRequire(join(directory, "index.js")).resolve("@pulumi/pulumi/package.json");
    return join(dirname(found), "cmd", file, "index.js");
  } catch {
    throw new Error(`@pulumi/pulumi is not installed for ${directory}: run npm install there`);
  }
}

const optionsOf = (info: Message<"ProgramInfo"> | undefined): Record<string, unknown> =>
  info?.getOptions()?.toJavaScript() ?? {};

function nodeArguments(options: Record<string, unknown>): string[] {
  return typeof options.nodeargs === "string" ? options.nodeargs.split(/\s+/).filter(Boolean) : [];
}

/** The data about its stack that the SDK reads from the environment. */
function programEnvironment(request: RunRequest, options: Record<string, unknown>): NodeJS.ProcessEnv {
  const config: Record<string, string> = {};
  request.getConfigMap().forEach((value: string, key: string) => {
    config[key.replace(/^([^:]+):(?!config:)/, "$1:config:")] = value;
  });
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    ...(options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(typeof options.tsconfig === "string" ? { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig } : {}),
  };
}

function run(request: RunRequest): Promise<Message<"RunResponse">> {
  const info = request.getInfo();
  const options = optionsOf(info);
  const directory = info?.getProgramDirectory() ?? request.getPwd();
  const flags: Record<string, string> = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress(),
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(flags).filter(([, value]) => value !== "");
  const words = [
    ...nodeArguments(options),
    sdk(directory, "run"),
    ...given.flatMap(([name, value]) => [`--${name}`, value]),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
  // The CLI shows the program's output: it reads this process's own output.
  const child = start(words, request.getPwd(), programEnvironment(request, options), [
    "ignore",
    "inherit",
    "inherit",
  ]);
  return new Promise((resolve) => {
    const response = new language.RunResponse();
    child.on("error", (error) => {
      resolve(
        response.setError(`Problem executing program (could not run language executor): ${error.message}`),
      );
    });
    child.on("close", (code) => {
      if (code === reported) response.setBail(true);
      else if (code !== 0) response.setError(`Program exited with non-zero exit code: ${code ?? -1}`);
      resolve(response);
    });
  });
}

function runPlugin(call: ServerWritableStream<RunPluginRequest, Message<"RunPluginResponse">>): void {
  const request = call.request;
  const directory = request.getInfo()?.getProgramDirectory() ?? request.getPwd();
  const environment = request.getEnvList().map((each) => {
    const at = each.indexOf("=");
    return [each.slice(0, at), each.slice(at + 1)] as const;
  });
  let program: string;
  try {
    program = sdk(directory, "run-plugin");
  } catch (error) {
    fail(call, error as Error);
    return;
  }
  const words = [program, directory, ...request.getArgsList()];
  const child = start(words, request.getPwd(), { ...process.env, ...Object.fromEntries(environment) }, [
    "ignore",
    "pipe",
    "pipe",
  ]);
  let over = false;
  const ended = (code: number): void => {
    // A program that cannot be started emits an error, and may also emit its end.
    if (over) return;
    over = true;
    call.write(new language.RunPluginResponse().setExitcode(code));
    call.end();
  };
  child.stdout?.on("data", (bytes: Buffer) => {
    call.write(new language.RunPluginResponse().setStdout(new Uint8Array(bytes)));
  });
  child.stderr?.on("data", (bytes: Buffer) => {
    call.write(new language.RunPluginResponse().setStderr(new Uint8Array(bytes)));
  });
  child.on("error", () => ended(1));
  child.on("close", (code) => ended(code ?? 1));
  call.on("cancelled", () => void child.kill());
}

/** Pulumi's own host calls a package manager here. This one only reports whether that would be needed. */
function installDependencies(
  call: ServerWritableStream<Message<"InstallDependenciesRequest">, Message<"InstallDependenciesResponse">>,
): void {
  const directory = call.request.getInfo()?.getProgramDirectory() ?? call.request.getDirectory();
  try {
    sdk(directory, "run");
    call.end();
  } catch {
    fail(
      call,
      new Error(`pulumi-language-nodejs of the lab installs no packages: run npm install in ${directory}`),
    );
  }
}

function interrupt(): void {
  for (const child of running) {
    child.kill("SIGINT");
    setTimeout(() => child.kill("SIGKILL"), patience).unref();
  }
}

/** When this process ends, nothing waits for its programs any more, so they are killed. */
function end(): void {
  for (const child of running) child.kill("SIGKILL");
}

serve("pulumi-language-nodejs", {
  service: languageRpc.LanguageRuntimeService,
  methods: {
    handshake: answer(() => new language.LanguageHandshakeResponse()),
    getPluginInfo: answer(() => new pluginMessages.PluginInfo().setVersion(LANGUAGE_VERSION)),
    // The SDK names each plugin with its version when it registers its first resource.
    getRequiredPackages: answer(() => new language.GetRequiredPackagesResponse()),
    about: answer(() =>
      new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
    ),
    run: answer(run),
    runPlugin,
    installDependencies,
    cancel: answer(() => {
      interrupt();
      return new emptyMessages.Empty();
    }),
  },
  end,
});
