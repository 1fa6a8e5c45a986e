import { describe, expect, test } from "vitest";
import { completeConnection, mergedConnection } from "../../../components/model/connection";
import { fingerprint, readHostKey } from "../../../components/model/hostKey";
import { accessOf, deviceOf, host as shape, placeOf, sysctlDeviceOf } from "../../../components/model/host";
import { later } from "../../../components/model/shape";
import { named } from "./keys";
import { host, hostKey, privateKey } from "./samples";

const secret = "s3cret value";

function problems(spoilt: object): string[] {
  return shape({ ...host("198.18.0.11"), ...spoilt }, "h").map(({ path, reason }) => `${path}: ${reason}`);
}

describe("what is wrong with a host", () => {
  const connection = (more: object) => ({ connection: { privateKey, hostKey, ...more } });
  test.each<[string, object, string[]]>([
    ["nothing", {}, []],
    ["no address", { address: undefined }, ["h.address: missing: give an IPv4 or IPv6 address as text"]],
    [
      "loopback address",
      { address: "127.0.0.1" },
      ['h.address: "127.0.0.1" is a loopback address, which cannot be a host'],
    ],
    [
      "no connection",
      { connection: undefined },
      [expect.stringMatching(/^h\.connection: missing: say how to log in to the host/)],
    ],
    [
      "no credentials",
      { connection: { hostKey } },
      ["h.connection: no credentials: give privateKey, password or agentSocketPath"],
    ],
    [
      "no host key",
      { connection: { privateKey } },
      [expect.stringMatching(/^h\.connection\.hostKey: missing: /)],
    ],
    [
      "host key refused",
      { connection: { privateKey, insecureHostKey: false } },
      [expect.stringMatching(/^h\.connection\.hostKey: missing: /)],
    ],
    ["host key given up", { connection: { privateKey, insecureHostKey: true } }, []],
    [
      "both",
      connection({ insecureHostKey: true }),
      ["h.connection.insecureHostKey: true contradicts hostKey: give one of the two"],
    ],
    [
      "host key of no kind",
      connection({ hostKey: "AAAAC3Nza" }),
      [expect.stringMatching(/^h\.connection\.hostKey: "AAAAC3Nza" is not a host key/)],
    ],
    [
      "host key of another kind than it says",
      connection({ hostKey: hostKey.replace("ssh-ed25519", "ssh-rsa") }),
      [expect.stringMatching(/is not a host key/)],
    ],
    [
      "host key that is cut over two lines",
      connection({ hostKey: hostKey.replace(" ", "\n") }),
      [expect.stringMatching(/is not a host key/)],
    ],
    ["host key with a comment", connection({ hostKey: `${hostKey} root@d1\n` }), []],
    [
      "key's password without a key",
      { connection: { password: secret, hostKey, privateKeyPassword: secret } },
      ["h.connection.privateKeyPassword: is the password of a private key, and there is no privateKey"],
    ],
    [
      "a key's file name",
      connection({ privateKey: "~/.ssh/id" }),
      [
        expect.stringMatching(
          /^h\.connection\.privateKey: is not a private key .*\(the value is not shown\)$/,
        ),
      ],
    ],
    [
      "port",
      connection({ port: 0 }),
      ["h.connection.port: 0 is not a port: give a whole number from 1 to 65535"],
    ],
    [
      "user",
      connection({ user: "root; id" }),
      [expect.stringMatching(/^h\.connection\.user: "root; id" is not a user name/)],
    ],
    [
      "host to connect to",
      connection({ host: "-oProxyCommand=id" }),
      [expect.stringMatching(/^h\.connection\.host: /)],
    ],
    [
      "proxy without a host",
      connection({ proxy: { privateKey, hostKey } }),
      ["h.connection.proxy.host: missing: the name or address of the proxy"],
    ],
    [
      "proxy without a host key",
      connection({ proxy: { host: "b", privateKey } }),
      [expect.stringMatching(/^h\.connection\.proxy\.hostKey: missing/)],
    ],
    [
      "what belongs into the connection",
      { user: "admin", proxy: {} },
      [
        "h.user: is no member of a host: give it in connection",
        "h.proxy: is no member of a host: give it in connection",
      ],
    ],
    ["become", { become: "su" }, ['h.become: "su" is not a way to become root: give one of sudo, none']],
    ["interface too long", { interface: "abcdefghijklmnop" }, [expect.stringMatching(/^h\.interface: /)]],
    // sysctl(8) writes dots as slashes, and two in a row are a path of no kernel parameter.
    ["interface with two dots in a row", { interface: "eth0.." }, [expect.stringMatching(/^h\.interface: /)]],
    ["interface with a slash", { interface: "eth0/1" }, [expect.stringMatching(/^h\.interface: /)]],
    [
      "system that is not known",
      { assumeRelease: "ubuntu2404" },
      [
        'h.assumeRelease: "ubuntu2404" is not a release that this package knows: give one of el7, el8, el9, el10, debian12, debian13',
      ],
    ],
    ["system that is known", { assumeRelease: "debian13", installPackages: true }, []],
    ["word for yes", { installPackages: "yes" }, ['h.installPackages: "yes" is neither true nor false']],
    ["interface with a blank", { interface: "eth 0" }, [expect.stringMatching(/^h\.interface: /)]],
    ["interface like a lookup", { interface: "@198.18.0.1" }, [expect.stringMatching(/^h\.interface: /)]],
    ["interface of a VLAN", { interface: "bond0.100" }, []],
    ["name", { name: "d 1" }, [expect.stringMatching(/^h\.name: "d 1" is not a host's name/)]],
  ])("%s", (_, spoilt, expected) => {
    expect(problems(spoilt)).toEqual(expected);
  });

  test("no secret is ever shown", () => {
    const bad = { privateKey: secret, password: { secret }, privateKeyPassword: [secret], hostKey };
    const found = problems({ connection: { ...bad, proxy: { ...bad, host: "b" } } });
    expect(found.length).toBeGreaterThanOrEqual(6);
    expect(found.join("\n")).not.toContain(secret);
  });

  test("what is not known yet is not wrong", () => {
    expect(problems({ address: later, connection: later, interface: later, become: later })).toEqual([]);
    expect(
      problems({ connection: { privateKey: later, hostKey: later, insecureHostKey: later, port: later } }),
    ).toEqual([]);
  });
});

test.each<[string, object, string]>([
  ["root", {}, "none"],
  ["another user", { connection: { privateKey, hostKey, user: "admin" } }, "sudo"],
  [
    "another user who says so",
    { connection: { privateKey, hostKey, user: "admin" }, become: "none" },
    "none",
  ],
  ["root who says so", { become: "sudo" }, "sudo"],
])("the rights of %s", (_, more, expected) => {
  expect(accessOf(host("198.18.0.11", more)).become).toBe(expected);
});

test("a complete connection holds what it knows and nothing else", () => {
  const given = {
    password: "p",
    insecureHostKey: true,
    stray: secret,
    proxy: { host: "b", password: "q", hostKey, stray: secret },
  };
  expect(completeConnection(given, "198.18.0.11")).toEqual({
    host: "198.18.0.11",
    port: 22,
    user: "root",
    password: "p",
    proxy: { host: "b", port: 22, user: "root", password: "q", hostKey },
  });
});

test("a host's interface, by name or to be looked up", () => {
  const named = placeOf(host("198.18.0.11", { interface: "bond0.100", name: "d1" }));
  const unnamed = placeOf(host("198.18.0.11"));
  expect([deviceOf(named, "IPv4"), sysctlDeviceOf(named), named.name]).toEqual([
    "bond0.100",
    "bond0/100",
    "d1",
  ]);
  expect([deviceOf(unnamed, "IPv4"), sysctlDeviceOf(unnamed), unnamed.name]).toEqual([
    "@198.18.0.11",
    "@198.18.0.11",
    "198.18.0.11",
  ]);
});

test("a fingerprint as ssh-keygen prints it", () => {
  expect(fingerprint(readHostKey(hostKey)?.blob ?? Buffer.of())).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
});

describe("a host key", () => {
  const [ed25519, ecdsa, rsa] = [hostKey, named("ecdsa-sha2-nistp256"), named("ssh-rsa")];
  const used = (text: string) => completeConnection({ privateKey, hostKey: text }, "198.18.0.11").hostKey;

  test.each<[string, string, string]>([
    ["a line of authorized_keys", `${ed25519} root@d1\n`, ed25519],
    ["a line of known_hosts", `d1.example.com,198.18.0.11 ${ed25519}`, ed25519],
    ["a line of known_hosts with a port", `[198.18.0.11]:2222 ${rsa}`, rsa],
    [
      "all that ssh-keyscan prints",
      `# 198.18.0.11:22 SSH-2.0-OpenSSH_8.7\n198.18.0.11 ${rsa}\n# 198.18.0.11:22 SSH-2.0-OpenSSH_8.7\n198.18.0.11 ${ecdsa}\n198.18.0.11 ${ed25519}\n`,
      ed25519,
    ],
    ["two names of one host", `d1 ${rsa}\nd1,198.18.0.11 ${ed25519}`, ed25519],
    ["two keys", `d1 ${rsa}\r\nd1 ${ecdsa}`, ecdsa],
  ])("%s", (_, text, expected) => {
    expect(problems({ connection: { privateKey, hostKey: text } })).toEqual([]);
    expect(used(text)).toBe(expected);
  });

  test.each([
    ["", "nothing"],
    ["# only a comment", "a comment"],
    [`d1 ${ed25519}\nd1 ssh-ed25519`, "a line that is cut off"],
    ["ssh-dss AAAAB3NzaC1kc3MAAACBAP", "a kind that nobody should use"],
    [`@revoked d1 ${ed25519}`, "a key that is revoked"],
    [ed25519.replace("ssh-ed25519", "ssh-rsa"), "a key of another kind than it says"],
    [`web1 ${rsa}\nweb2 ${ed25519}`, "keys of two hosts"],
  ])("%j (%s) is none", (text) => {
    expect(problems({ connection: { privateKey, hostKey: text } })).toEqual([
      expect.stringMatching(/^h\.connection\.hostKey: .* is not a host key/),
    ]);
  });
});

describe("a connection that hosts share", () => {
  const shared = { privateKey, knownHosts: `* ${hostKey}`, user: "admin" };

  test.each<[string, object, object]>([
    ["nothing of its own", {}, shared],
    ["another user", { user: "root" }, { ...shared, user: "root" }],
    ["a user that is not given", { user: undefined }, shared],
    ["a key of its own", { hostKey }, { privateKey, user: "admin", hostKey }],
    ["no wish to trust whoever answers", { insecureHostKey: false }, { ...shared, insecureHostKey: false }],
    ["trust in whoever answers", { insecureHostKey: true }, { user: "admin", insecureHostKey: true }],
    ["a password", { password: "p" }, { knownHosts: shared.knownHosts, user: "admin", password: "p" }],
    ["a key that is not known yet", { hostKey: later }, { privateKey, user: "admin", hostKey: later }],
  ])("gives way to a host with %s", (_, own, expected) => {
    expect(mergedConnection(shared, { ...own })).toEqual(expected);
  });
});

test("a host without a key that is known is never connected to, unless it is said so", () => {
  expect(() => completeConnection({ privateKey }, "198.18.0.11")).toThrow(
    "no host key of 198.18.0.11 is known",
  );
  expect(completeConnection({ privateKey, insecureHostKey: true }, "198.18.0.11").hostKey).toBeUndefined();
});
