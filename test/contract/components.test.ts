// What each component registers: its children, their names and owners, and the documents that they send.
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Cluster, type ClusterArgs, Director, KeepalivedPair, RealServer, VirtualService } from "../../index";
import { inClear, isSecret, program, type Registered, secretly } from "./program";
import { connection, d1, d2, host, hostKey, privateKey, r1, r2, service, vip } from "./samples";

const stdin = (command: Registered | undefined) => String(command?.inputs["stdin"]);
const owners = (commands: Map<string, Registered>) =>
  [...commands.values()]
    .flatMap((command) => /document 1, owner (.*)/.exec(stdin(command))?.[1] ?? [])
    .sort();

describe("RealServer", () => {
  test("sends the VIP on lo, quiet about it, and a page", async () => {
    const args = { host: r1, vips: [vip], webServer: { kind: "httpd" as const } };
    const { commands, error } = await program(() => void new RealServer("r1", args));
    expect(error).toBeUndefined();
    expect(stdin(commands.get("r1"))).toMatchInlineSnapshot(`
      "# generation 1
      # lvs host document 1, owner web/prod/RealServer/r1
      [settings]
      addresses-leave = last
      role = real-server
      [packages]
      httpd
      [sysctl]
      net.ipv4.conf.all.arp_announce = 2
      net.ipv4.conf.all.arp_ignore = 1
      net.ipv4.conf.eth0.arp_announce = 2
      net.ipv4.conf.eth0.arp_ignore = 1
      [addresses]
      198.18.0.100/32 dev lo
      [files]
      /var/www/html/index.html mode=0644 owner=root group=root
      | <h1>r1</h1>
      [units]
      httpd.service enabled active
      # end
      "
    `);
  });
});

describe("the release of a RealServer's VIPs", () => {
  const release = async (vips: string[]) => {
    const args = { host: r1, vips, applyTimeout: 60 };
    const { commands, error } = await program(() => void new RealServer("r1", args));
    expect(error).toBeUndefined();
    return commands.get("r1-release")!;
  };

  test("is deleted, and thereby run, at the end of an update that has changed them", async () => {
    const { inputs, options } = await release([vip, "198.18.0.99"]);
    expect(inputs).toEqual({
      connection: expect.anything() as unknown,
      delete:
        "[ ! -d /var/lib/pulumi-lvs ] || exec timeout -k 10 60 bash /var/lib/pulumi-lvs/program release",
      stdin: "# lvs release 1, owner web/prod/RealServer/r1\n# end\n",
      triggers: ["198.18.0.100", "198.18.0.99"],
      logging: "none",
      addPreviousOutputInEnv: false,
    });
    expect(isSecret(inputs["connection"])).toBe(true);
    const change = "urn:pulumi:prod::web::lvs:index:RealServer$command:remote:Command::r1";
    expect(options).toEqual({
      parent: "urn:pulumi:prod::web::lvs:index:RealServer::r1",
      dependencies: [change],
      // (Created before the old one is deleted.)
      deleteBeforeReplace: false,
      // When a component is removed, its own removal gives everything back.
      deletedWith: change,
      additionalSecretOutputs: ["stdout", "stderr", "connection"],
      hideDiffs: [],
    });
  });

  test("is not changed where they come in another order", async () => {
    const triggers = async (vips: string[]) => (await release(vips)).inputs["triggers"] as unknown;
    expect(await triggers([vip, "198.18.0.99"])).toEqual(await triggers(["198.18.0.99", vip]));
  });
});

test.each<[string, (machine: pulumi.Resource) => unknown]>([
  ["RealServer", (deletedWith) => new RealServer("x", { host: d1, vips: [vip] }, { deletedWith })],
  ["Director", (deletedWith) => new Director("x", { host: d1 }, { deletedWith })],
])("a %s ends with its machine, if its options say so", async (_, declare) => {
  const { commands, resources } = await program(() => void declare(new Director("machine", { host: d2 })));
  const machine = "urn:pulumi:prod::web::lvs:index:Director::machine";
  expect(resources.map(({ name }) => name)).toContain("machine");
  expect(commands.get("x-d1")?.options.deletedWith).toBe(machine);
});

