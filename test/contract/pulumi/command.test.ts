// The command provider's stand-in, over the protocol that the CLI speaks.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessages from "google-protobuf/google/protobuf/empty_pb.js";
import structMessages, { type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, startPlugin, type StartedPlugin } from "./plugin";

const { Struct } = structMessages;
type Message<Kind extends keyof typeof provider> = InstanceType<(typeof provider)[Kind]>;
const urn = (type: string) => `urn:pulumi:dev::web::lvs:index:Director$${type}::a::name`;
const local = urn("command:local:Command");
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: JavaScriptValue) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
type Properties = Record<string, JavaScriptValue>;

describe("the command provider", () => {
  let plugin: StartedPlugin;
  let client: InstanceType<typeof providerRpc.ResourceProviderClient>;

  beforeAll(async () => {
    plugin = await startPlugin("resource-command-v2.0.0");
    client = new providerRpc.ResourceProviderClient(plugin.address, grpc.credentials.createInsecure());
  });

  afterAll(async () => {
    client.close();
    plugin.process.stdin?.end();
    expect(await plugin.ended).toBe(0);
  });

  const create = (properties: Properties, preview = false) =>
    call<Message<"CreateResponse">>((done) => {
      const request = new provider.CreateRequest().setUrn(local).setPreview(preview);
      client.create(request.setProperties(Struct.fromJavaScript(properties)), done);
    });
  const check = (request: Message<"CheckRequest">) =>
    call<Message<"CheckResponse">>((done) => client.check(request, done));

  test("says of which version it is", async () => {
    type PluginInfo = { getVersion(): string };
    const info = await call<PluginInfo>((done) => client.getPluginInfo(new emptyMessages.Empty(), done));
    expect(info.getVersion()).toBe("2.0.0");
  });

  test("says what it does not know, and who does", async () => {
    const schema = call<unknown>((done) => client.getSchema(new provider.GetSchemaRequest(), done));
    await expect(schema).rejects.toThrow("does not know getSchema: install Pulumi's own");
    const request = new provider.CheckRequest().setUrn(urn("command:remote:CopyToRemote"));
    await expect(check(request)).rejects.toThrow("command:remote:CopyToRemote");
  });

  test("completes a connection and keeps it a secret", async () => {
    const request = new provider.CheckRequest()
      .setUrn(urn("command:remote:Command"))
      .setNews(Struct.fromJavaScript({ connection: { host: "h", password: "p" } }));
    const response = await check(request);
    expect(response.getFailuresList()).toEqual([]);
    expect(response.getInputs()?.toJavaScript()).toEqual({
      connection: secret({
        ...{ host: "h", user: "root", port: 22, dialErrorLimit: 10, perDialTimeout: 15 },
        password: secret("p"),
      }),
    });
  });

  test("answers a preview without running anything, and an update with what it has run", async () => {
    const properties = { create: "echo made" };
    const previewed = await create(properties, true);
    expect(previewed.getProperties()?.toJavaScript()).toEqual({
      ...properties,
      stdout: unknown,
      stderr: unknown,
    });
    const made = await create(properties);
    expect(made.getId()).toMatch(/^a::name[0-9a-f]{8}$/);
    expect(made.getProperties()?.toJavaScript()).toEqual({ ...properties, stdout: "made", stderr: "" });
  });

  test("tells a replacement from a change", async () => {
    const compare = async (olds: Properties, news: Properties) => {
      const request = new provider.DiffRequest()
        .setUrn(local)
        .setOldInputs(Struct.fromJavaScript(olds))
        .setNews(Struct.fromJavaScript(news));
      const response = await call<Message<"DiffResponse">>((done) => client.diff(request, done));
      return [response.getDiffsList(), response.getReplacesList(), response.getChanges()];
    };
    const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
    expect(await compare({ create: "a" }, { create: "b" })).toEqual([["create"], [], DIFF_SOME]);
    expect(await compare({}, { triggers: [1] })).toEqual([["triggers"], ["triggers"], DIFF_SOME]);
    expect(await compare({ create: "a" }, { create: "a" })).toEqual([[], [], DIFF_NONE]);
  });

  test("has no secret in what it says of a failure, but the command and its output", async () => {
    const failing = create({ create: "echo out; exit 3", environment: { WORD: secret("hunter2") } });
    await expect(failing).rejects.toThrow('exit status 3: running "echo out; exit 3":\nout\n');
    await expect(failing).rejects.not.toThrow("hunter2");
  });

  // This test is the last one: after it, nothing runs any more.
  test("cuts off what is running when it is cancelled", async () => {
    const mark = join(mkdtempSync(join(tmpdir(), "lvs-cancel-")), "running");
    const going = create({ create: `touch ${mark}; exec sleep 600` });
    going.catch(() => undefined);
    await expect.poll(() => existsSync(mark), { timeout: 30_000 }).toBe(true);
    rmSync(dirname(mark), { recursive: true });
    await call<unknown>((done) => client.cancel(new emptyMessages.Empty(), done));
    await expect(going).rejects.toThrow("signal: killed: running");
  });
});
