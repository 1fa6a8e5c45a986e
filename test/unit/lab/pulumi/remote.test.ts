import { afterEach, expect, test } from "vitest";
import { parseHostKey, type Connection } from "../../../../lab/pulumi/plugins/command/connection";
import { remoteCommand } from "../../../../lab/pulumi/plugins/command/inputs";
import { perform } from "../../../../lab/pulumi/plugins/command/resources";
import type { RunContext } from "../../../../lab/pulumi/plugins/command/run";
import { Secret, type PropertyMap } from "../../../../lab/pulumi/plugins/command/values";
import { clientKey, startSshd, type Rules, type Sshd } from "../../remote/sshd";

const servers: Sshd[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(rules: Rules = {}): Promise<Sshd> {
  const server = await startSshd(rules);
  servers.push(server);
  return server;
}

const connectionTo = (server: Sshd, more: Partial<Connection> = {}): Connection => ({
  host: "127.0.0.1",
  port: server.port,
  user: "root",
  privateKey: clientKey.private,
  hostKey: server.hostKey,
  dialErrorLimit: 1,
  ...more,
});

function context(signal = new AbortController().signal): RunContext & { lines: string[] } {
  const lines: string[] = [];
  return {
    ...{ signal, directory: "/", lines },
    line: (text) => void lines.push(text),
    warn: (text) => void lines.push(`warning: ${text}`),
  };
}

const create = (connection: Connection, more: PropertyMap = {}, at = context()): Promise<PropertyMap> =>
  perform(
    remoteCommand,
    "create",
    { create: "apply", connection: new Secret(connection as unknown as PropertyMap), ...more },
    undefined,
    at,
  );

test("a command gets its stdin; one newline at the end of its output goes", async () => {
  const server = await serve({
    answer: (command, stdin) => ({ status: 0, stdout: `${command}:${stdin}\n\n`, stderr: "e\n" }),
  });
  const at = context();
  expect(await create(connectionTo(server), { stdin: "document" }, at)).toMatchObject({
    stdout: "apply:document\n",
    stderr: "e",
  });
  expect(at.lines).toContain("apply:document");
});

test("a failure tells status, command and all output", async () => {
  const server = await serve({ answer: () => ({ status: 3, stdout: "", stderr: 'error: "no"\n' }) });
  await expect(create(connectionTo(server), { logging: "none" })).rejects.toThrow(
    'Process exited with status 3: running "apply":\nerror: "no"\n',
  );
});

test("without a create nothing is dialled", async () => {
  const outputs = await perform(
    remoteCommand,
    "create",
    { connection: new Secret({ host: "nowhere" }) },
    undefined,
    context(),
  );
  expect(outputs).toMatchObject({ stdout: "", stderr: "" });
});

test("an update without a command of its own creates again; a delete without one does nothing", async () => {
  const server = await serve({ answer: (command) => ({ status: 0, stdout: command, stderr: "" }) });
  const inputs: PropertyMap = {
    create: "apply",
    connection: new Secret(connectionTo(server) as unknown as PropertyMap),
  };
  expect(await perform(remoteCommand, "update", inputs, { stdout: "old" }, context())).toMatchObject({
    stdout: "apply",
  });
  expect(await perform(remoteCommand, "delete", inputs, inputs, context())).toBeDefined();
  expect(server.commands).toEqual(["apply"]);
});

test("another host key is refused, be it of the same kind or not", async () => {
  const [server, other] = [await serve(), await serve()];
  await expect(create(connectionTo(server, { hostKey: other.hostKey }))).rejects.toThrow(
    /^after 1 failed attempts: ssh: handshake failed: ssh: host key mismatch/,
  );
  expect(server.commands).toEqual([]);
});

test("a port that nobody listens on", async () => {
  const server = await serve();
  const { port } = server;
  await server.close();
  servers.pop();
  await expect(create(connectionTo(server))).rejects.toThrow(
    `after 1 failed attempts: dial tcp 127.0.0.1:${port}: connect: connection refused`,
  );
});

test("through a proxy, by password", async () => {
  const [proxy, server] = [
    await serve({ password: "word" }),
    await serve({ answer: () => ({ status: 0, stdout: "far", stderr: "" }) }),
  ];
  const hop = { host: "127.0.0.1", port: proxy.port, user: "root", password: "word", hostKey: proxy.hostKey };
  expect(await create(connectionTo(server, { proxy: hop }))).toMatchObject({ stdout: "far" });
  expect(proxy.logins).toBe(1);
});

test("a broken connection is a failure, not a hang", async () => {
  const server = await serve({ breaks: true });
  await expect(create(connectionTo(server))).rejects.toThrow("without exit status");
});

test("a cancelled operation cuts the connection of a command that goes on", async () => {
  const server = await serve({ hangs: true });
  const cancel = new AbortController();
  const going = create(connectionTo(server), {}, context(cancel.signal));
  await expect.poll(() => server.commands).toEqual(["apply"]);
  cancel.abort();
  await expect(going).rejects.toThrow("without exit status");
  await expect.poll(() => server.open).toBe(0);
});

test("a cancelled operation dials no more", async () => {
  const cancel = new AbortController();
  const at = context(cancel.signal);
  const going = create(connectionTo(await serve(), { dialErrorLimit: -1, port: 1 }), {}, at);
  await expect.poll(() => at.lines).toContain("Dial 1/inf failed: retrying");
  cancel.abort();
  await expect(going).rejects.toThrow("context canceled");
});

test("an operation that was cancelled before it began dials nobody", async () => {
  const [proxy, server] = [await serve({ password: "word" }), await serve()];
  const hop = { host: "127.0.0.1", port: proxy.port, user: "root", password: "word", hostKey: proxy.hostKey };
  for (const connection of [connectionTo(server), connectionTo(server, { proxy: hop })])
    await expect(create(connection, {}, context(AbortSignal.abort()))).rejects.toThrow("context canceled");
  expect([proxy.logins, server.logins]).toEqual([0, 0]);
});

test("what the last run printed is offered to the next one, and a server's default is to refuse it", async () => {
  const server = await serve({ answer: () => ({ status: 0, stdout: "new", stderr: "" }) });
  const at = context();
  const inputs: PropertyMap = {
    create: "apply",
    connection: new Secret(connectionTo(server) as unknown as PropertyMap),
  };
  await perform(remoteCommand, "update", inputs, { stdout: "old", stderr: "" }, at);
  expect(at.lines.filter((line) => line.startsWith("warning"))).toEqual([
    expect.stringMatching(/^warning: Unable to set 'PULUMI_COMMAND_STDOUT'\. /) as string,
  ]);
  const quiet = context();
  await perform(
    remoteCommand,
    "update",
    { ...inputs, addPreviousOutputInEnv: false },
    { stdout: "old" },
    quiet,
  );
  expect(quiet.lines.filter((line) => line.startsWith("warning"))).toEqual([]);
});

test("a key that is none is not tried twice", async () => {
  const server = await serve();
  const connection = connectionTo(server, { privateKey: "not a key", dialErrorLimit: 5 });
  await expect(create(connection)).rejects.toThrow(/^ssh: no key found$/);
});

test("a host key is one line of authorized_keys", () => {
  expect(parseHostKey(`${clientKey.public} a comment`).type).toBe("ssh-ed25519");
  expect(() => parseHostKey("not a key")).toThrow("failed to parse host key");
});
