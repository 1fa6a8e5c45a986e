import { differences, type Fingerprint } from "../../lab/fingerprint";

/** What no package's removal takes away on any host of the CentOS family: its user, and what its program wrote. */
const stays = /^\+ (account nginx|group nginx|state \/var\/lib\/nginx\b)/;

/** What of a host is not as it was before. */
export function left(before: Fingerprint, after: Fingerprint): string[] {
  return differences(before, after).filter((line) => !stays.test(line));
}
