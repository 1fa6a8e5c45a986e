import { type Socket, createConnection } from "node:net";
import type { Duplex } from "node:stream";
import { Client, type ConnectConfig } from "ssh2";
import type { Connection, Hop } from "../model/connection";
import { fingerprint, readHostKey } from "../model/hostKey";
import { HostFailure, HostUnreachable } from "./failure";
import { gaveNoAnswer, refusal, type Seen } from "./refusal";

/** A login that stands: the client to run things with, and the TCP socket that carries it all. */
export interface Session {
  client: Client;
  socket: Socket;
  close: () => void;
}

/** Long enough for a slow host behind a proxy; a host that is off must not hold a preview up for longer. */
const connectSeconds = 15;

/** The reason of a proxy that could not connect, as opposed to one that may not. RFC 4254, 5.1. */
const connectFailed = 2;

/** What a proxy's sshd says of a host that gives no answer, by strerror(3). (A name that it does not know has the same reason.) */
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
  // (A proxy that gives no answer says nothing of the host behind it.)
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

/** Where to connect to, said once: most hosts are reached at the address that names them. */
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
      // A login that breaks later is noticed by whatever runs over it; an idle one that breaks concerns nobody.
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
      // A private key that cannot be read is found out here, before anything is sent.
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
    // Pinned in kind as well as in value, as the command provider does it: no other key of the host is as good.
    ...(wanted === undefined ? {} : { algorithms: { serverHostKey: signatures(wanted.algorithm) } }),
    hostVerifier: (key: Buffer) => {
      seen.hostKey = fingerprint(key);
      return wanted === undefined || key.equals(wanted.blob);
    },
  };
}

type Signatures = NonNullable<NonNullable<ConnectConfig["algorithms"]>["serverHostKey"]>;

function signatures(algorithm: string): Signatures {
  // One RSA key signs in three ways, of which the one called like the key is the one that servers no longer offer.
  return (algorithm === "ssh-rsa" ? ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] : [algorithm]) as Signatures;
}