describe("Director", () => {
  test("is named by its host's name, wherever its address comes from", async () => {
    const moving = { ...d1, address: pulumi.output("198.18.0.11") };
    const { commands } = await program(() => void new Director("lb", { host: moving }));
    expect(owners(commands)).toEqual(["web/prod/Director/lb-d1"]);
    expect([...commands.keys()]).toEqual(["lb-d1"]);
  });

  test.each([
    ["d1", "d1"],
    ["lb-d1", "lb-d1-d1"],
  ])("called %s is named %s on host d1", async (name, command) => {
    const { commands } = await program(() => void new Director(name, { host: d1 }));
    expect([...commands.keys()]).toEqual([command]);
  });

  test("tells its name, address, VIPs and endpoints in clear", async () => {
    let director: Director | undefined;
    await program(() => {
      const services = [service, { ...service, port: 443 }];
      // (The login is a secret, and nothing of it is in the outputs.)
      const secret = { ...d1, connection: pulumi.secret(connection) };
      director = new Director("d1", { host: secret, services: pulumi.output(services) });
    });
    const { name, address, vips, endpoints } = director!;
    expect(await inClear(name, address, vips, endpoints)).toEqual([
      "d1",
      "198.18.0.11",
      [vip],
      ["198.18.0.100:80", "198.18.0.100:443"],
    ]);
  });
});

describe("VirtualService", () => {
  test("has one document for each director, each under the director's name", async () => {
    const { commands, error } = await program(() => {
      new Director("first", { host: d1 });
      new VirtualService("http", { ...service, directors: [d1, d2], drain: 5 });
    });
    expect(error).toBeUndefined();
    expect(owners(commands)).toEqual([
      "web/prod/Director/first-d1",
      "web/prod/VirtualService/http-d1",
      "web/prod/VirtualService/http-d2",
    ]);
    expect(stdin(commands.get("http-d1"))).toMatchInlineSnapshot(`
      "# generation 1
      # lvs host document 1, owner web/prod/VirtualService/http-d1
      [settings]
      drain = 5
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
      "
    `);
    expect(isSecret(commands.get("http-d1")?.inputs["stdin"])).toBe(false);
  });

  test("may say otherwise about what direct routing sets", async () => {
    const { commands } = await program(() => {
      new VirtualService("http", {
        ...service,
        directors: [d1],
        sysctls: { "net.ipv4.vs.conn_reuse_mode": "0", "net.ipv4.vs.expire_nodest_conn": "1" },
      });
    });
    expect(stdin(commands.get("http-d1")).match(/^net\..*/gm)).toEqual([
      "net.ipv4.vs.conn_reuse_mode = 0",
      "net.ipv4.vs.expire_nodest_conn = 1",
    ]);
  });

  test("takes settings of IPVS", async () => {
    const { commands, error } = await program(() => {
      const ipvs = { connReuseMode: pulumi.output(1), sloppyTcp: true };
      new VirtualService("http", { ...service, directors: [d1], ipvs });
    });
    expect(error).toBeUndefined();
    expect(stdin(commands.get("http-d1")).match(/^net\..*/gm)).toEqual([
      "net.ipv4.vs.conn_reuse_mode = 1",
      "net.ipv4.vs.sloppy_tcp = 1",
    ]);
  });

  test("keeps the names of the others when one director goes", async () => {
    const names = async (directors: (typeof d1)[]) => {
      const { commands } = await program(() => void new VirtualService("http", { ...service, directors }));
      return [...commands.keys()].sort();
    };
    expect(await names([d1, d2])).toEqual(["http-d1", "http-d2"]);
    expect(await names([d2])).toEqual(["http-d2"]);
  });

  test.each<[string, () => unknown, string]>([
    [
      "a host that cannot be told from others yet",
      () => [pulumi.output(d1)],
      "directors[0]: the host must be known when the program starts",
    ],
    [
      "the same director twice",
      () => [d1, d1],
      'directors[1].name: "d1" is already there, at directors[0].name',
    ],
    [
      "a list that is not known yet",
      () => pulumi.output([d1]),
      "directors: the list itself must be known when the program starts",
    ],
    ["no list", () => undefined, "directors: missing: give a list of directors"],
  ])("refuses %s", async (_, directors, reason) => {
    const { error, commands } = await program(
      () => void new VirtualService("http", { ...service, directors: directors() as (typeof d1)[] }),
    );
    expect(error?.message).toContain(reason);
    expect(commands.size).toBe(0);
  });
});

