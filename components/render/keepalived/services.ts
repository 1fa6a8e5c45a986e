// Virtual services in keepalived's words.
import { familyOf } from "../../model/address";
import { forwardingRow } from "../../model/forwarding";
import type { PairDestination, PairService } from "../../model/keepalived/service/complete";
import { defaultPersistence, type Service, serviceInFiles } from "../../model/service";
import { tunnelInKeepalived } from "../../model/tunnel";
import type { ConfigLine } from "../document";
import { checkBlocks, checkScripts, endpoints } from "./checks";
import { zeroWeightLines } from "./drained";
import { call, given, type Script } from "./scripts";
import { block, line, lines, verbatim } from "./lines";

function serviceHead({ vip, port, marked }: PairService): string {
  return `virtual_server ${marked === undefined ? `${vip} ${port}` : `fwmark ${marked.mark}`}`;
}

function methodLine({ forwarding, tunnel }: Pick<PairService, "forwarding" | "tunnel">): string {
  return [`lvs_method ${forwardingRow(forwarding).keepalived}`, ...tunnelInKeepalived(tunnel)].join(" ");
}

export function serviceBlock(service: PairService, stem: string): ConfigLine[] {
  const { persistence, sorryServer } = service;
  const narrow =
    persistence !== undefined && persistence.netmask !== defaultPersistence.netmask[familyOf(service.vip)];
  const quorumCall = (kind: string) =>
    call(stem, quorumScriptName(service, kind), service.protocol, service.vip, service.port);
  return block(serviceHead(service), [
    ...lines(
      // (A mark does not show the family.)
      service.marked !== undefined && familyOf(service.vip) === "IPv6" ? "ip_family inet6" : undefined,
      `delay_loop ${service.interval}`,
      `lvs_sched ${service.scheduler}`,
      ...service.flags,
      service.onePacket ? "ops" : undefined,
      methodLine(service),
      persistence && `persistence_timeout ${persistence.timeout}`,
      narrow ? `persistence_granularity ${persistence.netmask}` : undefined,
      persistence?.engine && `persistence_engine ${persistence.engine}`,
      // (keepalived reports it as an error if packets are selected by their mark.)
      service.marked === undefined ? `protocol ${service.protocol.toUpperCase()}` : undefined,
      service.alpha ? "alpha" : undefined,
      service.omega ? "omega" : undefined,
      service.quorum > 1 ? `quorum ${service.quorum}` : undefined,
      service.hysteresis > 0 ? `hysteresis ${service.hysteresis}` : undefined,
      service.quorumUp && `quorum_up ${quorumCall("up")}`,
      service.quorumDown && `quorum_down ${quorumCall("down")}`,
      sorryServer && `sorry_server ${sorryServer.address} ${sorryServer.port}`,
      sorryServer?.inhibit === true ? "sorry_server_inhibit" : undefined,
    ),
    ...verbatim(service.verbatim),
    ...service.destinations.flatMap((each) => destinationBlock(service, each, stem)),
  ]);
}

function destinationBlock(service: PairService, destination: PairDestination, stem: string): ConfigLine[] {
  const { weight, upper, lower, inhibitOnFailure, alpha } = destination;
  const notifyCall = (kind: string) =>
    call(stem, notifyScriptName(service, destination, kind), ...endpoints({ service, destination }));
  const failing = lines(
    inhibitOnFailure ? "inhibit_on_failure" : undefined,
    alpha === service.alpha ? undefined : `alpha ${alpha ? "yes" : "no"}`,
    destination.notifyUp && `notify_up ${notifyCall("up")}`,
    destination.notifyDown && `notify_down ${notifyCall("down")}`,
  );
  return block(`real_server ${destination.address} ${destination.port}`, [
    ...(weight === 0 ? zeroWeightLines(service, failing) : [line(`weight ${weight}`), ...failing]),
    ...lines(methodLine(destination) === methodLine(service) ? undefined : methodLine(destination)),
    ...lines(upper > 0 ? `uthreshold ${upper}` : undefined, lower > 0 ? `lthreshold ${lower}` : undefined),
    ...verbatim(destination.verbatim),
    ...checkBlocks({ stem, service, destination }),
  ]);
}

function quorumScriptName(service: PairService, kind: string): string {
  return `quorum-${kind}=${serviceInFiles(service)}`;
}

function notifyScriptName(service: PairService, { address }: PairDestination, kind: string): string {
  return `${kind}=${serviceInFiles(service)}=${address}`;
}

/** The service as the kernel has it while all its real servers pass their checks. */
export function kernelService(service: PairService): Service {
  const { sorryServer, destinations } = service;
  if (sorryServer?.inhibit !== true) return service;
  const { address, port } = sorryServer;
  const { forwarding, tunnel } = service;
  const idle = { address, port, weight: 0, upper: 0, lower: 0, forwarding, tunnel };
  return { ...service, destinations: [...destinations, idle] };
}

/** Everything that keepalived runs for a service. */
export function serviceScripts(service: PairService): Script[] {
  return [
    ...checkScripts(service),
    ...given(
      { name: quorumScriptName(service, "up"), text: service.quorumUp },
      { name: quorumScriptName(service, "down"), text: service.quorumDown },
      ...service.destinations.flatMap((each) => [
        { name: notifyScriptName(service, each, "up"), text: each.notifyUp },
        { name: notifyScriptName(service, each, "down"), text: each.notifyDown },
      ]),
    ),
  ];
}
