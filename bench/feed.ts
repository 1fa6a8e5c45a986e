import type { Hosts } from "./hosts";

const program = "/usr/sbin/ipvsadm";
const kept = "/usr/sbin/ipvsadm.real";
const record = "/run/bench-fed";

/** Stands in for ipvsadm: writes down the lines that `ipvsadm -R` reads, and passes them on. */
const wrapper = `#!/bin/sh
case " $* " in
  *" -R "* | *" --restore "*) tee -a ${record} | ${kept} "$@" ;;
  *) exec ${kept} "$@" ;;
esac
`;

/** The lines that ipvsadm is fed on a host while something is done. */
export async function linesFed(hosts: Hosts, name: string, work: () => Promise<unknown>): Promise<string[]> {
  await hosts.ask(name, "mv", program, kept);
  await hosts.write(name, program, wrapper);
  await hosts.ask(name, "chmod", "755", program);
  await hosts.write(name, record, "");
  try {
    await work();
    return (await hosts.ask(name, "cat", record)).split("\n").filter((line) => line !== "");
  } finally {
    await hosts.ask(name, "mv", "-f", kept, program);
  }
}