describe("Cluster", () => {
  const args: ClusterArgs = {
    vips: [vip],
    directors: [d1],
    realServers: [{ ...r1, weight: 3 }, r2],
    services: [{ port: 80 }, { port: 53, protocol: "udp" }],
    webServer: { kind: "nginx" },
  };
  const cluster = (more: Partial<ClusterArgs> = {}) =>
    program(() => void new Cluster("web", { ...args, ...more }));

  test("has one owner for each host", async () => {
    const { commands, error } = await cluster();
    expect(error).toBeUndefined();
    expect(owners(commands)).toEqual([
      "web/prod/Director/web-d1",
      "web/prod/RealServer/web-r1",
      "web/prod/RealServer/web-r2",
    ]);
    expect(stdin(commands.get("web-d1"))).toMatchInlineSnapshot(`
      "# generation 1
      # lvs host document 1, owner web/prod/Director/web-d1
      [settings]
      drain = 30
      keepalived-leaves = last
      parents = lvs:index:Cluster
      [packages]
      ipvsadm
      [modules]
      ip_vs
      ip_vs_wrr
      [sysctl]
      net.ipv4.vs.conn_reuse_mode = 2
      [ipvs]
      -A -t 198.18.0.100:80 -s wrr
      -a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 3
      -a -t 198.18.0.100:80 -r 198.18.0.22:80 -g -w 1
      -A -u 198.18.0.100:53 -s wrr
      -a -u 198.18.0.100:53 -r 198.18.0.21:53 -g -w 3
      -a -u 198.18.0.100:53 -r 198.18.0.22:53 -g -w 1
      [firewall]
      notrack tcp 80 to 198.18.0.100
      notrack udp 53 to 198.18.0.100
      [openings]
      accept 53/udp to 198.18.0.100 dev eth0
      accept 80/tcp to 198.18.0.100 dev eth0
      [addresses]
      198.18.0.100/32 dev eth0
      # end
      "
    `);
  });

  test("has its real servers ready before its directors send anyone there", async () => {
    const { resources } = await cluster();
    const dependencies = (type: string, name: string) =>
      resources.find((each) => each.type === type && each.name === name)?.options.dependencies.sort();
    // A component waits for what it depends on, and its children wait for it.
    const urn = (name: string) =>
      `urn:pulumi:prod::web::lvs:index:RealServer$command:remote:Command::${name}`;
    expect(dependencies("lvs:index:Director", "web-d1")).toEqual([
      urn("web-r1"),
      urn("web-r1-release"),
      urn("web-r2"),
      urn("web-r2-release"),
    ]);
    expect(dependencies("lvs:index:RealServer", "web-r1")).toEqual([]);
  });

  test("makes the same documents in whatever order it is written", async () => {
    const documents = ({ commands }: { commands: Map<string, Registered> }) =>
      [...commands].map(([name, command]) => `${name}: ${stdin(command)}`).sort();
    const turned = {
      realServers: [r2, { ...r1, weight: 3 }],
      services: [...(args.services as object[])].reverse(),
    };
    expect(documents(await cluster(turned as Partial<ClusterArgs>))).toEqual(documents(await cluster()));
  });

  test("names a child that a user adds like any other component", async () => {
    const { commands } = await program(() => {
      const web = new Cluster("web", args);
      new RealServer("extra", { host: host("198.18.0.23", { name: "r3" }), vips: [vip] }, { parent: web });
    });
    expect([...commands.keys()]).toContain("extra-r3");
  });

  test("changes one line for one weight", async () => {
    const lines = async (weight: number) => {
      const { commands } = await cluster({ realServers: [{ ...r1, weight }, r2], services: [{ port: 80 }] });
      return stdin(commands.get("web-d1")).split("\n");
    };
    const [before, after] = [await lines(3), await lines(4)];
    expect(after.filter((line) => !before.includes(line))).toEqual([
      "-a -t 198.18.0.100:80 -r 198.18.0.21:80 -g -w 4",
    ]);
  });

  test("tells where clients connect to, and what it is made of", async () => {
    let web: Cluster | undefined;
    const { error } = await program(() => {
      web = new Cluster("web", { ...args, vips: [vip, "198.18.0.101"] });
    });
    expect(error).toBeUndefined();
    expect((await inClear(web!.endpoints))[0]).toEqual([
      "198.18.0.100:80",
      "198.18.0.100:53",
      "198.18.0.101:80",
      "198.18.0.101:53",
    ]);
    const { directors, realServers } = web!.nodes;
    const addresses = [...directors, ...realServers].map(({ address }) => address);
    expect(await inClear(...addresses)).toEqual(["198.18.0.11", "198.18.0.21", "198.18.0.22"]);
  });

  test("gives every VIP every service", async () => {
    const { commands } = await cluster({
      vips: [vip, "198.18.0.101"],
      services: [{ port: 80 }],
    });
    expect(stdin(commands.get("web-d1")).match(/^-A .*/gm)).toEqual([
      "-A -t 198.18.0.100:80 -s wrr",
      "-A -t 198.18.0.101:80 -s wrr",
    ]);
    expect(stdin(commands.get("web-r1")).match(/.* dev lo$/gm)).toEqual([
      "198.18.0.100/32 dev lo",
      "198.18.0.101/32 dev lo",
    ]);
  });

  test("takes a host whose address comes from another resource", async () => {
    const { error, commands } = await cluster({
      directors: [{ ...d1, address: pulumi.output("198.18.0.11") }],
    });
    expect(error).toBeUndefined();
    expect(owners(commands)).toContain("web/prod/Director/web-d1");
  });

  test("touches no host before all of its arguments are known to be good", async () => {
    const { commands, runs, error } = await cluster({ vips: [pulumi.output("198.18.0.11")] });
    expect(error?.message).toContain('vips[0]: "198.18.0.11" is a host\'s own address');
    expect([commands.size, runs.length]).toEqual([0, 0]);
  });

  test("says all that is wrong at once, before it makes anything", async () => {
    const { error, resources } = await cluster({
      vips: ["198.18.0.11"],
      realServers: [host("198.18.0.21", { connection: {} as never })],
      services: [{ port: 80 }, { port: 80 }, { port: 81, scheduler: "wwr" as "wrr" }],
    });
    const lines = error?.message.split("\n") ?? [];
    expect(lines[0]).toBe("5 arguments cannot be used:");
    expect(lines.slice(1).map((line) => line.trim().split(": ")[0])).toEqual([
      "realServers[0].connection",
      "realServers[0].connection.hostKey",
      "services[2].scheduler",
      "vips[0]",
      "services[1]",
    ]);
    expect(resources.map(({ type }) => type)).toEqual(["lvs:index:Cluster"]);
  });
});

