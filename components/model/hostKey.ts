// The public key of a host.
import { createHash } from "node:crypto";

export interface HostKey {
  algorithm: string;
  blob: Buffer;
}

/** The algorithms that are used, the best first. */
const algorithms = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "ssh-rsa",
];

/**
 * The key in a line of authorized_keys (`ALGORITHM KEY [COMMENT]`) or of known_hosts (`HOST ALGORITHM KEY`), sshd(8); of several lines,
 * such as the output of ssh-keyscan, the preferred key. Undefined if a line is neither of these, nor a comment, nor empty; and if the lines
 * are of different hosts.
 */
export function readHostKey(text: string): HostKey | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const found = lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const key = readKeyLine(line);
      if (key !== undefined) return { hosts: [], key };
      const [hosts = "", ...rest] = line.split(/\s+/);
      return { hosts: hosts.split(","), key: readKeyLine(rest.join(" ")) };
    });
  const keys = found.flatMap(({ key }) => key ?? []);
  const named = found.map(({ hosts }) => hosts).filter((hosts) => hosts.length > 0);
  const ofOneHost =
    named.length === 0 || named[0]!.some((name) => named.every((hosts) => hosts.includes(name)));
  return ofOneHost && keys.length === found.length ? preferred(keys) : undefined;
}

/** `ALGORITHM KEY [COMMENT]`. */
export function readKeyLine(line: string): HostKey | undefined {
  const [algorithm = "", encoded = ""] = line.split(/\s+/);
  if (!algorithms.includes(algorithm) || !/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return undefined;
  const blob = Buffer.from(encoded, "base64");
  // The blob begins with its own algorithm's name: 4 bytes of length, then the text.
  const named = blob.length > 4 ? blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1") : "";
  return named === algorithm ? { algorithm, blob } : undefined;
}

/** Ed25519 before ECDSA before RSA. */
export function preferred(keys: HostKey[]): HostKey | undefined {
  const rank = ({ algorithm }: HostKey) => algorithms.indexOf(algorithm);
  return [...keys].sort((one, other) => rank(one) - rank(other))[0];
}

/** As a line of authorized_keys, which the command provider reads. */
export function hostKeyLine({ algorithm, blob }: HostKey): string {
  return `${algorithm} ${blob.toString("base64")}`;
}

/** As `ssh-keygen -l` prints it. */
export function fingerprint(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}
