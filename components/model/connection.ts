import { createHash } from "node:crypto";
import {
  flag,
  hidden,
  isRecord,
  join,
  optional,
  type Problem,
  record,
  type Shape,
  text,
  value,
  wholeNumber,
} from "./shape";

/** How to log in to a host, nothing left open. */
export interface Hop {
  host: string;
  port: number;
  user: string;
  privateKey?: string;
  privateKeyPassword?: string;
  password?: string;
  agentSocketPath?: string;
  /** Absent: the user said `insecureHostKey`. */
  hostKey?: string;
}

/** How to reach a host, nothing left open. */
export interface Connection extends Hop {
  proxy?: Hop;
}

/** How a user says that he logs in, all values known. */
interface Login {
  /** The TCP port of sshd. */
  port?: number;
  /** The user to log in as. */
  user?: string;
  /** The private key itself. */
  privateKey?: string;
  /** The password that the private key is encrypted with. */
  privateKeyPassword?: string;
  /** The user's password. */
  password?: string;
  /** The path of an ssh agent's socket. */
  agentSocketPath?: string;
  /** The public key that the other side must show. */
  hostKey?: string;
  /** Whether to trust whichever host answers. */
  insecureHostKey?: boolean;
}

/** The host that leads to another one. */
export interface ProxyConnection extends Login {
  /** The name or address of the proxy. */
  host: string;
}

/** How to log in to a host. */
export interface HostConnection extends Login {
  /** The name or address to connect to. */
  host?: string;
  /** A host to go through. */
  proxy?: ProxyConnection;
}

const hostKeyAlgorithms = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
];

/** The two words of an authorized_keys line that matter. */
export function readHostKey(line: string): { algorithm: string; blob: Buffer } | undefined {
  const match = /^([a-z0-9-]+) ([A-Za-z0-9+/]+={0,2})(?: [^\r\n]*)?$/.exec(line.trim());
  const [algorithm, encoded] = [match?.[1], match?.[2]];
  if (algorithm === undefined || encoded === undefined || !hostKeyAlgorithms.includes(algorithm))
    return undefined;
  const blob = Buffer.from(encoded, "base64");
  // The blob begins with its own algorithm's name: 4 bytes of length, then the text.
  const named = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1") : "";
  return named === algorithm ? { algorithm, blob } : undefined;
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

const secretText = (what: string): Shape =>
  hidden((given) =>
    typeof given === "string" && given !== "" ? undefined : `is not ${what} (the value is not shown)`,
  );

const members: Record<string, Shape> = {
  host: optional(
    text(
      "a host name or address",
      /^[A-Za-z0-9:][A-Za-z0-9.:_-]{0,252}$/,
      "letters, digits, dots, dashes and colons",
    ),
  ),
  port: optional(wholeNumber("a port", 1, 65535)),
  user: optional(
    text(
      "a user name",
      /^[A-Za-z0-9_][A-Za-z0-9._@\\+-]{0,127}\$?$/,
      "letters, digits, dots, dashes and underscores",
    ),
  ),
  privateKey: optional(
    hidden((given) =>
      typeof given === "string" && given.includes("-----BEGIN ")
        ? undefined
        : "is not a private key in PEM or OpenSSH form: give the file's content, not its name (the value is not shown)",
    ),
  ),
  privateKeyPassword: optional(secretText("a password")),
  password: optional(secretText("a password")),
  agentSocketPath: optional(text("a path", /^\P{Cc}+$/u, "one line of text")),
  hostKey: optional(
    value((given) =>
      typeof given === "string" && readHostKey(given) !== undefined
        ? undefined
        : 'is not a host key: give a line such as "ssh-ed25519 AAAA…" (ssh-keyscan HOST prints it)',
    ),
  ),
  insecureHostKey: optional(flag),
};

const together: Shape = (given, path) => {
  if (!isRecord(given)) return [];
  const problems: Problem[] = [];
  const absent = (name: string) => given[name] === undefined;
  if (absent("privateKey") && absent("password") && absent("agentSocketPath")) {
    problems.push({ path, reason: "no credentials: give privateKey, password or agentSocketPath" });
  }
  if (!absent("privateKeyPassword") && absent("privateKey")) {
    problems.push({
      path: join(path, "privateKeyPassword"),
      reason: "is the password of a private key, and there is no privateKey",
    });
  }
  if (absent("hostKey") && (absent("insecureHostKey") || given["insecureHostKey"] === false)) {
    problems.push({
      path: join(path, "hostKey"),
      reason:
        "missing: give the host's public key (ssh-keyscan HOST prints it), or insecureHostKey: true to trust whoever answers",
    });
  }
  if (!absent("hostKey") && given["insecureHostKey"] === true) {
    problems.push({
      path: join(path, "insecureHostKey"),
      reason: "true contradicts hostKey: give one of the two",
    });
  }
  return problems;
};

const proxy = record("a connection", members, (given, path) => [
  ...together(given, path),
  ...(isRecord(given) && given["host"] === undefined
    ? [{ path: join(path, "host"), reason: "missing: the name or address of the proxy" }]
    : []),
]);

export const connection: Shape = record("a connection", { ...members, proxy: optional(proxy) }, together);

/** Fills in what the user left out. The arguments have passed `connection`. */
export function completeConnection(given: HostConnection, address: string): Connection {
  const hop = completeHop(given, address);
  return given.proxy === undefined ? hop : { ...hop, proxy: completeHop(given.proxy, address) };
}

// Member by member: whatever else the object holds (it may be a secret) does not travel on.
function completeHop(given: Login & { host?: string }, address: string): Hop {
  const hop: Hop = { host: given.host ?? address, port: given.port ?? 22, user: given.user ?? "root" };
  if (given.privateKey !== undefined) hop.privateKey = given.privateKey;
  if (given.privateKeyPassword !== undefined) hop.privateKeyPassword = given.privateKeyPassword;
  if (given.password !== undefined) hop.password = given.password;
  if (given.agentSocketPath !== undefined) hop.agentSocketPath = given.agentSocketPath;
  if (given.hostKey !== undefined) hop.hostKey = given.hostKey.trim();
  return hop;
}