test("two components with one owner on one host are refused", async () => {
  const { error } = await program(() => {
    new Cluster("web", { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] });
    new Director("web", { host: d1 });
  });
  expect(error?.stack).toBe(
    "two components are called web/prod/Director/web-d1 on d1 (198.18.0.11), and a host keeps one document for each name; give one of them another name",
  );
});

test("a name that no host would take is refused before any is looked at", async () => {
  const name = "é".repeat(40);
  const { error, runs } = await program(() => void new Director(name, { host: d1 }));
  expect(error?.message).toBe(
    `the name "${name}-d1" is too long: hosts know it as web/prod/Director/…, 261 characters of which 200 are possible; give a shorter one`,
  );
  expect(runs).toEqual([]);
});

// Pulumi shows all inputs of a component as soon as one of them differs: a new weight would be shown with every other input.
test("components register no inputs: what changes is said once, by the host's text", async () => {
  const { resources } = await program(() => {
    const cluster = { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] };
    new Cluster("web", { ...cluster, webServer: { kind: "nginx" }, drain: 3 });
    new VirtualService("http", { ...service, port: 8080, directors: [d2] });
  });
  const components = resources.filter(({ type }) => type.startsWith("lvs:"));
  expect(components.map(({ name, inputs }) => [name, inputs]).sort()).toEqual([
    ["http", {}],
    ["web", {}],
    ["web-d1", {}],
    ["web-r1", {}],
  ]);
});

test("the same program declares the same things again", async () => {
  const declare = () =>
    void new Cluster("web", { vips: [vip], directors: [d1], realServers: [r1], services: [{ port: 80 }] });
  const [first, second] = [await program(declare), await program(declare)];
  const registered = ({ resources }: { resources: Registered[] }) =>
    JSON.stringify(resources.map(({ name, inputs }) => [name, inputs]).sort());
  expect(registered(second)).toBe(registered(first));
});

describe("a component without arguments, as JavaScript lets it be", () => {
  test.each<[string, new (name: string, args: never) => unknown, string]>([
    ["Cluster", Cluster, "missing: give the arguments of a Cluster"],
    ["Director", Director, "missing: give the arguments of a Director"],
    ["KeepalivedPair", KeepalivedPair, "missing: give the arguments of a KeepalivedPair"],
    ["RealServer", RealServer, "missing: give the arguments of a RealServer"],
    ["VirtualService", VirtualService, "missing: give the arguments of a VirtualService"],
  ])("%s is refused in words", async (_, component, reason) => {
    const { error } = await program(() => void new component("x", undefined as never));
    expect(error?.message).toContain(reason);
  });
});

