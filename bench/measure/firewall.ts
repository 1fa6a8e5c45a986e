// A cluster on clean hosts on which firewalld runs: what its rules cost.
import type { Hosts } from "../hosts";
import type { Program } from "../program";
import type { Findings, Runs } from "../row";
import { heldAgainstHand, measureFirst } from "./cluster";

export async function measureFirewall(
  hosts: Hosts,
  cluster: Program,
  runs: Runs,
  say: (what: string) => void,
): Promise<Partial<Findings>> {
  const clean = async () => {
    await hosts.reset();
    await Promise.all(hosts.all.map(({ name }) => startFirewalld(hosts, name)));
  };
  const first = await measureFirst(hosts, cluster, runs.firsts, say, clean);
  const [realServer] = hosts.realServers;
  const rules = await hosts.ask(realServer!.name, "firewall-cmd", "--list-rich-rules");
  const opened = rules.split("\n").filter(Boolean).length;
  await hosts.reset();
  cluster.forget();
  return {
    counts: [
      {
        what: "rules of firewalld on a real server, one for each VIP",
        wanted: String(hosts.vips.length),
        found: String(opened),
      },
    ],
    rows: [
      {
        what: "first `up` of 2 directors and 3 real servers with firewalld, on clean hosts",
        ...heldAgainstHand(first),
      },
    ],
  };
}

/** As on CentOS, where firewalld has brought nft along. systemd reports firewalld as started before it has set its rules. */
async function startFirewalld(hosts: Hosts, name: string): Promise<void> {
  await hosts.ask(
    name,
    "bash",
    "-c",
    `dnf -y -q install nftables
    systemctl start firewalld
    timeout 60 bash -c 'until firewall-cmd -q --state; do sleep 0.2; done'`,
  );
}
