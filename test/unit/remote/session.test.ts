import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Connection } from "../../../components/model/connection";
import { HostUnreachable } from "../../../components/remote/failure";
import { runOverSsh } from "../../../components/remote/pool";
import type { Outcome } from "../../../components/remote/run";
import { hostKey as anotherKey } from "../model/samples";
import { clientKey, newKeyPair, type Rules, type Sshd, startSshd } from "./sshd";

const newKey = newKeyPair().private;
const servers: Sshd[] = [];
afterEach(async () => {
  await Promise.race([
    Promise.all(servers.splice(0).map((each) => each.close())),
    new Promise((done) => setTimeout(done, 100)),
  ]);
});

async function sshd(rules?: Rules): Promise<Sshd> {
  const server = await startSshd(rules);
  servers.push(server);
  return server;
}

function to(server: { port: number; hostKey: string }, more: Partial<Connection> = {}): Connection {
  return {
    host: "127.0.0.1",
    port: server.port,
    user: "root",
    privateKey: clientKey.private,
    hostKey: server.hostKey,
    ...more,
  };
}

function run(connection: Connection, command = "true", stdin = ""): Promise<Outcome> {
  return runOverSsh({ who: "d1 (198.18.0.11)", connection, command, stdin, timeout: 30 });
}

const outcome = (connection: Connection): Promise<unknown> =>
  run(connection).then(
    () => new Error("it went well"),
    (reason: unknown) => reason,
  );

async function failure(connection: Connection): Promise<string> {
  const error = await outcome(connection);
  const message = error instanceof Error ? error.message : "no error";
  expect(message).not.toMatch(/\n|PRIVATE KEY|s3cret/);
  return message;
}

/** A port where nobody listens: no server can get it by chance, as it could get a port that was just released. */
const closedPort = 1;

const echo = (command: string, stdin: string) => ({
  status: 3,
  stdout: `${command}|${stdin}`,
  stderr: "some words",
});

