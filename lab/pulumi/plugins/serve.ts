// A plugin as the Pulumi CLI starts it: a gRPC server that prints its port on its first line and ends with the CLI.
import * as grpc from "@grpc/grpc-js";

const receiveLimit = 400 * 1024 * 1024;

/** A feature that Pulumi's own plugin has and its stand-in does not. */
export class Refused extends Error {
  constructor(plugin: string, what: string) {
    super(`${plugin} of the lab does not know ${what}: install Pulumi's own, which the lab then uses`);
  }
}

type Unary<Request, Response> = (call: { request: Request }, callback: grpc.sendUnaryData<Response>) => void;

interface Plugin {
  service: grpc.ServiceDefinition;
  /** The methods by name. A call of any other method is refused with its name. */
  methods: grpc.UntypedServiceImplementation;
  /** Called before the process ends, whether it was told to end or the CLI has ended. */
  end: () => void;
}

/** A method that gives one answer, or fails with what the handler throws. */
export function answer<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): Unary<Request, Response> {
  return ({ request }, callback) => {
    void (async () => handle(request))().then(
      (response) => callback(null, response),
      (error: Error) => callback(failure(error)),
    );
  };
}

/** The address of the engine that started this plugin: the last of its arguments. */
export const engineAddress = (): string => process.argv.at(-1) ?? "";

export function serve(name: string, { service, methods, end }: Plugin): void {
  const server = new grpc.Server({ "grpc.max_receive_message_length": receiveLimit });
  const unknown = Object.keys(service).filter((method) => !(method in methods));
  const all: grpc.UntypedServiceImplementation = { ...methods };
  for (const method of unknown)
    all[method] = service[method]?.responseStream ? refuseStream(name, method) : refuse(name, method);
  server.addService(service, all);
  const stop = (): void => {
    end();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  // The CLI has the other end of standard input: it closes with the CLI, however that ends.
  process.stdin.on("close", stop).on("error", stop).resume();
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
}

/** Ends a stream of answers with an error. */
export function fail(call: { emit: (event: "error", error: unknown) => boolean }, error: Error): void {
  call.emit("error", failure(error));
}

const failure = (error: Error) => ({
  code: error instanceof Refused ? grpc.status.UNIMPLEMENTED : grpc.status.UNKNOWN,
  details: error.message,
});

const refuseStream =
  (plugin: string, what: string) =>
  (call: grpc.ServerWritableStream<unknown, unknown>): void =>
    fail(call, new Refused(plugin, what));

const refuse = (plugin: string, what: string): Unary<unknown, never> =>
  answer(() => {
    throw new Refused(plugin, what);
  });
