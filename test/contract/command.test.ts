// The inputs of the one remote Command of an owner and a host, and the commands of the probe.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Director, type DirectorArgs } from "../../index";
import { program, secretly, type World, notKnown } from "./program";
import { d1, host, hostKey, privateKey, service } from "./samples";

const name = "d1";

async function director(more: Partial<DirectorArgs> = {}, world?: World) {
  const result = await program(
    () => void new Director("d1", { host: d1, services: [service], ...more }),
    world,
  );
  return { ...result, command: result.commands.get(name) };
}

const told = (stdout: string) => ({ answer: () => ({ stdout }) });

describe("the Command", () => {
  test("has exactly these inputs", async () => {
    const { command, error } = await director();
    expect(error).toBeUndefined();
    const { connection, ...plain } = command?.inputs ?? {};
    expect(plain).toMatchInlineSnapshot(`
      {
        "addPreviousOutputInEnv": false,
        "create": "exec timeout -k 10 600 bash /var/lib/pulumi-lvs/program apply",
        "delete": "[ ! -d /var/lib/pulumi-lvs ] || exec timeout -k 10 600 bash /var/lib/pulumi-lvs/program remove",
        "logging": "none",
        "stdin": "# generation 1
      # lvs host document 1, owner web/prod/Director/d1
      [settings]
      drain = 30
      [packages]
      ipvsadm
      [modules]
      ip_vs
      ip_vs_wrr
      [sysctl]
      net.ipv4.vs.conn_reuse_mode = 2
      [ipvs]
      -A -t 198.18.0.100:80 -s wrr
      -a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 1
      [firewall]
      notrack tcp 80 to 198.18.0.100
      [openings]
      accept 80/tcp to 198.18.0.100 dev eth0
      [addresses]
      198.18.0.100/32 dev eth0
      # end
      ",
        "update": "exec timeout -k 10 600 bash /var/lib/pulumi-lvs/program update",
      }
    `);
    expect(secretly(connection)).toMatchInlineSnapshot(`
      {
        "dialErrorLimit": 10,
        "host": "198.18.0.11",
        "hostKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ5nUnD0GPwSwp7ZbX0GSOUvHw3ZMKsIzyyhFIbEbIX7",
        "perDialTimeout": 15,
        "port": 22,
        "privateKey": "-----BEGIN OPENSSH PRIVATE KEY-----
      not really
      ",
        "user": "root",
      }
    `);
  });

  test("has exactly these options", async () => {
    const { command } = await director();
    expect(command?.options).toEqual({
      parent: "urn:pulumi:prod::web::lvs:index:Director::d1",
      dependencies: [],
      // The last one is the SDK's own.
      additionalSecretOutputs: ["stdout", "stderr", "connection"],
      hideDiffs: [],
      deleteBeforeReplace: true,
      deletedWith: "",
    });
  });

  test("runs by sudo for another user than root, for as long as it is told", async () => {
    const connection = { privateKey, hostKey, user: "admin" };
    const { command, runs } = await director({ host: { ...d1, connection }, applyTimeout: 90 });
    expect(command?.inputs["create"]).toBe(
      "exec sudo -n -- timeout -k 10 90 bash /var/lib/pulumi-lvs/program apply",
    );
    expect(command?.inputs["delete"]).toBe(
      "[ ! -d /var/lib/pulumi-lvs ] || exec sudo -n -- timeout -k 10 90 bash /var/lib/pulumi-lvs/program remove",
    );
    expect(
      runs.map((run) => [run.command.startsWith("exec sudo -n -- timeout -k 10 90 bash -c "), run.timeout]),
    ).toEqual([[true, 90]]);
  });

  test("gets of a connection what the provider knows, and no more", async () => {
    const proxy = { host: "bastion", port: 2222, user: "jump", password: "p", insecureHostKey: true };
    const connection = { host: "d1.example", user: "admin", password: "q", hostKey, proxy };
    const { error } = await director({
      host: { ...d1, connection: { ...connection, dialErrorLimit: 3 } as never },
    });
    expect(error?.message).toContain(
      "host.connection.dialErrorLimit: no such argument: there are host, port, ",
    );
    const { command } = await director({ host: { ...d1, connection } });
    expect(secretly(command?.inputs["connection"])).toEqual({
      ...{ host: "d1.example", port: 22, user: "admin", password: "q", hostKey },
      ...{ dialErrorLimit: 10, perDialTimeout: 15 },
      proxy: {
        host: "bastion",
        port: 2222,
        user: "jump",
        password: "p",
        dialErrorLimit: 10,
        perDialTimeout: 15,
      },
    });
  });

  test("keeps a secret of the user's in its standard input", async () => {
    const { command } = await director({ sysctls: { "kernel.domainname": pulumi.secret("hush") } });
    expect(secretly(command?.inputs["stdin"])).toContain("kernel.domainname = hush\n");
  });

  test("shows no secret anywhere", async () => {
    const { resources } = await director({
      host: { ...d1, connection: { privateKey, password: "hush", hostKey } },
    });
    const shown = resources.map(({ inputs }) => ({ ...inputs, connection: undefined }));
    expect(JSON.stringify(shown)).not.toMatch(/hush|PRIVATE KEY|ssh-ed25519/);
  });
});

