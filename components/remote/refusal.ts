import type { Hop } from "../model/connection";
import { fingerprint, readHostKey } from "../model/hostKey";

/** What was noticed before a failure. */
export interface Seen {
  hostKey?: string;
}

/** One line for a failed login: which host, what was wanted, what was found, what to do. */
export function refusal(
  where: string,
  hop: Hop,
  error: Error & { level?: string; code?: string },
  seen: Seen,
): string {
  const wanted = hop.hostKey === undefined ? undefined : readHostKey(hop.hostKey);
  if (error.level === "key") {
    return `cannot log in to ${where}: ${oneLine(error.message)}; check connection.privateKey and connection.privateKeyPassword`;
  }
  if (error.level === "client-authentication") {
    return `${where} refused the login of user ${hop.user} by ${credentials(hop)}; check the user and that the host knows the key or password`;
  }
  if (error.level === "agent") {
    return `cannot log in to ${where}: the agent at ${hop.agentSocketPath} gave no answer (${oneLine(error.message)}); check connection.agentSocketPath`;
  }
  if (wanted !== undefined && seen.hostKey !== undefined && seen.hostKey !== fingerprint(wanted.blob)) {
    return `${where} is not the host it should be: the key given for it (connection.hostKey or knownHosts) is ${wanted.algorithm} ${fingerprint(wanted.blob)}, the host showed ${seen.hostKey}; if the host was installed anew, correct that key, otherwise find out who answers there`;
  }
  if (wanted !== undefined && /no matching host key/i.test(error.message)) {
    return `${where} has no host key of kind ${wanted.algorithm}, as connection.hostKey or knownHosts ask for; give a key that the host has (ssh-keyscan prints them)`;
  }
  const silent = /lost before handshake/i.test(error.message);
  const reason = silent
    ? "the connection was closed without a greeting"
    : (reasons[error.code ?? ""] ?? (oneLine(error.message) || "no answer"));
  return `cannot reach ${where}: ${reason}; check that the host is up and that connection.host and connection.port are right`;
}

/**
 * Whether the host gave no answer, or ended the connection before a greeting. (An unknown name, or a network of our own that is down, says
 * nothing about the host.)
 */
export function gaveNoAnswer(error: Error & { code?: string }, seen: Seen): boolean {
  if (seen.hostKey !== undefined) return false;
  return (
    ["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "EHOSTDOWN", "ETIMEDOUT"].includes(error.code ?? "") ||
    /lost before handshake|closed before the login/i.test(error.message)
  );
}

const reasons: Record<string, string> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection was reset",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to its network",
  ENOTFOUND: "no such host name",
  EAI_AGAIN: "the host name cannot be looked up just now",
};

function credentials(hop: Hop): string {
  const given = [
    hop.privateKey === undefined ? [] : ["private key"],
    hop.password === undefined ? [] : ["password"],
    hop.agentSocketPath === undefined ? [] : [`the keys of the agent at ${hop.agentSocketPath}`],
  ];
  return given.flat().join(" and ");
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, " ").trim();
}
