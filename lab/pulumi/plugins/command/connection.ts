import { Client, type ConnectConfig } from "ssh2";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { dialError, keyError } from "./goText";

/** A remote.Command's `connection`, with the defaults that the SDK has filled in. */
export interface Connection {
  host: string;
  port?: number;
  user?: string;
  password?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  agentSocketPath?: string;
  dialErrorLimit?: number;
  perDialTimeout?: number;
  hostKey?: string;
  proxy?: Connection;
}

/** The clients of one connection; the last one is the host's own. They are closed in reverse order. */
export async function dial(
  connection: Connection,
  signal: AbortSignal,
  note: (text: string) => void,
): Promise<Client[]> {
  if (!connection.proxy) {
    return [await retry(connection, "Dial", signal, note, () => connect(connection, signal))];
  }
  const { proxy } = connection;
  const hop = await retry(proxy, "Dial proxy", signal, note, () => connect(proxy, signal)).catch(
    throughProxy,
  );
  try {
    const client = await retry(connection, "Dial from proxy", signal, note, async () =>
      connect(connection, signal, await forward(hop, connection)),
    );
    return [hop, client];
  } catch (error) {
    hop.end();
    return throughProxy(error as Error);
  }
}

function throughProxy(error: Error): never {
  throw new Error(`proxy: ${error.message}`);
}

async function retry<T>(
  connection: Connection,
  what: string,
  signal: AbortSignal,
  note: (text: string) => void,
  attempt: () => Promise<T>,
): Promise<T> {
  const limit = connection.dialErrorLimit ?? 10;
  for (let failed = 0, delay = 100; ; failed++, delay = Math.min(delay * 1.5, 5000)) {
    throwIfCancelled(signal);
    try {
      return await attempt();
    } catch (error) {
      throwIfCancelled(signal, error);
      if (error instanceof Unusable) throw error;
      if (limit > -1 && failed + 1 > limit) {
        throw new Error(`after ${failed} failed attempts: ${(error as Error).message}`, { cause: error });
      }
      note(`${what} ${failed + 1}/${limit === -1 ? "inf" : limit} failed: retrying`);
    }
    await sleep(delay, undefined, { signal }).catch(() => undefined);
  }
}

/** A listener that is added after the signal is not called, so the signal is checked here. */
export function throwIfCancelled(signal: AbortSignal, cause?: unknown): void {
  if (signal.aborted) throw new Error("context canceled", { cause });
}

/** The error of a connection that a second attempt would not repair. */
class Unusable extends Error {}

/** The methods of login that were offered to a server, for the message if it accepts none of them. */
function methodsOf(connection: Connection): string[] {
  const key = connection.privateKey === undefined ? [] : ["publickey"];
  return ["none", ...key, ...(connection.password === undefined ? [] : ["password"])];
}

function connect(connection: Connection, signal: AbortSignal, through?: Duplex): Promise<Client> {
  const client = new Client();
  const address = `${connection.host}:${connection.port ?? 22}`;
  return new Promise((resolve, reject) => {
    const cut = (): void => void client.destroy();
    signal.addEventListener("abort", cut, { once: true });
    client.once("ready", () => {
      client.removeAllListeners("error");
      // Later errors are noticed as the end of the channel. Without a listener they would end the process.
      client.on("error", () => undefined);
      resolve(client);
    });
    client.once("error", (error) => {
      client.on("error", () => undefined);
      client.destroy();
      reject(dialError(error, address, methodsOf(connection)));
    });
    client.once("close", () => {
      signal.removeEventListener("abort", cut);
      reject(new Error("ssh: handshake failed: EOF"));
    });
    client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(() => connection.password ?? "")),
    );
    try {
      client.connect(clientConfig(connection, through));
    } catch (error) {
      reject(new Unusable(keyError(error as Error)));
    }
  });
}

function clientConfig(connection: Connection, through?: Duplex): ConnectConfig {
  const config: ConnectConfig = {
    host: connection.host,
    port: connection.port ?? 22,
    username: connection.user ?? "root",
    readyTimeout: (connection.perDialTimeout ?? 15) * 1000,
    tryKeyboard: connection.password !== undefined,
  };
  if (through) config.sock = through;
  if (connection.password !== undefined) config.password = connection.password;
  if (connection.privateKey !== undefined) config.privateKey = connection.privateKey;
  if (connection.privateKeyPassword !== undefined) config.passphrase = connection.privateKeyPassword;
  const agent = connection.agentSocketPath ?? process.env.SSH_AUTH_SOCK;
  if (agent) config.agent = agent;
  if (connection.hostKey !== undefined) {
    const pinned = parseHostKey(connection.hostKey);
    // Both the key and its algorithm are pinned: a server that offers another type is not accepted.
    config.algorithms = { serverHostKey: [pinned.type as "ssh-ed25519"] };
    config.hostVerifier = (key: Buffer) => key.equals(pinned.key);
  }
  return config;
}

/** One line as in authorized_keys: `[options] TYPE BASE64 [comment]`. */
export function parseHostKey(text: string): { type: string; key: Buffer } {
  const words = text.trim().split(/\s+/);
  const at = words.findIndex((word) => /^(ssh-|ecdsa-|sk-)/.test(word));
  const [type, base64] = at < 0 ? [] : words.slice(at, at + 2);
  const key = Buffer.from(base64 ?? "", "base64");
  if (!type || key.length < 4 || key.toString("latin1", 4, 4 + key.readUInt32BE(0)) !== type) {
    throw new Error("failed to parse host key: ssh: no key found");
  }
  return { type, key };
}

function forward(hop: Client, target: Connection): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    hop.forwardOut("127.0.0.1", 0, target.host, target.port ?? 22, (error, stream) =>
      error ? reject(error) : resolve(stream),
    );
  });
}
