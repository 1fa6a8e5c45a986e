// The text of a known_hosts file, sshd(8), SSH_KNOWN_HOSTS FILE FORMAT.
import { createHmac } from "node:crypto";
import { type HostKey, preferred, readKeyLine } from "./hostKey";

/**
 * The key that it has for a host: by one of these names, at this port. Undefined where it has none, or only keys that are revoked, of certificate
 * authorities, or of kinds that are not used. Of several keys it is the one that `preferred` names.
 */
export function lookUp(knownHosts: string, names: string[], port: number): HostKey | undefined {
  const wanted = names.map((name) => (port === 22 ? name : `[${name}]:${port}`).toLowerCase());
  const entries = knownHosts.split(/\r?\n/).flatMap(readEntry);
  const own = entries.filter(({ hosts }) => wanted.some((name) => matches(hosts, name)));
  const revoked = new Set(own.filter(({ marker }) => marker === "@revoked").map(({ key }) => encoded(key)));
  return preferred(
    own.filter(({ marker, key }) => marker === undefined && !revoked.has(encoded(key))).map(({ key }) => key),
  );
}

interface Entry {
  marker: string | undefined;
  /** As it stands there: patterns with commas between them, or one name that is hashed. */
  hosts: string;
  key: HostKey;
}

const encoded = ({ blob }: HostKey) => blob.toString("base64");

/** No entry where the line is a comment, empty, or has no key that can be used. */
function readEntry(line: string): Entry[] {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
  const [hosts = "", ...rest] = words;
  const key = hosts.startsWith("#") ? undefined : readKeyLine(rest.join(" "));
  return key === undefined ? [] : [{ marker, hosts, key }];
}

function matches(hosts: string, name: string): boolean {
  const hashed = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(hosts);
  if (hashed) {
    const [, salt = "", sum] = hashed;
    return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === sum;
  }
  const patterns = hosts.toLowerCase().split(",");
  const excluded = patterns.some((each) => each.startsWith("!") && matchesPattern(each.slice(1), name));
  return !excluded && patterns.some((each) => !each.startsWith("!") && matchesPattern(each, name));
}

/** `*` stands for any text, `?` for one character. */
function matchesPattern(pattern: string, name: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(name);
}
