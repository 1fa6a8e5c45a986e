import { createHash } from "node:crypto";
import type { Client, ClientChannel } from "ssh2";
import type { Connection } from "../model/connection";
import { HostFailure, tookTooLong } from "./failure";
import { openSession, type Session } from "./session";
import type { Outcome, Run } from "./run";

/** Below sshd's MaxSessions (10 by default), with room for a person to log in. */
const mostChannels = 4;

/** A program that keeps running (a plugin, a test) closes an unused login after this time. */
const idleMilliseconds = 5_000;

/** The largest output of a probe: far above any table's drift, and far below a size that would be a problem. */
const mostOutput = 32 * 1024 * 1024;

const pool = new Map<string, Login>();

/** Runs a command on a host, over the one login that all runs on that host share. */
export async function runOverSsh(run: Run): Promise<Outcome> {
  const key = createHash("sha256").update(JSON.stringify(run.connection)).digest("hex");
  let login = pool.get(key);
  if (login === undefined) {
    const made: Login = new Login(run.who, run.connection, () => {
      // (When it is closed, another one may be in its place.)
      if (pool.get(key) === made) pool.delete(key);
    });
    login = made;
    pool.set(key, login);
  }
  return login.run(run);
}

class Login {
  readonly #session: Promise<Session>;
  readonly #waiting: (() => void)[] = [];
  #limit = mostChannels;
  #busy = 0;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;
  readonly #forget: () => void;

  constructor(who: string, connection: Connection, forget: () => void) {
    this.#forget = forget;
    this.#session = openSession(who, connection);
    this.#session.then(({ client }) => client.once("close", forget), forget);
  }

  async run(run: Run): Promise<Outcome> {
    this.#users += 1;
    clearTimeout(this.#idle);
    const session = await this.#session;
    session.socket.ref();
    try {
      return await this.#inTurn(session.client, run);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#rest(session);
    }
  }

  /** An unused login does not keep the process alive: a Pulumi program ends when nothing is left to wait for. */
  #rest(session: Session): void {
    session.socket.unref();
    // It is removed from the pool before it is closed, so that nobody gets a session that is about to end.
    const end = () => {
      this.#forget();
      session.close();
    };
    this.#idle = setTimeout(end, idleMilliseconds).unref();
  }

  async #inTurn(client: Client, run: Run): Promise<Outcome> {
    while (this.#busy >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
    try {
      return await execute(client, run);
    } catch (error) {
      // A host with a lower MaxSessions refuses the channel. The number of channels that it has accepted is the limit from now on.
      if (!(error instanceof ChannelRefused) || this.#busy === 1) throw error;
      this.#limit = this.#busy - 1;
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
    return this.#inTurn(client, run);
  }
}

class ChannelRefused extends HostFailure {}

function execute(client: Client, run: Run): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const lost = () =>
      reject(
        new HostFailure(`${run.who}: the connection broke while the host was being looked at; run it again`),
      );
    client.once("close", lost);
    const started = (channel: ClientChannel) => {
      collect(channel, run)
        .then(resolve, reject)
        .finally(() => client.removeListener("close", lost));
    };
    client.exec(run.command, (error, channel) => {
      if (error === undefined) return started(channel);
      client.removeListener("close", lost);
      reject(
        new ChannelRefused(
          `${run.who} lets nothing be run: ${error.message}; look at MaxSessions and ForceCommand in its sshd_config`,
        ),
      );
    });
  });
}

function collect(channel: ClientChannel, run: Run): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let size = 0;
    let status = 255;
    const stop = (why: HostFailure) => {
      channel.close();
      reject(why);
    };
    const timer = setTimeout(() => stop(tookTooLong(run.who, run.timeout)), run.timeout * 1000);
    const keep = (where: Buffer[]) => (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostOutput) where.push(chunk);
      else
        stop(
          new HostFailure(
            `${run.who}: the host said more than anyone would read; look at what its login shell prints`,
          ),
        );
    };
    channel.on("data", keep(output.stdout));
    channel.stderr.on("data", keep(output.stderr));
    // The other side may end before it has read everything. Its status then says why.
    channel.on("error", () => undefined);
    channel.on("exit", (code: number | null) => (status = code ?? 255));
    channel.on("close", () => {
      clearTimeout(timer);
      const text = (parts: Buffer[]) => Buffer.concat(parts).toString("utf8");
      resolve({ status, stdout: text(output.stdout), stderr: text(output.stderr) });
    });
    channel.end(run.stdin);
  });
}
