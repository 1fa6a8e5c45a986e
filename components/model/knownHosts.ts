// The text of a known_hosts file, sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
import { createHmac } from "node:crypto";
import { type HostKey, preferred, readKeyLine } from "./hostKey";

/**
 * The key for a host at this port. The first of these names that a line (without a marker) mentions counts. Undefined if there is no key,
 * or only keys that are revoked, of certificate authorities, or of kinds that are not used. Of several keys, `preferred` chooses one.
 */
export function lookUp(knownHosts: string, names: string[], port: number): HostKey | undefined {
  const entries = knownHosts.split(/\r?\n/).flatMap(readEntry);
  const wanted = names.map((name) => (port === 22 ? name : `[${name}]:${port}`).toLowerCase());
  const revoked = entries
    .filter(({ marker, hosts }) => marker === "@revoked" && wanted.some((name) => matches(hosts, name)))
    .map(({ key }) => encoded(key));
  const plain = entries.filter(({ marker }) => marker === undefined);
  for (const name of wanted) {
    const found = plain.map(({ hosts, key }) => ({ key, match: matches(hosts, name) }));
    if (found.every(({ match }) => match === undefined)) continue;
    const own = found.filter(({ match, key }) => match === true && !revoked.includes(encoded(key)));
    return preferred(own.map(({ key }) => key));
  }
  return undefined;
}

interface Entry {
  marker: string | undefined;
  /** The text of the line: patterns with commas between them, or one hashed name. */
  hosts: string;
  key: HostKey;
}

const encoded = ({ blob }: HostKey) => blob.toString("base64");

/** No entry if the line is a comment, is empty, or has no key that can be used. */
function readEntry(line: string): Entry[] {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
  const [hosts = "", ...rest] = words;
  const key = hosts.startsWith("#") ? undefined : readKeyLine(rest.join(" "));
  return key === undefined ? [] : [{ marker, hosts, key }];
}

/** Whether a line is about the name: false if it excludes the name, undefined if it does not mention it. */
function matches(hosts: string, name: string): boolean | undefined {
  const hashed = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(hosts);
  if (hashed) {
    const [, salt = "", sum] = hashed;
    const own = createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64");
    return own === sum ? true : undefined;
  }
  const patterns = hosts.toLowerCase().split(",");
  if (patterns.some((each) => each.startsWith("!") && matchesPattern(each.slice(1), name))) return false;
  return patterns.some((each) => !each.startsWith("!") && matchesPattern(each, name)) ? true : undefined;
}

/** `*` stands for any text, `?` for one character. */
function matchesPattern(pattern: string, name: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);
}