describe("a run", () => {
  test("brings back status, output and errors, and takes any standard input", async () => {
    const server = await sshd({ answer: echo });
    const long = "ü $(id)\n".repeat(50_000);
    expect(await run(to(server), "some command", long)).toEqual({
      status: 3,
      stdout: `some command|${long}`,
      stderr: "some words",
    });
  });

  test("shares its login with all others of the host, four at once", async () => {
    const server = await sshd({ answer: echo });
    const all = await Promise.all(Array.from({ length: 12 }, (_, index) => run(to(server), `${index}`)));
    expect(all.map(({ stdout }) => stdout)).toEqual(Array.from({ length: 12 }, (_, index) => `${index}|`));
    expect([server.logins, server.mostChannels]).toEqual([1, 4]);
  });

  test("waits for its turn where the host takes fewer at once", async () => {
    const server = await sshd({ maxSessions: 2 });
    await Promise.all(Array.from({ length: 8 }, () => run(to(server))));
    expect([server.logins, server.mostChannels, server.commands.length]).toEqual([1, 2, 8]);
  });

  test("has another login for other credentials", async () => {
    const server = await sshd({ password: "s3cret" });
    await run(to(server));
    await run(to(server, { user: "admin" }));
    await run({ host: "127.0.0.1", port: server.port, user: "root", password: "s3cret" });
    expect(server.logins).toBe(3);
  });

  test("goes through a proxy", async () => {
    const [proxy, server] = [await sshd(), await sshd({ answer: echo })];
    expect((await run(to(server, { proxy: to(proxy) }), "x")).stdout).toBe("x|");
    expect([proxy.logins, server.logins]).toEqual([1, 1]);
  });

  test("does not keep its process alive", async () => {
    const server = await sshd();
    // The timer that closes an unused login is delayed for ever: so the process only ends if nothing else keeps it running.
    const program = `
      const soon = setTimeout;
      globalThis.setTimeout = (what, after) => soon(what, after > 1_000 ? 2 ** 31 - 1 : after);
      const { runOverSsh } = require(${JSON.stringify(join(__dirname, "../../../components/remote/pool"))});
      const connection = ${JSON.stringify(to(server))};
      runOverSsh({ who: "d1", connection, command: "true", stdin: "", timeout: 30 }).then(({ status }) =>
        process.send(status));`;
    const child = spawn(process.execPath, ["--import", "tsx", "--eval", program], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const said: unknown[] = [];
    child.on("message", (status) => said.push(status));
    const [status] = (await once(child, "exit")) as [number | null];
    expect({ status, said }).toEqual({ status: 0, said: [0] });
  });

  test("does without a host key if it is told to", async () => {
    const { hostKey, ...open } = to(await sshd());
    expect((await run(open)).status).toBe(0);
  });
});

describe("a host that cannot be used", () => {
  test("is another host than it should be", async () => {
    expect(await failure(to(await sshd(), { hostKey: anotherKey }))).toMatch(
      /^d1 \(198\.18\.0\.11\) at 127\.0\.0\.1:\d+ is not the host it should be: the key given for it \(connection\.hostKey or knownHosts\) is ssh-ed25519 SHA256:\S+, the host showed SHA256:\S+; if /,
    );
  });

  test("has no key of the wanted kind", async () => {
    const server = await sshd();
    const wanted = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBA==";
    expect(await failure(to(server, { hostKey: wanted }))).toMatch(
      /has no host key of kind ecdsa-sha2-nistp256/,
    );
  });

  test("refuses the key", async () => {
    const server = await sshd({ password: "s3cret" });
    const { privateKey, ...rest } = to(server, { password: "s3cret wrong", user: "admin" });
    expect(await failure(rest)).toMatch(/ refused the login of user admin by password; check the user and /);
  });

  test("has a user whose private key cannot be read", async () => {
    const broken = "-----BEGIN OPENSSH PRIVATE KEY-----\ns3cret\n-----END OPENSSH PRIVATE KEY-----\n";
    expect(await failure(to(await sshd(), { privateKey: broken }))).toMatch(
      /^cannot log in to d1 .*check connection\.privateKey/,
    );
  });

  test("is not there", async () => {
    const port = closedPort;
    expect(await failure(to({ port, hostKey: anotherKey }))).toBe(
      `cannot reach d1 (198.18.0.11) at 127.0.0.1:${port}: connection refused; check that the host is up and that connection.host and connection.port are right`,
    );
  });

  test("is not there behind its proxy", async () => {
    const [proxy, port] = [await sshd(), closedPort];
    expect(await failure(to({ port, hostKey: anotherKey }, { proxy: to(proxy) }))).toMatch(
      /^cannot reach d1 \(198\.18\.0\.11\) at 127\.0\.0\.1:\d+ .*the proxy 127\.0\.0\.1:/,
    );
  });

  test("has a proxy that refuses the key", async () => {
    const [proxy, server] = [await sshd(), await sshd()];
    const { privateKey, ...hop } = to(proxy, { password: "no" });
    expect(await failure(to(server, { proxy: hop }))).toMatch(
      /^the proxy 127\.0\.0\.1:\d+ on the way to d1 .* refused the login/,
    );
  });

  test("gives no answer, as far as it can be told: only such a host may be skipped", async () => {
    const [server, prohibits] = [await sshd(), await sshd({ forwards: false })];
    const closed = { port: closedPort, hostKey: anotherKey };
    const unreachable = async (connection: Connection) =>
      (await outcome(connection)) instanceof HostUnreachable;
    expect(await unreachable(to(closed))).toBe(true);
    const others = {
      "another key": to(server, { hostKey: anotherKey }),
      "a refused login": to(server, { privateKey: newKey }),
      "a name that is not known": to(server, { host: "nobody.invalid" }),
      "a proxy that gives no answer": to(server, { proxy: to(closed) }),
      "a proxy that may not forward": to(server, { proxy: to(prohibits) }),
    };
    for (const [what, connection] of Object.entries(others))
      expect(await unreachable(connection), what).toBe(false);
  });

  test("breaks the connection", async () => {
    expect(await failure(to(await sshd({ breaks: true })))).toMatch(
      /^d1 \(198\.18\.0\.11\): the connection broke/,
    );
  });

  test("is asked again after a failure, with a new login", async () => {
    const server = await sshd();
    await failure(to(server, { hostKey: anotherKey }));
    expect((await run(to(server))).status).toBe(0);
  });
});