describe("a connection for all hosts of a component", () => {
  const bare = (name: string, address: string) => ({ name, address, interface: "eth0" });
  const shared = { privateKey, knownHosts: `198.18.0.* ${hostKey}`, user: "admin" };
  const declare = (more: Partial<ClusterArgs> = {}) =>
    program(
      () =>
        void new Cluster("web", {
          vips: [vip],
          connection: shared,
          directors: [bare("d1", "198.18.0.11")],
          realServers: [bare("r1", "198.18.0.21")],
          services: [{ port: 80 }],
          ...more,
        }),
    );
  const connectionOf = ({ commands, error }: Awaited<ReturnType<typeof declare>>, name: string) => {
    expect(error).toBeUndefined();
    return secretly(commands.get(name)?.inputs["connection"]);
  };

  test("is each host's, with the key that known_hosts have for it", async () => {
    const result = await declare();
    const expected = { port: 22, user: "admin", privateKey, hostKey };
    expect(connectionOf(result, "web-d1")).toMatchObject({ host: "198.18.0.11", ...expected });
    expect(connectionOf(result, "web-r1")).toMatchObject({ host: "198.18.0.21", ...expected });
    expect(isSecret(result.commands.get("web-d1")?.inputs["stdin"])).toBe(false);
  });

  test("may be known later, and gives way to what a host says itself", async () => {
    const own = { user: "root", password: "p", insecureHostKey: true };
    const result = await declare({
      connection: pulumi.output(shared),
      directors: [{ ...bare("d1", "198.18.0.11"), connection: own }],
    });
    const other = connectionOf(result, "web-d1");
    expect(other).toMatchObject({ host: "198.18.0.11", user: "root", password: "p" });
    expect(other).not.toHaveProperty("hostKey");
    expect(other).not.toHaveProperty("privateKey");
    expect(connectionOf(result, "web-r1")).toMatchObject({ user: "admin", hostKey });
  });

  test("is said once, where something is wrong with it, and for each host what is missing there", async () => {
    const { error } = await declare({
      connection: { ...shared, port: 0, knownHosts: `198.18.0.11 ${hostKey}` },
    });
    expect(
      error?.message
        .split("\n")
        .slice(1)
        .map((line) => line.trim()),
    ).toEqual(["connection.port: 0 is not a port: give a whole number from 1 to 65535"]);
    const { error: missing } = await declare({
      connection: { ...shared, knownHosts: `198.18.0.11 ${hostKey}` },
    });
    expect(missing?.message).toBe(
      "an argument cannot be used:\n  realServers[0].connection.knownHosts: has no key of 198.18.0.21 that can be used: add what ssh-keyscan 198.18.0.21 prints",
    );
  });

  test("is of no use for a host that is an Output as a whole: that is refused", async () => {
    const later = pulumi.output(bare("r1", "198.18.0.21")) as never;
    const { error } = await program(
      () => void new RealServer("r1", { host: later, vips: [vip], connection: shared }),
    );
    expect(error?.message).toContain("host: the host must be known when the program starts");
  });

  test("is for no host that trusts whoever answers, even if it says so later", async () => {
    const result = await declare({
      directors: [
        {
          ...bare("d1", "198.18.0.11"),
          connection: { password: "own", insecureHostKey: pulumi.output(true) },
        },
      ],
    });
    const own = connectionOf(result, "web-d1");
    expect(own).toMatchObject({ password: "own" });
    expect(own).not.toHaveProperty("privateKey");
    expect(own).not.toHaveProperty("hostKey");
  });

  test.each([null, "x", 7])("%j instead of one is refused in words", async (given) => {
    const { error } = await declare({ connection: given as never });
    expect(error?.message).toContain(
      `connection: ${JSON.stringify(given)} is not a connection for all hosts`,
    );
  });

  test("is a VirtualService's and a KeepalivedPair's as well", async () => {
    const { commands, error } = await program(() => {
      new Director("first", { host: bare("d1", "198.18.0.11"), connection: shared });
      new VirtualService("http", {
        ...service,
        directors: [bare("d1", "198.18.0.11"), bare("d2", "198.18.0.12")],
        connection: { ...shared, user: "other" },
      });
      new KeepalivedPair("lb", {
        vips: ["198.18.0.99"],
        directors: [bare("d3", "198.18.0.13"), bare("d4", "198.18.0.14")],
        connection: shared,
      });
    });
    expect(error).toBeUndefined();
    const users = Object.fromEntries(
      [...commands].map(([name, { inputs }]) => [
        name,
        (secretly(inputs["connection"]) as { user: string }).user,
      ]),
    );
    expect(users).toEqual({
      "first-d1": "admin",
      "http-d1": "other",
      "http-d2": "other",
      "lb-d3": "admin",
      "lb-d4": "admin",
    });
  });
});
