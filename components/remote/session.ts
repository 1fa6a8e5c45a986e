import { type Socket, createConnection } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import type { Connection, Hop } from "../model/connection";
import { fingerprint, readHostKey } from "../model/hostKey";
import { HostFailure, HostUnreachable } from "./failure";
import { gaveNoAnswer, refusal, type Seen } from "./refusal";

/** An open login: the client that runs commands, and the TCP socket that carries it. */
export interface Session {
  client: Client;
  socket: Socket;
  close: () => void;
}

/** Long enough for a slow host behind a proxy. A host that is off must not delay a preview longer than this. */
const connectSeconds = 15;

/** The reason of a proxy that could not connect; a proxy that may not connect has another one. RFC 4254, 5.1. */
const connectFailed = 2;

/** The message of a proxy's sshd about a host that gives no answer, by strerror(3). (For an unknown name the reason is the same.) */
const silent = /connection (refused|reset|timed out)|no route to host|host is down/i;

/** A name may have several addresses, and a slow host needs more than Node.js's own 250 ms before the next one is tried. */
const attemptMilliseconds = 5_000;

function connect({ host, port }: Hop): Socket {
  return createConnection({ host, port, autoSelectFamilyAttemptTimeout: attemptMilliseconds });
}

/** Logs in, through the proxy if there is one. Fails with one line that names the host and what to do. */
export async function openSession(who: string, connection: Connection): Promise<Session> {
  const { proxy } = connection;
  if (proxy === undefined) {
    const socket = connect(connection);
    const client = await login(spot(who, connection), connection, socket);
    return { client, socket, close: () => void client.end() };
  }
  const via = `the proxy ${proxy.host}:${proxy.port}`;
  const socket = connect(proxy);
  // (If a proxy gives no answer, that says nothing about the host behind it.)
  const outer = await login(`${via} on the way to ${who}`, proxy, socket).catch((error: Error) => {
    throw new HostFailure(error.message);
  });
  try {
    const stream = await forward(outer, connection).catch((error: Error & { reason?: number }) => {
      const noAnswer = error.reason === connectFailed && silent.test(error.message);
      const Failure = noAnswer ? HostUnreachable : HostFailure;
      throw new Failure(
        `cannot reach ${spot(who, connection)} from ${via}: ${error.message}; check that the host is up and that the proxy may forward to it`,
      );
    });
    const client = await login(`${spot(who, connection)} through ${via}`, connection, stream);
    client.once("close", () => outer.end());
    return { client, socket, close: () => void client.end() };
  } catch (error) {
    outer.end();
    throw error;
  }
}

/** Where to connect to, without repetition: most hosts are reached at the address that names them. */
function spot(who: string, to: Hop): string {
  return who.includes(to.host) ? `${who}, port ${to.port}` : `${who} at ${to.host}:${to.port}`;
}

function forward(client: Client, to: Hop): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      const message = `connection timed out after ${connectSeconds} seconds`;
      reject(Object.assign(new Error(message), { reason: connectFailed }));
    }, connectSeconds * 1000);
    client.forwardOut("127.0.0.1", 0, to.host, to.port, (error, stream) => {
      clearTimeout(late);
      if (error) reject(error);
      else resolve(stream);
    });
  });
}

function login(where: string, hop: Hop, stream: Duplex): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    const seen: Seen = {};
    const fail = (error: Error & { level?: string; code?: string }) => {
      clearTimeout(timer);
      client.destroy();
      stream.destroy();
      const Failure = gaveNoAnswer(error, seen) ? HostUnreachable : HostFailure;
      reject(new Failure(refusal(where, hop, error, seen)));
    };
    const timer = setTimeout(() => {
      fail(Object.assign(new Error(`no answer within ${connectSeconds} seconds`), { code: "ETIMEDOUT" }));
    }, connectSeconds * 1000);
    client.once("ready", () => {
      clearTimeout(timer);
      client.removeListener("error", fail);
      // If a login breaks later, the command that uses it notices that. If no command uses it, the break does not matter.
      client.on("error", () => undefined);
      resolve(client);
    });
    client.once("error", fail);
    client.once("close", () => fail(new Error("the connection was closed before the login")));
    client.on("keyboard-interactive", (_name, _text, _language, prompts, finish) => {
      finish(prompts.map(() => hop.password ?? ""));
    });
    try {
      client.connect(settings(hop, stream, seen));
    } catch (error) {
      // An unreadable private key is noticed here, before anything is sent.
      fail(Object.assign(error instanceof Error ? error : new Error(String(error)), { level: "key" }));
    }
  });
}

function settings(hop: Hop, stream: Duplex, seen: Seen): ConnectConfig {
  const wanted = hop.hostKey === undefined ? undefined : readHostKey(hop.hostKey);
  return {
    sock: stream,
    username: hop.user,
    readyTimeout: 0,
    tryKeyboard: hop.password !== undefined,
    ...(hop.privateKey === undefined ? {} : { privateKey: hop.privateKey }),
    ...(hop.privateKeyPassword === undefined ? {} : { passphrase: hop.privateKeyPassword }),
    ...(hop.password === undefined ? {} : { password: hop.password }),
    ...(hop.agentSocketPath === undefined ? {} : { agent: hop.agentSocketPath }),
    // The kind of the key is pinned as well as its value, as in the command provider: no other key of the host is accepted.
    ...(wanted === undefined ? {} : { algorithms: { serverHostKey: signatures(wanted.algorithm) } }),
    hostVerifier: (key: Buffer) => {
      seen.hostKey = fingerprint(key);
      return wanted === undefined || key.equals(wanted.blob);
    },
  };
}

type Signatures = NonNullable<NonNullable<ConnectConfig["algorithms"]>["serverHostKey"]>;

function signatures(algorithm: string): Signatures {
  // An RSA key can sign in three ways. Servers no longer offer the one that has the name of the key.
  return (algorithm === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [algorithm]) as Signatures;
}