describe("the header", () => {
  const lines = (text: unknown) => String(text).split("\n# lvs host document")[0];

  test("is what the probe says, byte for byte", async () => {
    const header = "# generation 3: repairs drift\n#   lost  a  b \n#   found c";
    const { command, logs } = await director(
      {},
      told(header.replaceAll(/^/gm, "H ") + "\nD lost  a  b\nD found c\n"),
    );
    expect(lines(command?.inputs["stdin"])).toBe(header);
    expect(logs).toEqual([]);
  });

  test("is that of the last change where drift is only reported", async () => {
    const answer = told(
      "H # generation 4: repairs drift\nH #   lost  a\nD lost  a\nS # generation 3: repairs drift\nS #   found b\n",
    );
    const { command, logs } = await director({ drift: "report" }, answer);
    expect(lines(command?.inputs["stdin"])).toBe("# generation 3: repairs drift\n#   found b");
    expect(logs).toEqual(["warning: [runtime] d1 (198.18.0.11) was changed: lost  a"]);
  });

  test("goes on with an unfinished change where drift is only reported", async () => {
    const header = "# generation 4: finishes an interrupted change\n# 4 lost  a";
    const answer = told(`${header.replaceAll(/^/gm, "H ")}\nD lost  a\nU\nS # generation 3\n`);
    const { command, logs } = await director({ drift: "report" }, answer);
    expect(lines(command?.inputs["stdin"])).toBe(header);
    expect(logs).toEqual(["warning: [runtime] d1 (198.18.0.11) was changed: lost  a"]);
  });

  test("never changes where nobody looks", async () => {
    const answer = told("H # generation 4: repairs drift\nD lost  a\n");
    const preview = await director({ drift: "off" }, { ...answer, preview: true });
    const update = await director({ drift: "off" }, answer);
    expect([preview.runs.length, update.runs.length]).toEqual([0, 1]);
    expect(update.command?.inputs["stdin"]).toBe(preview.command?.inputs["stdin"]);
  });

  test("comes from a look that writes nothing, in an update as in a preview", async () => {
    const verb = async (preview: boolean) =>
      (await director({}, { preview })).runs.map(
        ({ command }) => /\b(observe|keep-program)\b/.exec(command)?.[0],
      );
    expect([await verb(true), await verb(false)]).toEqual([["observe"], ["observe"]]);
  });

  test("is the first one under a user's own mocks, and no host is looked at", async () => {
    const { command, runs } = await director({}, { answer: "none" });
    expect(lines(command?.inputs["stdin"])).toBe("# generation 1");
    expect(runs).toEqual([]);
  });

  test("comes with notes for whoever reads the preview", async () => {
    const answer = told("H # generation 1\nS # generation 1\nF -A -t 10.0.0.1:80 -s rr\n");
    const [preview, update] = [await director({}, { ...answer, preview: true }), await director({}, answer)];
    expect(preview.logs).toEqual([
      "info: [runtime] d1 (198.18.0.11): left alone, not declared here: -A -t 10.0.0.1:80 -s rr",
    ]);
    expect(update.logs).toEqual([]);
  });
});

describe("a host that will not do", () => {
  test("ends the program with all its reasons in one message", async () => {
    const { error, command } = await director({}, told("E no such interface\nE no such module\n"));
    expect(pulumi.ResourceError.isInstance(error)).toBe(true);
    expect(error?.stack).toBe(
      "d1 (198.18.0.11) cannot be given what web/prod/Director/d1 wants:\n  no such interface\n  no such module",
    );
    expect(command).toBeUndefined();
  });

  test("ends the program with one line if it cannot be looked at", async () => {
    const { error, command } = await director(
      {},
      { answer: () => ({ status: 1, stderr: "error: locked\n" }) },
    );
    expect(error?.stack).toBe("d1 (198.18.0.11): looking at the host failed with status 1: locked");
    expect(command).toBeUndefined();
  });
});

describe("what is not known before the update", () => {
  test("an address: nothing is looked at, and the name does not depend on it", async () => {
    const moving = { ...host("198.18.0.11"), name: "d1", address: notKnown("198.18.0.11") };
    const result = await program(() => void new Director("d1", { host: moving, services: [service] }), {
      preview: true,
    });
    expect(result.error).toBeUndefined();
    expect(result.runs).toEqual([]);
    expect(result.commands.get("d1")?.inputs["stdin"]).toHaveProperty("__pulumiUnknown");
  });

  test("a weight: nothing is looked at", async () => {
    const open = { ...service, realServers: [{ address: "198.18.0.21", weight: notKnown(1) }] };
    const { runs, command, error } = await director({ services: [open] }, { preview: true });
    expect([runs, error]).toEqual([[], undefined]);
    expect(command?.inputs["stdin"]).toHaveProperty("__pulumiUnknown");
  });
});

test("bad arguments in Outputs are found as well, before any host is looked at", async () => {
  const { error, runs } = await director({
    services: pulumi.output([{ ...service, port: 0, scheduler: "nope" as "rr" }]),
  });
  expect(error?.stack).toMatch(
    /^2 arguments cannot be used:\n {2}services\[0\]\.scheduler: .*\n {2}services\[0\]\.port: 0 /,
  );
  expect(runs).toEqual([]);
});

test("bad arguments are refused at once, before anything is registered but the component", async () => {
  const { error, commands, runs } = await director({
    drain: -1,
    services: [{ ...service, vip: "198.18.0.11" }],
  });
  expect(error?.message).toMatch(
    /^2 arguments cannot be used:\n {2}drain: -1 .*\n {2}services\[0\]\.vip: "198\.18\.0\.11" is a host's own/,
  );
  expect([commands.size, runs.length]).toEqual([0, 0]);
});
