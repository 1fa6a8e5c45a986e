import type { ConnectionArgs, LoginArgs, ProxyArgs, SharedConnectionArgs } from "../args/host";
import type { Known } from "../args/known";
import { hostKeyLine, readHostKey } from "./hostKey";
import { lookUp } from "./knownHosts";
import {
  flag,
  hidden,
  isRecord,
  join,
  later,
  optional,
  type Problem,
  record,
  type Shape,
  text,
  value,
  wholeNumber,
} from "./shape";

/** How to log in to a host, with all defaults filled in. */
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

/** How to reach a host, with all defaults filled in. */
export interface Connection extends Hop {
  proxy?: Hop;
}

const secretText = (what: string): Shape =>
  hidden((given) =>
    typeof given === "string" && given !== "" ? undefined : `is not ${what} (the value is not shown)`,
  );

const hostToConnectTo = text(
  "a host name or address",
  /^[A-Za-z0-9:][A-Za-z0-9.:_-]{0,252}$/,
  "letters, digits, dots, dashes and colons",
);

const loginMembers: Record<keyof LoginArgs, Shape> = {
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
        : 'is not a host key: give a line such as "ssh-ed25519 AAAA…", or what ssh-keyscan HOST prints of this one host (a known_hosts file, also with hashed names, goes into knownHosts)',
    ),
  ),
  knownHosts: optional(text("the text of a known_hosts file", /\S/, "lines such as ssh-keyscan HOST prints")),
  insecureHostKey: optional(flag),
};

const connectionRules: Shape = (given, path) => {
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
  const ways = ["hostKey", "knownHosts"].filter((name) => !absent(name));
  if (ways.length === 0 && (absent("insecureHostKey") || given["insecureHostKey"] === false)) {
    problems.push({
      path: join(path, "hostKey"),
      reason:
        "missing: give the host's public key (ssh-keyscan HOST prints it), knownHosts, or insecureHostKey: true to trust whoever answers",
    });
  }
  for (const way of ways) {
    if (given["insecureHostKey"] !== true) continue;
    problems.push({
      path: join(path, "insecureHostKey"),
      reason: `true contradicts ${way}: give one of the two`,
    });
  }
  if (ways.length > 1)
    problems.push({ path: join(path, "knownHosts"), reason: "contradicts hostKey: give one of the two" });
  return problems;
};

const proxyMembers: Record<keyof ProxyArgs, Shape> = { host: optional(hostToConnectTo), ...loginMembers };

const proxy = record("a connection", proxyMembers, (given, path) => [
  ...connectionRules(given, path),
  ...(isRecord(given) && given["host"] === undefined
    ? [{ path: join(path, "host"), reason: "missing: the name or address of the proxy" }]
    : []),
]);

const sharedMembers: Record<keyof SharedConnectionArgs, Shape> = { ...loginMembers, proxy: optional(proxy) };

const members: Record<keyof ConnectionArgs, Shape> = { host: optional(hostToConnectTo), ...sharedMembers };

const whole = record("a connection", members, connectionRules);

export const connection: Shape = (given, path) =>
  given === undefined
    ? [{ path, reason: "missing: say how to log in to the host, here or for all hosts of the component" }]
    : whole(given, path);

/** A component's connection for all of its hosts. Each host must have what is missing in it; otherwise that host has the problem. */
export const sharedConnection: Shape = record("a connection for all hosts", sharedMembers);

/** Members that belong together: those by which a host proves its identity, and those by which the user does. */
const groups = [
  ["hostKey", "knownHosts", "insecureHostKey"],
  ["privateKey", "privateKeyPassword", "password", "agentSocketPath"],
];

/**
 * A host's own connection, completed by the shared one. If a host sets one member of a group, the whole group is its own: the password for
 * other hosts must not be sent to a host that nobody verifies.
 */
export function mergedConnection(
  shared: Record<string, unknown>,
  own: Record<string, unknown>,
): Record<string, unknown> {
  const said = Object.entries(own).filter(([, value]) => value !== undefined);
  const replaced = groups
    .filter((group) => said.some(([name, value]) => group.includes(name) && value !== false))
    .flat();
  // (With `insecureHostKey` of its own, a host does not get shared credentials either.)
  const withheld = own["insecureHostKey"] === true ? groups.flat() : replaced;
  return Object.fromEntries([
    ...Object.entries(shared).filter(([name]) => !withheld.includes(name)),
    ...said,
  ]);
}

/** Members of a host that belong in its `connection`. */
export function misplaced(given: Record<string, unknown>, path: string): Problem[] {
  return Object.keys(members)
    .filter((name) => given[name] !== undefined)
    .map((name) => ({ path: join(path, name), reason: "is no member of a host: give it in connection" }));
}

/** Whether the given known_hosts have the key of the host at this address, and that of its proxy. */
export function keysAreKnown(given: unknown, address: unknown, path: string): Problem[] {
  if (!isRecord(given)) return [];
  const { host, port = 22, knownHosts, proxy: through } = given;
  const names = [host, address].filter((name) => typeof name === "string");
  const namesAreKnown = names.length > 0 && host !== later && address !== later;
  const sure = typeof knownHosts === "string" && namesAreKnown && typeof port === "number" && port > 0;
  return [
    ...(sure && lookUp(knownHosts, names, port) === undefined
      ? [
          {
            path: join(path, "knownHosts"),
            reason: `has no key of ${names.join(" or ")}${port === 22 ? "" : ` at port ${port}`} that can be used: add what ssh-keyscan${port === 22 ? "" : ` -p ${port}`} ${names[0]} prints`,
          },
        ]
      : []),
    ...keysAreKnown(through, undefined, join(path, "proxy")),
  ];
}

/** Fills in the defaults. The arguments have passed `connection` and `keysAreKnown`. */
export function completeConnection(given: Known<ConnectionArgs>, address: string): Connection {
  const hop = completeHop(given, address);
  return given.proxy === undefined ? hop : { ...hop, proxy: completeHop(given.proxy, given.proxy.host) };
}

// Copies each member by name: other members of the object (they may be secrets) are not passed on.
function completeHop(given: Known<LoginArgs> & { host?: string }, address: string): Hop {
  const hop: Hop = { host: given.host ?? address, port: given.port ?? 22, user: given.user ?? "root" };
  if (given.privateKey !== undefined) hop.privateKey = given.privateKey;
  if (given.privateKeyPassword !== undefined) hop.privateKeyPassword = given.privateKeyPassword;
  if (given.password !== undefined) hop.password = given.password;
  if (given.agentSocketPath !== undefined) hop.agentSocketPath = given.agentSocketPath;
  const key =
    given.knownHosts === undefined
      ? given.hostKey && readHostKey(given.hostKey)
      : lookUp(given.knownHosts, [hop.host, address], hop.port);
  if (key) hop.hostKey = hostKeyLine(key);
  // (The checks before have made sure of this. A session without a key would trust any host that answers.)
  else if (given.insecureHostKey !== true) throw new Error(`no host key of ${hop.host} is known`);
  return hop;
}
