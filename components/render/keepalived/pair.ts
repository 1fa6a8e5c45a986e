// Documents for directors whose services keepalived keeps.
import { statePath } from "../../host/paths";
import { familyOf } from "../../model/address";
import { deviceOf, type Place } from "../../model/host";
import type { Gateways } from "../../model/nat";
import type { PairSettings } from "../../model/keepalived/pair/complete";
import { pairRequirements, serviceRequirements } from "../../model/keepalived/releases/requires";
import type { PairService } from "../../model/keepalived/service/complete";
import { serviceInFiles } from "../../model/service";
import { directorSysctls, gatewayAddresses, sysctlsBesidePair } from "../director";
import type { HostDocument } from "../document";
import { markLines, withFirewall } from "../firewall";
import { ipvsModules } from "../ipvs";
import { pairOpenings, serviceOpenings, untrackedLines } from "../openings";
import { trackedFiles } from "./checks";
import { pairStem, scriptFile } from "./scripts";
import { booleansOfChecks } from "./selinux";
import { kernelService, serviceBlock, serviceScripts } from "./services";
import { line, verbatim } from "./lines";
import {
  globalBlock,
  groupBlock,
  instanceBlock,
  isNoVip,
  pairScripts,
  processBlock,
  scriptBlock,
} from "./vrrp";

/** What a VirtualService wants on a pair's director. */
export interface PairServiceRun extends Gateways {
  services: PairService[];
  drain: number;
  sysctls: Record<string, string>;
  /** Default: none. */
  moduleOptions?: Record<string, string> | undefined;
  removePackages: boolean;
}

const folder = "/etc/keepalived";
const written = "# Written by @pulumi-lvs/lvs: what is changed here by hand is changed back";
/** One of the files contains the password of VRRP. */
const mode = "0640";

const dropIn = "/etc/systemd/system/keepalived.service.d/pulumi-lvs.conf";

const program = `/bin/bash ${statePath}/program`;

/**
 * The unit's drop-in. A killed keepalived leaves its VIPs on the host, and another director adds them as well. So keepalived is started
 * again only when the other director has them; until then the kernel continues with its table. keepalived is started with its own options
 * (the unit's variable, which the unit reads again after its program has written it), and after the leftovers of the last one have been
 * removed.
 */
function comesAndGoes({ instances }: PairSettings): string {
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

/** The whole document of one director of a pair. */
export function pairDocument(place: Place, settings: PairSettings): HostDocument {
  const stem = pairStem;
  const deviceOfVip = (vip: string) =>
    settings.instances.find(({ vips }) => vips.includes(vip))?.interface ?? deviceOf(place, familyOf(vip));
  const services = servicesDocument(place, settings, stem, deviceOfVip);
  const main = [
    line(written),
    ...globalBlock(place, settings),
    ...settings.trackProcesses.flatMap(processBlock),
    ...settings.trackScripts.flatMap((each) => scriptBlock(each, stem)),
    ...settings.syncGroups.flatMap((each) => groupBlock(each, stem)),
    ...settings.instances.flatMap((each) => instanceBlock(place, settings, each, stem)),
    ...verbatim(settings.verbatimBlocks),
    line(`include ${folder}/conf.d/*.conf`),
  ];
  return {
    ...services,
    requires: [...pairRequirements(settings), ...(services.requires ?? [])],
    packages: [
      ...(services.packages ?? []),
      { name: "keepalived", removeOnDestroy: settings.removePackages },
    ],
    addresses: [
      ...settings.instances.flatMap(({ vips, interface: device }) =>
        vips.map((address) => ({ address, device: device ?? deviceOf(place, familyOf(address)) })),
      ),
      ...gatewayAddresses(place, settings).filter(({ address }) => isNoVip(settings, address)),
    ],
    sysctls: {
      ...directorSysctls(place, settings),
      // With the kernel's default, 3 50, the backup never receives connections of less than three packets (measured).
      ...(settings.connectionSync === undefined ? {} : { "net.ipv4.vs.sync_threshold": "2 50" }),
      ...settings.sysctls,
    },
    openings: [...(services.openings ?? []), ...pairOpenings(place, settings)],
    files: [
      ...(services.files ?? []),
      ...pairScripts(settings).map((each) => scriptFile(stem, each)),
      { path: dropIn, content: comesAndGoes(settings) },
    ],
    keepalived: [{ path: `${folder}/keepalived.conf`, mode, lines: main }, ...(services.keepalived ?? [])],
    units: ["keepalived.service"],
  };
}

/** The document of a VirtualService: its services on each of its VIPs, each in a file of its own. */
export function pairServiceDocument(
  place: Place,
  services: PairService[],
  settings: Omit<PairServiceRun, "services">,
): HostDocument {
  const alone = services.map((service) => {
    return servicesDocument(place, { ...settings, services: [service] }, serviceInFiles(service));
  });
  const all = servicesDocument(place, { ...settings, services }, "");
  return {
    ...all,
    files: alone.flatMap(({ files = [] }) => files),
    keepalived: alone.flatMap(({ keepalived = [] }) => keepalived),
  };
}

/**
 * A separate file of virtual services, which the pair's main file includes. The file exists even without services, because keepalived 1.3
 * exits if an `include` finds no file.
 */
function servicesDocument(
  place: Place,
  settings: PairServiceRun,
  stem: string,
  deviceOfVip = (vip: string) => deviceOf(place, familyOf(vip)),
): HostDocument {
  const { firewall, packages, modules } = withFirewall(markLines(settings.services), settings.removePackages);
  return {
    drain: settings.drain,
    role: "director",
    table: "keepalived",
    requires: serviceRequirements(settings.services),
    packages: [{ name: "ipvsadm", removeOnDestroy: settings.removePackages }, ...packages],
    modules: [...ipvsModules(settings.services), ...modules],
    moduleOptions: settings.moduleOptions,
    booleans: booleansOfChecks(settings.services),
    sysctls: { ...sysctlsBesidePair(place, settings), ...settings.sysctls },
    services: settings.services.map(kernelService),
    firewall,
    untracked: untrackedLines(settings.services),
    openings: serviceOpenings(settings.services, deviceOfVip),
    files: settings.services.flatMap(serviceScripts).map((each) => scriptFile(stem, each)),
    keepalived: [
      {
        path: `${folder}/conf.d/${stem}.conf`,
        mode,
        lines: [
          line(written),
          ...trackedFiles(settings.services, stem),
          ...settings.services.flatMap((each) => serviceBlock(each, stem)),
        ],
      },
    ],
  };
}
