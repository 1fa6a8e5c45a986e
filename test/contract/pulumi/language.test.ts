// The Node.js language host's stand-in, over the protocol that the CLI speaks.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import languageRpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call, startPlugin, type StartedPlugin } from "./plugin";

describe("the language host", () => {
  let plugin: StartedPlugin;
  let client: InstanceType<typeof languageRpc.LanguageRuntimeClient>;
  const bare = mkdtempSync(join(tmpdir(), "lvs-bare-"));
  const repository = join(__dirname, "../../..");

  beforeAll(async () => {
    plugin = await startPlugin("language-nodejs-v1.0.0");
    client = new languageRpc.LanguageRuntimeClient(plugin.address, grpc.credentials.createInsecure());
  });

  afterAll(async () => {
    client.close();
    plugin.process.kill("SIGINT");
    expect(await plugin.ended).toBe(0);
    rmSync(bare, { recursive: true });
  });

  const info = (directory: string) =>
    new language.ProgramInfo().setProgramDirectory(directory).setRootDirectory(directory).setEntryPoint(".");

  function install(directory: string): Promise<void> {
    const stream = client.installDependencies(
      new language.InstallDependenciesRequest().setInfo(info(directory)),
    );
    return new Promise((resolve, reject) =>
      stream
        .on("data", () => undefined)
        .on("end", resolve)
        .on("error", reject),
    );
  }

  test("installs nothing: it says where npm has to", async () => {
    await expect(install(bare)).rejects.toThrow(`run npm install in ${bare}`);
    await install(repository);
  });

  test("says what it does not know, and who does", async () => {
    const asked = call<unknown>((done) =>
      client.generateProject(new language.GenerateProjectRequest(), done),
    );
    await expect(asked).rejects.toThrow("does not know generateProject: install Pulumi's own");
  });

  const run = (directory: string) =>
    call<InstanceType<typeof language.RunResponse>>((done) => {
      const request = new language.RunRequest().setInfo(info(directory)).setPwd(directory);
      client.run(request.setMonitorAddress("127.0.0.1:1"), done);
    });

  test("cannot run a program without the SDK, and says so", async () => {
    await expect(run(bare)).rejects.toThrow(`@pulumi/pulumi is not installed for ${bare}`);
  });

  test("tells a program that ended badly from one that has said so itself", async () => {
    // In place of the SDK, a program that only ends.
    const folder = mkdtempSync(join(tmpdir(), "lvs-program-"));
    const sdk = join(folder, "node_modules/@pulumi/pulumi");
    mkdirSync(join(sdk, "cmd/run"), { recursive: true });
    writeFileSync(join(sdk, "package.json"), "{}");
    const ending = async (status: number) => {
      writeFileSync(join(sdk, "cmd/run/index.js"), `process.exit(${status})`);
      const response = await run(folder);
      return [response.getBail(), response.getError()];
    };
    try {
      expect(await ending(0)).toEqual([false, ""]);
      expect(await ending(3)).toEqual([false, "Program exited with non-zero exit code: 3"]);
      expect(await ending(32)).toEqual([true, ""]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
