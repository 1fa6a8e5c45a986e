import { constants } from "node:os";
import type { Client, ClientChannel } from "ssh2";
import { dial, throwIfCancelled, type Connection } from "./connection";
import { OutputCollector, type CommandRun, type Output, type RunContext } from "./run";

/** One connection and one exec channel for each command, as in the provider. */
export async function runRemotely(
  connection: Connection,
  run: CommandRun,
  context: RunContext,
): Promise<Output> {
  const clients = await dial(connection, context.signal, (text) => context.line(text));
  const cut = (): void => clients.forEach((client) => client.destroy());
  context.signal.addEventListener("abort", cut, { once: true });
  try {
    throwIfCancelled(context.signal);
    return await execute(clients.at(-1) as Client, run, context);
  } finally {
    context.signal.removeEventListener("abort", cut);
    for (const client of clients.reverse()) client.end();
  }
}

function execute(client: Client, run: CommandRun, context: RunContext): Promise<Output> {
  const collector = new OutputCollector(run, context);
  return new Promise((resolve, reject) => {
    const finish = (channel: ClientChannel): void => {
      let reason: string | undefined = "wait: remote command exited without exit status or exit signal";
      channel.on("exit", (code: number | null, signal?: string) => {
        if (code === 0) reason = undefined;
        else if (code !== null) reason = `Process exited with status ${code}`;
        else {
          const name = String(signal).replace(/^SIG/, "");
          const number = constants.signals[`SIG${name}` as NodeJS.Signals] ?? 0;
          reason = `Process exited with status ${128 + number} from signal ${name}`;
        }
      });
      channel.on("close", () => {
        const output = collector.finish();
        if (reason === undefined) resolve(output);
        else reject(collector.failure(reason));
      });
      channel.on("error", () => undefined);
      channel.on("data", (chunk: Buffer) => collector.take("stdout", chunk));
      channel.stderr.on("data", (chunk: Buffer) => collector.take("stderr", chunk));
      channel.end(run.stdin ?? "");
    };
    // A connection that breaks closes its channels without an event of their own.
    client.once("close", () =>
      reject(collector.failure("wait: remote command exited without exit status or exit signal")),
    );
    for (const name of Object.keys(run.environment)) context.warn(notSet(name));
    client.exec(run.command, (error, channel) => {
      if (error) reject(collector.failure(error.message));
      else finish(channel);
    });
  });
}

/**
 * The previous output, which the provider sends as environment variables. By default, servers refuse these. This stand-in never sends them.
 */
const notSet = (name: string): string =>
  `Unable to set '${name}'. This only works if your SSH server is configured to accept\n\t` +
  "these variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could\n\t" +
  "prefix the command itself with the variables in the form 'VAR=value command'";
