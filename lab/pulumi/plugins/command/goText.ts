/** Text as Go prints it, because the command provider's messages are made of it. */

const escapes: Record<string, string> = {
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
  "\\": "\\\\",
  '"': '\\"',
};
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Go's `%q`. */
export function quote(text: string): string {
  const quoted = Array.from(text, (character) => {
    const escape = escapes[character];
    if (escape) return escape;
    if (printable.test(character)) return character;
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
  return `"${quoted.join("")}"`;
}

/** Removes exactly one trailing newline, as the provider does. */
export const trimNewline = (text: string): string => (text.endsWith("\n") ? text.slice(0, -1) : text);

const socketErrors: Record<string, string> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ECONNRESET: "connection reset by peer",
  ETIMEDOUT: "i/o timeout",
};

export function dialError(
  error: Error & { code?: string; level?: string },
  address: string,
  methods: string[],
): Error {
  const known = error.code && socketErrors[error.code];
  if (known) return new Error(`dial tcp ${address}: ${known}`);
  if (error.level === "client-timeout") return new Error(`dial tcp ${address}: i/o timeout`);
  if (error.level === "client-authentication") {
    const tried = `attempted methods [${methods.join(" ")}]`;
    return new Error(
      `ssh: handshake failed: ssh: unable to authenticate, ${tried}, no supported methods remain`,
    );
  }
  if (error.code === "ENOTFOUND")
    return new Error(`dial tcp: lookup ${address.replace(/:\d+$/, "")}: no such host`);
  if (error.message.includes("Host denied"))
    return new Error("ssh: handshake failed: ssh: host key mismatch");
  return new Error(`ssh: handshake failed: ${error.message}`);
}

/** Why a private key cannot be used. */
export function keyError(error: Error): string {
  if (/no passphrase/i.test(error.message)) return "ssh: this private key is passphrase protected";
  if (/passphrase|integrity/i.test(error.message)) return "x509: decryption password incorrect";
  return /privateKey/.test(error.message) ? "ssh: no key found" : error.message;
}
