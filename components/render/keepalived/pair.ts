import { deviceOf, type Place } from "../../model/host";
import type { PairWish } from "../../model/keepalived/pair";
import type { PairService } from "../../model/keepalived/service";
import type { ConfigLine, HostDocument } from "../document";
import { serviceBlock } from "./services";
import { block, line, lines } from "./text";
import { instanceBlock, interfaceOf } from "./vrrp";

/** What a virtual service that is declared alone wants on a pair's director. */
export interface FragmentWish {
  services: PairService[];
  drain: number;
  removePackages: boolean;
}

const folder = "/etc/keepalived";

/** The whole of one director of a pair. */
export function pairDocument(place: Place, wish: PairWish, owner: string): HostDocument {
  const first = wish.instances[0];
  const global = block("global_defs", [
    ...lines(
      "enable_script_security",
      "script_user root",
      `vrrp_version ${wish.vrrpVersion}`,
      "vrrp_check_unicast_src",
    ),
    ...(first === undefined
      ? []
      : lines(`lvs_sync_daemon ${interfaceOf(place)} ${first.name} id ${first.virtualRouterId}`)),
  ]);
  const main: ConfigLine[] = [
    ...global,
    ...wish.instances.flatMap((each) => instanceBlock(place, wish, each)),
    line(`include ${folder}/conf.d/*.conf`),
  ];
  const services = fragmentDocument(place, wish, owner);
  return {
    ...services,
    packages: [{ name: "keepalived", removeOnDestroy: wish.removePackages }, ...(services.packages ?? [])],
    addresses: wish.instances.flatMap(({ vips, interface: device }) =>
      vips.map((address) => ({ address, device: device ?? deviceOf(place) })),
    ),
    sysctls: { "net.ipv4.vs.sync_threshold": "2 50", ...wish.sysctls },
    keepalived: [
      { path: `${folder}/keepalived.conf`, mode: "0640", lines: main },
      ...(services.keepalived ?? []),
    ],
    units: ["keepalived.service"],
  };
}

/** A file of virtual services of its own, which the pair's main file includes. */
export function fragmentDocument(_place: Place, wish: FragmentWish, owner: string): HostDocument {
  const path = `${folder}/conf.d/${owner.replaceAll("/", "=")}.conf`;
  return {
    drain: wish.drain,
    table: "keepalived",
    packages: [{ name: "ipvsadm", removeOnDestroy: wish.removePackages }],
    modules: ["ip_vs", ...wish.services.map(({ scheduler }) => `ip_vs_${scheduler}`)],
    services: wish.services,
    keepalived:
      wish.services.length === 0 ? [] : [{ path, mode: "0640", lines: wish.services.flatMap(serviceBlock) }],
  };
}
