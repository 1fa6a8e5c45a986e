// Every kind of health check, each alone on a service of its own: with healthy real servers, with one that fails, and after it has
// recovered.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type * as lvs from "@pulumi-lvs/lvs";
import { theLab, shell } from "../support/stack";
import { rules } from "../support/table";
import { vip } from "../support/traffic";
import { directors, Pair, patience, quick } from "./pair";

const sick = "/run/lvs-sick";
const watched = "/run/lvs-watched";
/** Answers that are right only while the host is not marked as sick. */
const pages = `
location = /kinds/status { if (-f ${sick}) { return 500; } if ($host != kinds.test) { return 500; } return 204; }
location = /kinds/digest { if (-f ${sick}) { return 200 sick; } return 200 well; }
location = /kinds/tls { if (-f ${sick}) { return 500; } return 200 tls; }
listen 443 ssl;
ssl_certificate /run/lvs-kinds.pem;
ssl_certificate_key /run/lvs-kinds.pem;`;
/** Receives datagrams on 8098 and sends no answer. */
const silent = `systemd-run --quiet --unit=lvs-silent perl -MIO::Socket::INET -e '
  my $s = IO::Socket::INET->new(LocalPort => 8098, Proto => "udp"); while ($s->recv(my $m, 512)) { }'`;
const hasPort = 'exec 3<>"/dev/tcp/$1/8010"';

interface Kind {
  name: string;
  check: lvs.HealthCheckArgs;
  /** The check for r2, if it differs. */
  ofSecond?: lvs.HealthCheckArgs;
  /** The weight of the sick server, if it stays in the table. */
  sickWeight?: number;
}

function kindsOf(old: boolean): Kind[] {
  return [
    { name: "TCP", check: { tcp: { port: 8010 } } },
    {
      name: "HTTP, by status and virtual host",
      check: { http: { path: "/kinds/status", port: 80, statusCodes: ["204"], virtualHost: "kinds.test" } },
    },
    {
      name: "HTTP, by digest",
      check: {
        http: {
          path: "/kinds/digest",
          port: 80,
          digest: createHash("md5").update("well").digest("hex"),
        },
      },
    },
    { name: "HTTPS", check: { https: { path: "/kinds/tls", port: 443, virtualHost: "kinds.test" } } },
    { name: "DNS", check: { dns: { port: 8053, name: "kinds.test" } } },
    { name: "SMTP", check: { smtp: { port: 8025, helo: "lb.kinds.test" } } },
    { name: "ping", check: { ping: {} } },
    {
      name: "UDP",
      // Without content to compare, it only fails when nobody listens.
      check: { udp: old ? { port: 8098 } : { port: 8099, payload: "70696e67", reply: "706f6e67" } },
    },
    ...(old ? [] : [{ name: "file", check: { none: true }, ofSecond: { file: { path: watched } } }]),
    { name: "script", check: { script: { script: `#!/bin/bash\n${hasPort}` } } },
    {
      name: "script that says the weight",
      check: { script: { script: `#!/bin/bash\n(${hasPort}) && exit 3\nexit 5`, dynamicWeight: true } },
      sickWeight: 3,
    },
  ];
}

/** `old`: the hosts' keepalived is older than 2.2. It does not compare the content of a UDP answer, and does not check files well. */
export function kinds({ old }: { old: boolean }): void {
  const kinds = kindsOf(old).map((kind, index) => ({ ...kind, port: 8101 + index }));
  const probed = ["r1", "r2"];
  let pair: Pair;

  const services = kinds.map(({ port, check, ofSecond }): lvs.PairServiceArgs => ({
    vip,
    port,
    scheduler: "rr",
    realServers: [
      { address: "198.18.0.21" },
      { address: "198.18.0.22", ...(ofSecond && { healthCheck: ofSecond }) },
    ],
    healthCheck: { ...check, ...quick },
  }));

  /** The weights of r1 and r2 by kind, in a form that makes failures readable. */
  async function table(host: string): Promise<Record<string, string>> {
    const lines = await rules(host);
    const weights = (port: number, last: number) => {
      const head = `-a -t ${vip}:${port} -r 198.18.0.${last}:${port} -g -w `;
      return lines.find((line) => line.startsWith(head))?.slice(head.length) ?? "gone";
    };
    return Object.fromEntries(
      kinds.map(({ name, port }) => [name, `${weights(port, 21)} ${weights(port, 22)}`]),
    );
  }

  const well = Object.fromEntries(kinds.map(({ name }) => [name, "1 1"]));
  const withSick = Object.fromEntries(
    kinds.map(({ name, sickWeight }) => [name, `1 ${sickWeight ?? "gone"}`]),
  );

  async function shows(wanted: Record<string, string>): Promise<void> {
    for (const host of directors) await expect.poll(() => table(host), patience).toEqual(wanted);
  }

  beforeAll(async () => {
    pair = new Pair();
    // This installs the web servers as well.
    await pair.up();
    const program = readFileSync(join(__dirname, "probed.pl"), "utf8");
    for (const host of probed) {
      await theLab().exec(host, ["tee", "/run/lvs-probed.pl"], { stdin: program });
      await theLab().exec(host, ["tee", "/etc/nginx/default.d/kinds.conf"], { stdin: pages });
      await shell(
        host,
        `systemd-run --quiet --unit=lvs-probed perl /run/lvs-probed.pl
        ${silent}
        openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=kinds.test -days 2 -keyout /run/key -out /run/cert 2>/dev/null
        cat /run/key /run/cert >/run/lvs-kinds.pem
        rm /run/key /run/cert
        systemctl reload nginx`,
      );
    }
    for (const host of directors) await shell(host, `echo 0 >${watched}`);
    pair.declare({ pair: { services } });
    await pair.up();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
    for (const host of probed) {
      await shell(
        host,
        `systemctl -q stop lvs-probed lvs-silent
        rm -f /run/lvs-probed.pl ${sick} /run/lvs-kinds.pem /etc/nginx/default.d/kinds.conf
        sysctl -qw net.ipv4.icmp_echo_ignore_all=0`,
      );
    }
    for (const host of directors) await shell(host, `rm -f ${watched}`);
  });

  it("report real servers as well that are well", async () => {
    await shows(well);
    await pair.unchanged();
  });

  it("report the real server that is sick, and the preview shows no drift", async () => {
    await shell(
      "r2",
      `touch ${sick}; sysctl -qw net.ipv4.icmp_echo_ignore_all=1; systemctl -q stop lvs-silent`,
    );
    for (const host of directors) await shell(host, `echo 1 >${watched}`);
    await shows(withSick);
    await pair.unchanged();
  });

  it("report it as well again", async () => {
    await shell(
      "r2",
      `rm ${sick}; sysctl -qw net.ipv4.icmp_echo_ignore_all=0
      ${silent}`,
    );
    for (const host of directors) await shell(host, `echo 0 >${watched}`);
    await shows(well);
    await pair.unchanged();
  });
}
