// A director, its real servers and a client, configured by hand. The scenarios show what the kernel and CentOS's daemons do,
// without the package.
import { expect } from "vitest";
import { on, shell, theLab } from "../support/stack";
import { tally, vip, visits } from "../support/traffic";

export { vip };
export const servers = ["r1", "r2", "r3"];
export const addresses = ["198.18.0.21", "198.18.0.22", "198.18.0.23"];

/** A machine that is busy with other things takes several times as long. */
export const patience = { timeout: 60_000, interval: 250 };

/** Installs the packages that every scenario here needs. Each real server's page says its name. */
export async function install(): Promise<void> {
  await Promise.all([
    ...["d1", "d2"].map((host) =>
      on(host, "dnf", "-y", "-q", "install", "ipvsadm", "keepalived", "conntrack-tools", "nftables"),
    ),
    ...servers.map((host) =>
      shell(
        host,
        `dnf -y -q install nginx nftables
        echo '<h1>${host}</h1>' >/usr/share/nginx/html/index.html
        systemctl start nginx`,
      ),
    ),
  ]);
}

/** Starts firewalld and waits until it has set its rules: systemd reports it as started before that. */
export async function startFirewall(host: string): Promise<void> {
  await shell(
    host,
    "systemctl start firewalld; timeout 60 bash -c 'until firewall-cmd -q --state; do sleep 0.2; done'",
  );
}

/** Replaces machines by clean ones, so that no changes of a scenario are left for the next one. */
export async function reset(...hosts: string[]): Promise<void> {
  await Promise.all(hosts.map((host) => theLab().reset(host)));
}

/** The VIPs on the director, and on the real servers' lo, where they answer no question about them. */
export async function directRouting(...vips: string[]): Promise<void> {
  await shell("d1", vips.map((each) => `ip addr replace ${each}/32 dev eth0`).join("\n"));
  const hidden = vips.map((each) => `ip addr replace ${each}/32 dev lo`).join("\n");
  await Promise.all(
    servers.map((host) =>
      shell(host, `sysctl -q net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2\n${hidden}`),
    ),
  );
  await forgetNeighbours();
}

/** A virtual service (`-t 198.18.0.100:80`) in turn to all real servers, `-g` or `-m`. */
export async function balance(service: string, method: string, more = ""): Promise<void> {
  const lines = addresses.map((each) => `-a ${service} -r ${each}:80 ${method} -w 1`);
  await shell("d1", `printf '%s\\n' '${[`-A ${service} -s rr ${more}`, ...lines].join("' '")}' | ipvsadm -R`);
}

/** Removes the director's table and its VIPs. */
export async function unbalance(...vips: string[]): Promise<void> {
  await shell("d1", ["ipvsadm -C", ...vips.map((each) => `ip addr del ${each}/32 dev eth0`)].join("\n"));
}

/** The client may remember the MAC of another host for a VIP. */
export async function forgetNeighbours(): Promise<void> {
  await on("c1", "ip", "neigh", "flush", "dev", "eth0");
}

/** Fails unless a visit ends with curl's exit status: 7 is a refused connection, 28 one without an answer in two seconds. */
export async function fails(status: number, url = `http://${vip}/`): Promise<void> {
  const { code } = await theLab().exec("c1", ["curl", "-s", "-m", "2", "-o", "/dev/null", url]);
  expect(code, `curl ${url}`).toBe(status);
}

/** Fails unless each real server answers two of six visits. */
export async function answers(url = `http://${vip}/`): Promise<void> {
  expect(tally(await visits(6, url)), url).toEqual({ "<h1>r1</h1>": 2, "<h1>r2</h1>": 2, "<h1>r3</h1>": 2 });
}

/** Sets a table of nf_tables on a host, in place of one of the same name. */
export async function nft(host: string, table: string, rules: string): Promise<void> {
  const text = `table ${table}\ndelete table ${table}\ntable ${table} {\n${rules}\n}\n`;
  const { code, stderr } = await theLab().exec(host, ["nft", "-f", "-"], { stdin: text });
  expect(code, `nft on ${host}: ${stderr}\n${text}`).toBe(0);
}

/** How many packets a named counter of a table has seen. */
export async function counted(host: string, table: string, name: string): Promise<number> {
  const said = await on(host, "nft", "list", "counter", ...table.split(" "), name);
  return Number(/packets (\d+)/.exec(said)?.[1]);
}
