import { describe, expect, it, test } from "vitest";
import { completeConnection } from "../../../components/model/connection";
import { hostKeyLine } from "../../../components/model/hostKey";
import { host as shape } from "../../../components/model/host";
import { lookUp } from "../../../components/model/knownHosts";
import { later } from "../../../components/model/shape";
import { named } from "./keys";
import { hostKey as ed25519, privateKey } from "./samples";

const [ecdsa, rsa] = [named("ecdsa-sha2-nistp256"), named("ssh-rsa")];
const other = named("ssh-ed25519");

const found = (text: string, names = ["198.18.0.11"], port = 22) => {
  const key = lookUp(text, names, port);
  return key === undefined ? "none" : hostKeyLine(key);
};

describe("known_hosts", () => {
  test.each<[string, string, string]>([
    ["a name", `198.18.0.11 ${ed25519}`, ed25519],
    ["one of several names", `d1,d1.example.com,198.18.0.11 ${ed25519} root@d1`, ed25519],
    [
      "other hosts around it",
      `# mine\n\n198.18.0.12 ${rsa}\n198.18.0.11 ${ed25519}\n198.18.0.13 ${rsa}`,
      ed25519,
    ],
    ["a pattern", `198.18.0.* ${ed25519}`, ed25519],
    ["a pattern that leaves it out", `198.18.0.*,!198.18.0.11 ${ed25519}`, "none"],
    ["a pattern of single characters", `198.18.0.?? ${ed25519}`, ed25519],
    ["a name that only looks like a pattern", `198x18.0.11 ${ed25519}`, "none"],
    ["several keys, of which the preferred one is used", `198.18.0.11 ${rsa}\n198.18.0.11 ${ecdsa}`, ecdsa],
    [
      "a key of a kind that is not used beside one that is",
      `198.18.0.11 ssh-dss AAAA\n198.18.0.11 ${rsa}`,
      rsa,
    ],
    ["another port", `[198.18.0.11]:2222 ${ed25519}`, "none"],
    ["a key that is revoked", `198.18.0.11 ${ed25519}\n@revoked * ${ed25519}`, "none"],
    ["the key of an authority", `@cert-authority * ${ed25519}`, "none"],
    ["nothing", "", "none"],
  ])("with %s", (_, text, expected) => {
    expect(found(text)).toBe(expected);
  });

  // As `ssh-keygen -H` writes 198.18.0.11 and [d1.example.com]:2222.
  const hashed = [
    `|1|DPadofywhcOnOpm5RNAmOCxnozk=|pbcwEWNBD+yZtRWVwDV/K1ygXoY= ${ed25519}`,
    `|1|k3mL5xwp28zKh5xWUQl/PsltEQE=|8usS09hF+3I1Dkm9VVml9n7riVE= ${other}`,
  ].join("\n");

  it("with names that are hashed", () => {
    expect(found(hashed)).toBe(ed25519);
    expect(found(hashed, ["D1.example.com"], 2222)).toBe(other);
    expect(found(hashed, ["d1.example.com"])).toBe("none");
    expect(found(hashed, ["198.18.0.12"])).toBe("none");
  });

  it("with the name that is connected to; only where no line speaks of that, with the host's address", () => {
    // (Another machine may have the same address elsewhere.)
    const text = `d1 ${rsa}\n198.18.0.11 ${ed25519}`;
    expect(found(text, ["d1", "198.18.0.11"])).toBe(rsa);
    expect(found(text, ["d2", "198.18.0.11"])).toBe(ed25519);
    expect(found(`*,!d1 ${ed25519}`, ["d1", "198.18.0.11"])).toBe("none");
    expect(
      found(`@revoked * ${rsa}\n@cert-authority * ${ecdsa}\n198.18.0.11 ${ed25519}`, ["d1", "198.18.0.11"]),
    ).toBe(ed25519);
    expect(found(`@revoked 198.18.0.11 ${rsa}\nd1 ${rsa}`, ["d1", "198.18.0.11"])).toBe("none");
    expect(found(`[d1]:2222 ${rsa}\n[198.18.0.11]:2222 ${ed25519}`, ["d1", "198.18.0.11"], 2222)).toBe(rsa);
  });
});

describe("a host's connection with known_hosts", () => {
  const knownHosts = `198.18.0.11 ${ed25519}\n[bastion]:2200 ${rsa}`;
  const problems = (connection: object) =>
    shape({ name: "d1", address: "198.18.0.11", connection: { privateKey, ...connection } }, "h").map(
      ({ path, reason }) => `${path}: ${reason}`,
    );

  it("has the key that stands there, and its proxy, too", () => {
    const given = { privateKey, knownHosts, proxy: { host: "bastion", port: 2200, privateKey, knownHosts } };
    expect(problems(given)).toEqual([]);
    const complete = completeConnection(given, "198.18.0.11");
    expect([complete.hostKey, complete.proxy?.hostKey]).toEqual([ed25519, rsa]);
    expect(complete).not.toHaveProperty("knownHosts");
  });

  it("is refused where they have none", () => {
    expect(problems({ knownHosts: `198.18.0.12 ${ed25519}` })).toEqual([
      "h.connection.knownHosts: has no key of 198.18.0.11 that can be used: add what ssh-keyscan 198.18.0.11 prints",
    ]);
    expect(problems({ knownHosts, host: "d1", port: 2222 })).toEqual([
      "h.connection.knownHosts: has no key of d1 or 198.18.0.11 at port 2222 that can be used: add what ssh-keyscan -p 2222 d1 prints",
    ]);
    expect(problems({ knownHosts, proxy: { host: "b", privateKey, knownHosts } })).toEqual([
      "h.connection.proxy.knownHosts: has no key of b that can be used: add what ssh-keyscan b prints",
    ]);
  });

  it("is not refused as long as a name that they may have is not known", () => {
    const given = { connection: { privateKey, host: "d1", knownHosts } };
    const found = shape({ name: "d1", address: later, ...given }, "h");
    expect(found).toEqual([]);
  });

  it("is refused where it says two things", () => {
    expect(problems({ knownHosts, hostKey: ed25519 })).toEqual([
      "h.connection.knownHosts: contradicts hostKey: give one of the two",
    ]);
    expect(problems({ knownHosts, insecureHostKey: true })).toEqual([
      "h.connection.insecureHostKey: true contradicts knownHosts: give one of the two",
    ]);
  });
});
