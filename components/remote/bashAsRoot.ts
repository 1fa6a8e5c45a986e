import { Become } from "../args/enums";

/** The beginning of a command line on a host: bash as root, which the host itself ends after so many seconds. */
export function bashAsRoot(become: Become, seconds: number): string {
  const sudo = become === Become.Sudo ? "sudo -n -- " : "";
  return `exec ${sudo}timeout -k 10 ${seconds} bash`;
}
