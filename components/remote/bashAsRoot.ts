import { Become } from "../args/enums";

/** The beginning of a command line on a host: bash as root. The host itself ends it after this number of seconds. */
export function bashAsRoot(become: Become, seconds: number): string {
  const sudo = become === Become.Sudo ? "sudo -n -- " : "";
  return `exec ${sudo}timeout -k 10 ${seconds} bash`;
}
