// Changes by hand on a pair's directors, whose table keepalived keeps: reported by the next preview, repaired by the next up.
import { afterAll, beforeAll, expect, it } from "vitest";
import { on, shell } from "../support/stack";
import { rules } from "../support/table";
import { vip } from "../support/traffic";
import { all, answers, directors, head, mainFile, Pair, rule, table } from "./pair";

interface Case {
  name: string;
  on: "master" | "backup";
  /** A line of shell. */
  break: string;
  /** The preview's lines, in any order. */
  lines: string[];
}

const fragment = "/etc/keepalived/conf.d/pair.conf";
const fragmentFile = `file ${fragment} mode=0640 owner=root group=root`;
const dropIn = "/etc/systemd/system/keepalived.service.d/pulumi-lvs.conf";
const dropInFile = `file ${dropIn} mode=0644 owner=root group=root`;
const modulesFile = "/etc/modules-load.d/pulumi-lvs.conf";
const sysctlFile = "/etc/sysctl.d/99-pulumi-lvs.conf";

/** Each row is broken, seen and repaired at once. */
const rows: Case[][] = [
  [
    {
      name: "the service deleted",
      on: "master",
      break: `ipvsadm -D -t ${vip}:80`,
      lines: table.map((line) => `lost  ${line}`),
    },
    {
      name: "the main file deleted",
      on: "master",
      break: "rm /etc/keepalived/keepalived.conf",
      lines: [`lost  ${mainFile}`],
    },
    {
      name: "keepalived stopped",
      on: "backup",
      break: "systemctl stop keepalived",
      lines: [
        "lost  unit keepalived.service enabled active",
        "found unit keepalived.service enabled inactive",
      ],
    },
    {
      name: "the fragment edited",
      on: "backup",
      break: `echo '# mine' >>${fragment}`,
      lines: [`lost  ${fragmentFile}`, `found ${fragmentFile}, edited`],
    },
  ],
  [
    {
      name: "the scheduler edited",
      on: "master",
      break: `ipvsadm -E -t ${vip}:80 -s wlc`,
      lines: [`lost  ${head}`, `found -A -t ${vip}:80 -s wlc`],
    },
    {
      name: "the fragment deleted",
      on: "master",
      break: `rm ${fragment}`,
      lines: [`lost  ${fragmentFile}`],
    },
    {
      name: "the drop-in edited",
      on: "master",
      break: `echo '# mine' >>${dropIn}`,
      lines: [`lost  ${dropInFile}`, `found ${dropInFile}, edited`],
    },
    {
      name: "keepalived disabled",
      on: "backup",
      break: "systemctl -q disable keepalived",
      lines: [
        "lost  unit keepalived.service enabled active",
        "found unit keepalived.service disabled active",
      ],
    },
    {
      name: "the drop-in deleted",
      on: "backup",
      break: `rm ${dropIn}`,
      lines: [`lost  ${dropInFile}`],
    },
    {
      name: "net.ipv4.vs.sync_threshold set back",
      on: "backup",
      break: "sysctl -qw net.ipv4.vs.sync_threshold='3 50'",
      lines: ["lost  net.ipv4.vs.sync_threshold = 2 50", "found net.ipv4.vs.sync_threshold = 3 50"],
    },
    {
      name: "a weight edited",
      on: "backup",
      break: `ipvsadm -e -t ${vip}:80 -r 198.18.0.21:80 -g -w 9`,
      lines: [`lost  ${rule(21)}`, `found ${rule(21, 9)}`],
    },
  ],
  [
    {
      name: "the modules file deleted",
      on: "master",
      break: `rm ${modulesFile}`,
      lines: [`lost  file ${modulesFile}`],
    },
    {
      name: "the sysctl file edited",
      on: "master",
      break: `echo 'net.ipv4.vs.sync_threshold = 3 50' >>${sysctlFile}`,
      lines: [`found file ${sysctlFile}, edited`],
    },
    {
      name: "the package removed",
      on: "backup",
      break: "dnf -y -q remove keepalived",
      lines: [
        "lost  package keepalived",
        "lost  unit keepalived.service enabled active",
        `lost  ${mainFile}`,
      ],
    },
  ],
];

export function drift(): void {
  let pair: Pair;

  beforeAll(async () => {
    pair = new Pair();
    await pair.up();
  });

  afterAll(async () => {
    await pair.destroy();
    pair.forget();
  });

  for (const row of rows) {
    const names = row.map((each) => `${each.name} (${each.on})`).join(", ");
    it(`is seen and repaired: ${names}`, async () => {
      await answers(all);
      const mine = (host: string) => row.filter((each) => pair[each.on] === host);
      await Promise.all(
        directors.map((host) => shell(host, ["set -e", ...mine(host).map((each) => each.break)].join("\n"))),
      );
      const said = await pair.drift();
      for (const host of directors) {
        const wanted = mine(host).flatMap((each) => each.lines);
        expect(said[host], host).toEqual(wanted.sort());
      }
      await pair.up();
      for (const host of directors) {
        expect(await rules(host)).toEqual(table);
        expect(await on(host, "systemctl", "is-active", "keepalived")).toBe("active");
      }
      await pair.unchanged();
      await answers(all);
    });
  }
}
