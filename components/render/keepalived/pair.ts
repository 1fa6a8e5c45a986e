// Documents for directors whose services keepalived keeps.
import { statePath } from "../../host/paths";
import { deviceOf, type Place } from "../../model/host";
import type { PairWish } from "../../model/keepalived/pair";
import { pairRequirements, serviceRequirements } from "../../model/keepalived/requires";
import type { PairService } from "../../model/keepalived/service";
import { directRouting } from "../director";
import type { HostDocument } from "../document";
import { trackedFiles } from "./checks";
import { pairStem, scriptFile } from "./scripts";
import { kernelService, serviceBlock, serviceScripts } from "./services";
import { line, verbatim } from "./text";
import { globalBlock, groupBlock, instanceBlock, pairScripts, processBlock, scriptBlock } from "./vrrp";

/** What a virtual service that is declared alone wants on a pair's director. */
export interface FragmentWish {
  services: PairService[];
  drain: number;
  sysctls: Record<string, string>;
  removePackages: boolean;
}

const folder = "/etc/keepalived";
const written = "# Written by @pulumi-lvs/lvs: what is changed here by hand is changed back";
/** The password of VRRP is in one of them. */
const mode = "0640";

const dropIn = "/etc/systemd/system/keepalived.service.d/pulumi-lvs.conf";

const program = `/bin/bash ${statePath}/program`;

/**
 * A keepalived that was killed leaves its VIPs on the host, where another director takes them as well. It starts again
 * when the other one has them; what the kernel has goes on until then. And what it is started with: its own options (the
 * unit's variable, which the unit reads once more when its program has written it anew), and no leftovers of the last one.
 */
function comesAndGoes({ instances }: PairWish): string {
  const advert = Math.max(...instances.map(({ advertInterval }) => advertInterval));
  return [
    "[Service]",
    "Restart=on-failure",
    `RestartSec=${Math.ceil(4 * advert)}`,
    "RuntimeDirectory=pulumi-lvs",
    "EnvironmentFile=-/run/pulumi-lvs/keepalived",
    `ExecStartPre=-${program} before-start`,
    "",
  ].join("\n");
}

/** The whole of one director of a pair. */
export function pairDocument(place: Place, wish: PairWish): HostDocument {
  const stem = pairStem;
  const services = servicesDocument(wish, stem);
  const main = [
    line(written),
    ...globalBlock(place, wish),
    ...wish.trackProcesses.flatMap(processBlock),
    ...wish.trackScripts.flatMap((each) => scriptBlock(each, stem)),
    ...wish.syncGroups.flatMap((each) => groupBlock(each, stem)),
    ...wish.instances.flatMap((each) => instanceBlock(place, wish, each, stem)),
    ...verbatim(wish.verbatimBlocks),
    line(`include ${folder}/conf.d/*.conf`),
  ];
  return {
    ...services,
    requires: [...pairRequirements(wish), ...(services.requires ?? [])],
    packages: [...(services.packages ?? []), { name: "keepalived", removeOnDestroy: wish.removePackages }],
    addresses: wish.instances.flatMap(({ vips, interface: device }) =>
      vips.map((address) => ({ address, device: device ?? deviceOf(place) })),
    ),
    sysctls: {
      ...directRouting,
      // With the kernel's own 3 50 the backup never hears of a connection of less than three packets (measured).
      ...(wish.connectionSync === undefined ? {} : { "net.ipv4.vs.sync_threshold": "2 50" }),
      ...wish.sysctls,
    },
    files: [
      ...(services.files ?? []),
      ...pairScripts(wish).map((each) => scriptFile(stem, each)),
      { path: dropIn, content: comesAndGoes(wish) },
    ],
    keepalived: [{ path: `${folder}/keepalived.conf`, mode, lines: main }, ...(services.keepalived ?? [])],
    units: ["keepalived.service"],
  };
}

/** One virtual service that is declared alone. */
export function fragmentDocument(service: PairService, wish: Omit<FragmentWish, "services">): HostDocument {
  const { protocol, vip, port } = service;
  return servicesDocument({ ...wish, services: [service] }, `${protocol}=${vip}=${port}`);
}

/**
 * A file of virtual services of its own, which the pair's main file includes. It is there without services as well:
 * keepalived 1.3 ends itself where an `include` finds no file.
 */
function servicesDocument(wish: FragmentWish, stem: string): HostDocument {
  return {
    drain: wish.drain,
    table: "keepalived",
    requires: serviceRequirements(wish.services),
    packages: [{ name: "ipvsadm", removeOnDestroy: wish.removePackages }],
    modules: ["ip_vs", ...wish.services.map(({ scheduler }) => `ip_vs_${scheduler}`)],
    sysctls: wish.sysctls,
    services: wish.services.map(kernelService),
    files: wish.services.flatMap(serviceScripts).map((each) => scriptFile(stem, each)),
    keepalived: [
      {
        path: `${folder}/conf.d/${stem}.conf`,
        mode,
        lines: [
          line(written),
          ...trackedFiles(wish.services, stem),
          ...wish.services.flatMap((each) => serviceBlock(each, stem)),
        ],
      },
    ],
  };
}
